package acctest_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

// hostJSON is a dashboard in which there is something of everything.
const hostJSON = `{
  "title": "Host", "schemaVersion": 41, "refresh": "30s", "tags": ["host"],
  "templating": {"list": [{"name": "instance", "type": "query", "query": "label_values(up, instance)", "refresh": 1,
    "datasource": {"type": "prometheus", "uid": "prometheus"}}]},
  "panels": [
    {"id": 1, "type": "timeseries", "title": "CPU", "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8},
     "datasource": {"type": "prometheus", "uid": "prometheus"},
     "fieldConfig": {"defaults": {"thresholds": {"mode": "absolute", "steps": [{"color": "green", "value": null}, {"color": "red", "value": 80}]}}, "overrides": []},
     "targets": [{"refId": "A", "expr": "rate(node_cpu_seconds_total{instance=~\"$instance\"}[5m])"}]},
    {"id": 2, "type": "stat", "title": "Errors", "gridPos": {"x": 12, "y": 0, "w": 12, "h": 8}, "targets": [{"refId": "A", "expr": "up == 0"}]}
  ]
}`

// host writes the dashboard into a file and returns the resource.
func host(t *testing.T, attributes ...string) string {
	t.Helper()
	return board("host", append(attributes, fmt.Sprintf("config_json = file(%q)", write(t, "host.json", hostJSON)))...)
}

// write makes a file that lives as long as the test.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	writeFile(t, path, text)
	return path
}

// panels are those of a dashboard as Grafana has it.
func panels(model map[string]any) []any { return model["panels"].([]any) }

func panel(model map[string]any, i int) map[string]any { return panels(model)[i].(map[string]any) }

// What somebody changed in Grafana shows in the plan in a colleague's words, and
// one apply repairs it.
func TestDashboardDrift(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	config := e.Stack(e.Grafana("")) + host(t, `folder = "Platform"`)
	edit := func(change func(map[string]any)) func() {
		return func() { e.Person("production").Edit("host", change) }
	}
	steps := []resource.TestStep{{Config: config}, {Config: config, PlanOnly: true}}
	for _, change := range []struct {
		shows string
		do    func()
	}{
		{`panel "CPU": query A changed`, edit(func(m map[string]any) {
			panel(m, 0)["targets"] = []any{map[string]any{"refId": "A", "expr": "up"}}
		})},
		{`panel "CPU": threshold changed`, edit(func(m map[string]any) {
			panel(m, 0)["fieldConfig"] = map[string]any{"defaults": map[string]any{"thresholds": map[string]any{"mode": "absolute", "steps": []any{}}}}
		})},
		{`panel "Errors" removed`, edit(func(m map[string]any) { m["panels"] = panels(m)[:1] })},
		{`panel "Errors" moved`, edit(func(m map[string]any) {
			panel(m, 1)["gridPos"] = map[string]any{"x": 0, "y": 8, "w": 12, "h": 8}
		})},
		{`panel "Errors" renamed to "Down"`, edit(func(m map[string]any) { panel(m, 1)["title"] = "Down" })},
		{`panel "Memory" added`, edit(func(m map[string]any) {
			m["panels"] = append(panels(m), map[string]any{"id": 3, "type": "stat", "title": "Memory", "targets": []any{}})
		})},
		{`variable "instance" removed`, edit(func(m map[string]any) { m["templating"] = map[string]any{"list": []any{}} })},
		{`title changed from "Host" to "Hosts"`, edit(func(m map[string]any) { m["title"] = "Hosts" })},
		{`moved from folder "Platform" to folder "Elsewhere"`, func() {
			person := e.Person("production")
			person.Folder("elsewhere", "Elsewhere")
			person.Save(person.Dashboard("host").Dashboard, "elsewhere")
		}},
		{`moved from folder "Platform" to the root`, func() {
			person := e.Person("production")
			person.Save(person.Dashboard("host").Dashboard, "")
		}},
		{"deleted in Grafana", func() { e.Person("production").Delete("host") }},
		{"and 3 more changes", edit(func(m map[string]any) {
			var all []any
			for i := range 13 {
				all = append(all, map[string]any{"id": 10 + i, "type": "stat", "title": fmt.Sprint("P", i)})
			}
			m["panels"] = append(panels(m), all...)
		})},
	} {
		steps = append(steps, resource.TestStep{
			PreConfig: func() { t.Log("drift:", change.shows); change.do() },
			Config:    config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction("opp_dashboard.host", plancheck.ResourceActionUpdate),
				plancheck.ExpectResourceAction("opp_monitoring_stack.main", plancheck.ResourceActionNoop),
				planShows{"opp_dashboard.host", change.shows},
			}},
		})
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: steps})
}

