package dashboard

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Context is what a dashboard will find where it is saved.
type Context struct {
	// UID is the uid that it will be saved under; empty if that is not known.
	UID string
	// DataSources are the types of the data sources of the stack, by uid. A name
	// that dashboards may use instead of the uid is an entry of its own.
	DataSources map[string]string
	// OtherSources says that there may be data sources which are not listed, so
	// that an unknown one is no problem.
	OtherSources bool
	// DefaultType is the type of the data source that is asked where a dashboard
	// names none, such as prometheus.
	DefaultType string
}

// Severity tells how bad a problem is.
type Severity int

const (
	// Warning is for what works, but hardly as somebody meant it.
	Warning Severity = iota
	// Error is for what Grafana or Prometheus refuses.
	Error
)

// String returns "warning" or "error".
func (s Severity) String() string {
	if s == Error {
		return "error"
	}
	return "warning"
}

// Problem is something that [Lint] found.
type Problem struct {
	// Path is where in the JSON, such as panels[3].targets[0].expr.
	Path string
	// Panel is the title of the panel; empty outside panels and for untitled ones.
	Panel string
	// Message is a sentence that names what is wrong; without a full stop, like
	// an error.
	Message string
	// Hint is a sentence that says what to do; empty if the message does.
	Hint     string
	Severity Severity
}

const (
	maxUID   = 40
	maxTitle = 5000
)

var uidForm = regexp.MustCompile(`^[a-zA-Z0-9_-]+$`)

// CheckUID returns an error if Grafana refuses a dashboard with this uid: it may
// have 40 characters, of a-z, A-Z, 0-9, _ and -.
func CheckUID(uid string) error {
	switch {
	case uid == "":
		return fmt.Errorf("the uid is empty")
	case len(uid) > maxUID:
		return fmt.Errorf("uid %s has %d characters, the limit is %d", quote(uid), len(uid), maxUID)
	case !uidForm.MatchString(uid):
		return fmt.Errorf("uid %s has other characters than letters, digits, _ and -", quote(uid))
	}
	return nil
}

// Lint returns what is wrong with a dashboard, in the order of the document:
// the dashboard itself, its panels, its variables, its annotations. Queries are
// checked as far as they are PromQL; LogQL is not parsed.
func Lint(d *Dashboard, context Context) []Problem {
	l := newLinter(d.root, context)
	l.dashboard()
	l.inputs()
	l.grid()
	for _, p := range l.panels {
		l.panel(p)
	}
	l.variables()
	l.annotations()
	return l.problems
}

// linter is one run over one dashboard.
type linter struct {
	context  Context
	root     object
	panels   []*panel
	called   map[*panel]string
	known    map[string]bool   // names of variables
	sources  map[string]string // types of data source variables by name
	imports  map[string]bool   // names that only an import by hand fills in
	promQL   promQL
	problems []Problem
}

func newLinter(root object, context Context) *linter {
	panels := flatten(root)
	l := &linter{
		context: context, root: root, panels: panels, called: names(panels),
		known: variableNames(root), sources: map[string]string{}, imports: map[string]bool{},
	}
	l.promQL = newPromQL(l.known)
	for _, variable := range section(root, "templating") {
		if stringAt(variable, "type") == "datasource" {
			l.sources[stringAt(variable, "name")] = stringAt(variable, "query")
		}
	}
	for _, input := range children(root, "__inputs") {
		if name := stringAt(input, "name"); name != "" && !l.known[name] {
			l.imports[name] = true
		}
	}
	return l
}

// report adds a problem; p is nil outside panels.
func (l *linter) report(severity Severity, path string, p *panel, hint, format string, args ...any) {
	problem := Problem{Path: path, Message: fmt.Sprintf(format, args...), Hint: hint, Severity: severity}
	if p != nil {
		problem.Panel = p.title()
	}
	l.problems = append(l.problems, problem)
}

func (l *linter) dashboard() {
	title := stringAt(l.root, "title")
	switch {
	case strings.TrimSpace(title) == "":
		l.report(Error, "title", nil, "Add a title; Grafana refuses a dashboard without one.", "the dashboard has no title")
	case utf8.RuneCountInString(title) > maxTitle:
		l.report(Error, "title", nil, "Shorten the title.", "the title has %d characters, the limit is %d", utf8.RuneCountInString(title), maxTitle)
	}
	uid, isText := l.root["uid"].(string)
	switch {
	case l.root["uid"] == nil || uid == "" && isText || isText && uid == l.context.UID:
	case l.context.UID != "":
		l.report(Warning, "uid", nil, "Remove uid from the JSON, or give the dashboard that name.",
			"uid %s in the JSON is ignored: the dashboard is saved with its name %s as uid", quoteAny(l.root["uid"]), quote(l.context.UID))
	case !isText:
		l.report(Error, "uid", nil, "Remove uid from the JSON.", "the uid is %s, not a string", kindOf(l.root["uid"]))
	default:
		if err := CheckUID(uid); err != nil {
			l.report(Error, "uid", nil, "Shorten it, or remove uid from the JSON.", "%v", err)
		}
	}
}

// inputs finds placeholders of an export "for sharing externally" that nobody
// has filled in: each is reported where it is used first.
func (l *linter) inputs() {
	for i, input := range children(l.root, "__inputs") {
		name := stringAt(input, "name")
		if !l.imports[name] {
			continue
		}
		placeholder := "${" + name + "}"
		if path := findText(without(l.root, "__inputs"), placeholder, ""); path != "" {
			l.report(Error, path, nil, "Replace it, for example by a uid of the stack, or export the dashboard without \"for sharing externally\".",
				"%s is a placeholder (__inputs[%d]) that is only filled in when somebody imports the dashboard by hand", quote(placeholder), i)
		}
	}
}
