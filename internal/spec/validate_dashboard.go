package spec

import (
	"maps"
	"slices"
	"strings"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/dashboard"
)

// rootFolder is what Grafana calls the place outside all folders; it makes no
// folder of that title.
const rootFolder = "General"

// dashboardUID checks the name of a dashboard, which is its uid in Grafana too.
func (e *FieldErrors) dashboardUID(path, value string) {
	switch {
	case dashboard.CheckUID(value) != nil:
		e.Add(path, "Use 1 to 40 letters, digits, dashes and underscores: the name is also the uid in Grafana.", "%s is not a name for a dashboard", quote(value))
	case strings.HasPrefix(value, ReservedPrefix):
		e.Add(path, "Choose a name that does not begin with "+ReservedPrefix+".", "%s is reserved for the dashboards of self-monitoring", quote(value))
	}
}

// folder checks the title of a folder. Grafana takes white space around it away.
func (e *FieldErrors) folder(path, value string) {
	switch {
	case !e.line(path, value):
	case strings.EqualFold(value, rootFolder):
		e.Add(path, "Leave folder out: the dashboard is there then.", "%s is Grafana's root, not a folder", quote(value))
	case strings.TrimSpace(value) != value:
		e.Add(path, "Remove the space.", "%s begins or ends with white space", quote(value))
	}
}

// oneOf checks a value against the few there are.
func (e *FieldErrors) oneOf(path, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		e.Add(path, "Use "+strings.Join(allowed, ", ")+".", "%s is not a value of %s", quote(value), path)
	}
}

// Validate implements Object. Which data sources there are depends on the
// stack; ValidateIn checks that.
func (d *Dashboard) Validate() FieldErrors {
	errs, _ := d.Check()
	return errs
}

// Check also returns the problems that are only to be told of.
func (d *Dashboard) Check() (errs, warnings FieldErrors) {
	errs.stackName("stack", d.Stack)
	errs.dashboardUID("name", d.Name)
	errs.folder("folder", d.Folder)
	errs.oneOf("ui_edits", d.UIEdits, UIEditsReport, UIEditsRevert, UIEditsKeep)
	errs.oneOf("lint", d.Lint, LintOff, LintWarn, LintError)
	found := d.lint(nil)
	return append(errs, found.errors...), found.warnings
}

// ValidateIn implements Dependent: every data source that the dashboard names
// must be one of the stack, unless Grafana runs elsewhere and may have more.
func (d *Dashboard) ValidateIn(stack *Stack) FieldErrors { return d.lint(stack).errors }

// findings are the problems of a dashboard, by what becomes of them.
type findings struct{ errors, warnings FieldErrors }

// lint looks at what the dashboard shows; a nil stack is one that is not known.
// No text at all is one that is not known either.
func (d *Dashboard) lint(stack *Stack) findings {
	var f findings
	if d.ConfigJSON == "" {
		return f
	}
	parsed, err := dashboard.Parse(d.ConfigJSON)
	if err != nil {
		f.errors.Add("config_json", "Use the JSON that Grafana shows under Settings, JSON Model.", "%s", words(err))
		return f
	}
	if d.Lint == LintOff {
		return f
	}
	sources, others := dataSources(stack)
	for _, p := range dashboard.Lint(parsed, dashboard.Context{UID: d.Name, DataSources: sources, OtherSources: others, DefaultType: "prometheus"}) {
		list := &f.errors
		if p.Severity == dashboard.Warning && d.Lint == LintWarn {
			list = &f.warnings
		}
		list.Add("config_json."+p.Path, p.Hint, "%s, at %s", p.Message, p.Path)
	}
	return f
}

// dataSources maps the uids of the data sources of a stack to their types, which
// have the names of the components. others is set if there may be more.
func dataSources(stack *Stack) (sources map[string]string, others bool) {
	sources = map[string]string{"prometheus": "prometheus", "alertmanager": "alertmanager", "loki": "loki"}
	if stack == nil {
		return sources, true
	}
	enabled := map[string]bool{}
	for _, c := range stack.Components() {
		enabled[c.Name] = c.Enabled
	}
	maps.DeleteFunc(sources, func(name, _ string) bool { return !enabled[name] })
	return sources, stack.Grafana.External()
}