// The dashboard about the stack itself, and its folder, belong to the stack.
func TestDriftOfBuiltInDashboard(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	config := e.Stack(e.Grafana(""))
	repaired := func(shows string) resource.ConfigPlanChecks {
		return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectResourceAction("opp_monitoring_stack.main", plancheck.ResourceActionUpdate),
			planShows{"opp_monitoring_stack.main", `grafana: dashboard "opp-monitoring-stack": ` + shows},
		}}
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: []resource.TestStep{
		{Config: config},
		{
			PreConfig: func() {
				e.Person("production").Edit("opp-monitoring-stack", func(m map[string]any) { panel(m, 0)["title"] = "Mine" })
			},
			Config: config, ConfigPlanChecks: repaired(`panel "Targets up" renamed to "Mine"`),
		},
		{PreConfig: func() { e.Person("production").Delete("opp-monitoring-stack") }, Config: config, ConfigPlanChecks: repaired("deleted in Grafana")},
		{
			PreConfig: func() {
				if got := e.Person("production").Dashboard("opp-monitoring-stack"); got.Meta.FolderTitle != "Monitoring" || len(panels(got.Dashboard)) != 8 {
					t.Errorf("it is in folder %q with %d panels", got.Meta.FolderTitle, len(panels(got.Dashboard)))
				}
			},
			Config: config, PlanOnly: true,
		},
	}})
}

// What becomes of edits is what ui_edits says. The exit codes are those that
// pipelines look at.
func TestEditsOfDashboards(t *testing.T) {
	t.Parallel()
	provider := acctest.BuildProvider(t)
	e := acctest.New(t)
	w := acctest.NewWorkspace(t, provider, e.StateDir, "")
	stack := strings.Replace(e.Stack(e.Grafana("")), e.Provider(), "", 1)
	configure := func(title string, attributes ...string) {
		t.Helper()
		w.Configure(stack + board("d", append(attributes, fmt.Sprintf("config_json = jsonencode({ title = %q })", title))...))
	}
	plan := func(want int, args ...string) string {
		t.Helper()
		code, out := w.Run(nil, append([]string{"plan", "-detailed-exitcode", "-input=false"}, args...)...)
		if code != want {
			t.Fatalf("plan: exit %d, want %d\n%s", code, want, out)
		}
		return out
	}
	edit := func(title string) { e.Person("production").Edit("d", func(m map[string]any) { m["title"] = title }) }
	title := func(want string) {
		t.Helper()
		if got := e.Person("production").Dashboard("d").Dashboard["title"]; got != want {
			t.Errorf("the title is %q, want %q", got, want)
		}
	}
	refused := func(want string, args ...string) {
		t.Helper()
		code, out := w.Run(nil, append([]string{"apply", "-input=false"}, args...)...)
		if code == 0 || !oneLine(want).MatchString(out) || strings.Contains(out, "terraform import") {
			t.Fatalf("apply: exit %d, want a refusal with %q\n%s", code, want, out)
		}
	}
	configure("A")
	w.Apply()
	w.PlanEmpty()

	// report: an edit that the plan shows is taken back, one that it does not is not.
	edit("X")
	if out := plan(2, "-out=shown"); !strings.Contains(out, `title changed from \"A\" to \"X\"`) {
		t.Errorf("the plan does not show the edit:\n%s", out)
	}
	edit("Y")
	refused(`edited in Grafana since the plan: title changed from "A" to "Y".*Plan again`, "shown")
	title("Y")
	plan(2, "-out=shown")
	if code, out := w.Run(nil, "apply", "-input=false", "shown"); code != 0 {
		t.Fatalf("applying what the plan shows: exit %d\n%s", code, out)
	}
	title("A")
	w.PlanEmpty()

	// revert: whatever was edited since.
	configure("A", `ui_edits = "revert"`)
	w.Apply()
	edit("X")
	plan(2, "-out=shown")
	edit("Y")
	if code, out := w.Run(nil, "apply", "-input=false", "shown"); code != 0 {
		t.Fatalf("reverting: exit %d\n%s", code, out)
	}
	title("A")
	w.PlanEmpty()

	// keep: edits are no drift, and a change of the configuration does not lose them.
	configure("A", `ui_edits = "keep"`)
	w.Apply()
	edit("X")
	w.PlanEmpty()
	configure("B", `ui_edits = "keep"`)
	refused(`edited in Grafana: title changed from "A" to "X".*Take the edits into config_json`, "-auto-approve")
	title("X")
	configure("X", `ui_edits = "keep"`)
	w.Apply()
	w.PlanEmpty()
	e.Person("production").Delete("d")
	plan(2)
	w.Apply()
	title("X")
	w.Destroy()
}
