package spec_test

import (
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/dashboard/dashboardtest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func soundDashboard() spec.Dashboard {
	return spec.Dashboard{
		Stack: "production", Name: "overview", Folder: "Platform", UIEdits: spec.UIEditsReport, Lint: spec.LintWarn,
		ConfigJSON: `{"title": "Overview", "panels": [{"type": "stat", "title": "Up", "targets": [{"refId": "A", "expr": "up"}]}]}`,
	}
}

func TestSoundDashboards(t *testing.T) {
	variations := map[string]func(*spec.Dashboard){
		"everything":       func(*spec.Dashboard) {},
		"root":             func(d *spec.Dashboard) { d.Folder = "" },
		"longest name":     func(d *spec.Dashboard) { d.Name = strings.Repeat("a", 40) },
		"upper case":       func(d *spec.Dashboard) { d.Name = "A_b-9" },
		"lint":             func(d *spec.Dashboard) { d.Lint = spec.LintError },
		"revert":           func(d *spec.Dashboard) { d.UIEdits = spec.UIEditsRevert },
		"keep":             func(d *spec.Dashboard) { d.UIEdits = spec.UIEditsKeep },
		"not known yet":    func(d *spec.Dashboard) { d.ConfigJSON = "" },
		"another stack's":  func(d *spec.Dashboard) { d.ConfigJSON = panel(`"datasource": "elsewhere", "targets": [{"expr": "x"}]`) },
		"nothing is asked": func(d *spec.Dashboard) { d.Lint, d.ConfigJSON = spec.LintOff, panel(`"targets": [{"expr": "sum("}]`) },
	}
	for name, text := range dashboardtest.All() {
		variations[name] = func(d *spec.Dashboard) { d.ConfigJSON = text }
	}
	accept(t, soundDashboard, variations)
}

// panel is a dashboard with one panel "P" that has these members.
func panel(members string) string {
	return `{"title": "D", "panels": [{"type": "stat", "title": "P", ` + members + `}]}`
}

func TestDashboardMistakes(t *testing.T) {
	name := func(text string) func(*spec.Dashboard) { return func(d *spec.Dashboard) { d.Name = text } }
	folder := func(text string) func(*spec.Dashboard) { return func(d *spec.Dashboard) { d.Folder = text } }
	config := func(text string) func(*spec.Dashboard) { return func(d *spec.Dashboard) { d.ConfigJSON = text } }
	try(t, soundDashboard, []mistake[spec.Dashboard]{
		{"bad stack", func(d *spec.Dashboard) { d.Stack = "Prod" }, "stack", "is not a stack name"},
		{"no name", name(""), "name", "is not a name for a dashboard"},
		{"long name", name(strings.Repeat("a", 41)), "name", "is not a name for a dashboard"},
		{"name with a space", name("a b"), "name", "is not a name for a dashboard"},
		{"reserved name", name("opp-monitoring-stack"), "name", "is reserved"},
		{"root by name", folder("general"), "folder", "is Grafana's root"},
		{"folder with space", folder("Platform "), "folder", "begins or ends with white space"},
		{"folder on two lines", folder("a\nb"), "folder", ""},
		{"ui_edits", func(d *spec.Dashboard) { d.UIEdits = "merge" }, "ui_edits", `"merge" is not a value of ui_edits`},
		{"lint", func(d *spec.Dashboard) { d.Lint = "strict" }, "lint", `"strict" is not a value of lint`},
		{"no JSON", config("{"), "config_json", "line 1, column 2: it ends too early"},
		{"no JSON, lint off", func(d *spec.Dashboard) { d.Lint, d.ConfigJSON = spec.LintOff, "[]" }, "config_json", "it is a list, not an object"},
		{"no title", config("{}"), "config_json.title", "the dashboard has no title, at title"},
		{"query", config(panel(`"targets": [{"refId": "A", "expr": "sum("}]`)), "config_json.panels[0].targets[0].expr",
			`query A of panel "P" is not PromQL`},
		{"warnings are errors", func(d *spec.Dashboard) { d.Lint, d.ConfigJSON = spec.LintError, panel(`"targets": []`) },
			"config_json.panels[0].targets", `panel "P" has no query, at panels[0].targets`},
	})
}

func TestDashboardWarnings(t *testing.T) {
	d := soundDashboard()
	d.ConfigJSON = panel(`"targets": []`)
	if _, got := d.Check(); len(got) != 1 || got[0].Path != "config_json.panels[0].targets" || !strings.Contains(got[0].Message, `panel "P"`) {
		t.Errorf("warnings: %v", got)
	}
	for _, lint := range []string{spec.LintOff, spec.LintError} {
		d.Lint = lint
		if _, got := d.Check(); len(got) != 0 {
			t.Errorf("lint %s warns: %v", lint, got)
		}
	}
}

// Which data sources there are depends on the stack.
func TestDashboardDataSources(t *testing.T) {
	stack := spec.DefaultStack("production")
	stack.Grafana.Enabled = true
	source := func(name string) *spec.Dashboard {
		d := soundDashboard()
		d.ConfigJSON = panel(`"datasource": "` + name + `", "targets": [{"refId": "A", "expr": "up"}]`)
		return &d
	}
	for name, known := range map[string]bool{"prometheus": true, "alertmanager": true, "loki": false, "node_exporter": false, "thanos": false} {
		if problems := source(name).ValidateIn(&stack); (len(problems) == 0) != known {
			t.Errorf("%s: %v", name, problems)
		}
	}
	stack.Loki.Enabled = true
	if problems := source("loki").ValidateIn(&stack); len(problems) > 0 {
		t.Errorf("with Loki: %v", problems)
	}
	stack.Grafana.URL = "https://grafana.example.com"
	if problems := source("thanos").ValidateIn(&stack); len(problems) > 0 {
		t.Errorf("where Grafana runs elsewhere: %v", problems)
	}
}
