package dashboard

import (
	"encoding/json"
	"fmt"
)

// withoutQuery are the types of panels that show something without a query.
var withoutQuery = map[string]bool{
	"alertGroups": true, "alertlist": true, "annolist": true, "canvas": true, "dashlist": true,
	"gettingstarted": true, "grafana-clock-panel": true, "library-panel-ref": true, "live": true,
	"news": true, "pluginlist": true, "row": true, "text": true, "traces": true, "welcome": true,
}

// panel checks one panel.
func (l *linter) panel(p *panel) {
	if repeat := stringAt(p.body, "repeat"); repeat != "" && !l.known[repeat] {
		l.report(Warning, p.path+".repeat", p, l.variablesHint(), "%s is repeated for variable %s, which the dashboard does not have", l.called[p], quote(repeat))
	}
	if p.kind() == "row" || p.inLibrary() {
		return
	}
	if p.kind() == "" {
		l.report(Warning, p.path+".type", p, "Add a type such as timeseries.", "%s has no type", l.called[p])
	}
	if p.title() == "" && p.kind() != "text" && !withoutQuery[p.kind()] {
		l.report(Warning, p.path+".title", p, "Add a title.", "%s has no title", l.called[p])
	}
	targets := children(p.body, "targets")
	if len(targets) == 0 && !withoutQuery[p.kind()] && p.body["snapshotData"] == nil {
		l.report(Warning, p.path+".targets", p, "Add a query, or remove the panel.", "%s has no query", l.called[p])
	}
	l.reference(p.path, p, l.called[p], p.body["datasource"])
	for i, target := range targets {
		path := fmt.Sprintf("%s.targets[%d]", p.path, i)
		if refUID(target["datasource"]) != refUID(p.body["datasource"]) {
			l.reference(path, p, queryName(stringAt(target, "refId"), i)+" of "+l.called[p], target["datasource"])
		}
		l.target(path, p, target, i)
	}
}

// target checks a query of a panel.
func (l *linter) target(path string, p *panel, target object, index int) {
	expr := stringAt(target, "expr")
	kind := l.kindOf(target["datasource"], l.kindOf(p.body["datasource"], l.context.DefaultType))
	if refUID(p.body["datasource"]) != mixedUID && p.body["datasource"] != nil && kind != expressionType {
		// Grafana asks the panel's data source whatever the query says.
		kind = l.kindOf(p.body["datasource"], kind)
	}
	called := queryName(stringAt(target, "refId"), index) + " of " + l.called[p]
	switch kind {
	case prometheusType:
		instant := target["instant"] == true && target["range"] != true
		l.query(path+".expr", p, called, expr, instant)
	case lokiType:
		l.unknownVariables(path+".expr", p, called, expr)
	}
}

// idNumber returns the panel's id in one form, empty if it is no number.
func idNumber(p *panel) json.Number {
	id, ok := p.body["id"].(json.Number)
	if !ok {
		return ""
	}
	return canonicalNumber(id)
}
