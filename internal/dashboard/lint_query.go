package dashboard

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Grafana's own forms of queries for variables of Prometheus.
var (
	labelValuesForm = regexp.MustCompile(`(?s)^\s*label_values\((?:(.+),\s*)?[a-zA-Z_$\[{][^,()]*\)\s*$`)
	queryResultForm = regexp.MustCompile(`(?s)^\s*query_result\((.+)\)\s*$`)
)

// query checks a PromQL query. called is what to call it in a sentence.
func (l *linter) query(path string, p *panel, called, expr string, instant bool) {
	if strings.TrimSpace(expr) == "" {
		return // Grafana does not send it
	}
	verdict := l.promQL.check(expr)
	for _, name := range verdict.unknown {
		l.report(Error, path, p, l.variablesHint(), "%s uses variable %s, which the dashboard does not have: Prometheus gets it unreplaced and refuses it", called, quote(name))
	}
	for _, name := range verdict.unknownInText {
		l.unknownVariable(path, p, called, name)
	}
	switch {
	case verdict.problem != "" && len(verdict.unknown) == 0:
		l.report(Error, path, p, verdict.hint, "%s is not PromQL: %s", called, verdict.problem)
	case verdict.problem == "" && verdict.noGraph != "" && !instant:
		l.report(Error, path, p, "Apply a function such as rate() to it.", "%s is a %s, which cannot be drawn over time", called, verdict.noGraph)
	}
}

// unknownVariables checks the variables of a query in another language, where an
// unknown one is only text.
func (l *linter) unknownVariables(path string, p *panel, called, expr string) {
	for _, name := range l.promQL.unknownIn(expr) {
		l.unknownVariable(path, p, called, name)
	}
}

func (l *linter) unknownVariable(path string, p *panel, called, name string) {
	l.report(Warning, path, p, l.variablesHint(), "%s uses variable %s, which the dashboard does not have", called, quote(name))
}

func (l *linter) variablesHint() string {
	if len(l.known) == 0 {
		return "The dashboard has no variables."
	}
	return fmt.Sprintf("The dashboard has %s.", strings.Join(slices.Sorted(maps.Keys(l.known)), ", "))
}

// variables checks the variables of the dashboard.
func (l *linter) variables() {
	seen := map[string]bool{}
	for i, variable := range section(l.root, "templating") {
		path := fmt.Sprintf("templating.list[%d]", i)
		name, kind := stringAt(variable, "name"), stringAt(variable, "type")
		called := "variable " + quote(name)
		switch {
		case name == "":
			l.report(Error, path+".name", nil, "Add a name.", "a variable has no name")
		case seen[name]:
			l.report(Error, path+".name", nil, "Rename or remove one.", "there are two variables %s", quote(name))
		}
		seen[name] = true
		switch kind {
		case "datasource":
			if wanted := stringAt(variable, "query"); wanted != "" && !l.context.OtherSources && !l.hasType(wanted) {
				l.report(Warning, path+".query", nil, l.sourcesHint(), "%s offers data sources of type %s, of which the stack has none", called, quote(wanted))
			}
		case "query", "adhoc":
			l.reference(path, nil, called, variable["datasource"])
			if l.kindOf(variable["datasource"], l.context.DefaultType) == prometheusType {
				l.variableQuery(path+".query", called, variable["query"])
			}
		}
	}
}

func (l *linter) variableQuery(path, called string, query any) {
	if o, ok := query.(object); ok {
		path, query = path+".query", o["query"]
	}
	text, _ := query.(string)
	for _, form := range []*regexp.Regexp{labelValuesForm, queryResultForm} {
		if found := form.FindStringSubmatch(text); found != nil {
			l.query(path, nil, called, found[1], true)
			return
		}
	}
}

// annotations checks the queries of annotations.
func (l *linter) annotations() {
	for i, annotation := range section(l.root, "annotations") {
		path := fmt.Sprintf("annotations.list[%d]", i)
		called := "annotation " + quote(stringAt(annotation, "name"))
		l.reference(path, nil, called, annotation["datasource"])
		if l.kindOf(annotation["datasource"], l.context.DefaultType) != prometheusType {
			continue
		}
		holder, at := annotation, path+".expr"
		if target, ok := annotation["target"].(object); ok && annotation["expr"] == nil {
			holder, at = target, path+".target.expr"
		}
		l.query(at, nil, called, stringAt(holder, "expr"), false)
	}
}
