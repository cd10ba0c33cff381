package acctest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/dashboard"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/dashboard/dashboardtest"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

// corpus writes every dashboard into a file and returns the resources that take
// them, in a few folders.
func corpus(t *testing.T, dashboards map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	var config strings.Builder
	for i, name := range slices.Sorted(maps.Keys(dashboards)) {
		file := filepath.Join(dir, name+".json")
		writeFile(t, file, dashboards[name])
		folder := []string{"null", `"Folder 1"`, `"Folder 2"`}[i%3]
		config.WriteString(board(name, "folder = "+folder, fmt.Sprintf("config_json = file(%q)", file)))
	}
	return config.String()
}

// board is an opp_dashboard of the stack, with these attributes.
func board(name string, attributes ...string) string {
	return fmt.Sprintf("resource \"opp_dashboard\" %q {\n  stack = opp_monitoring_stack.main.name\n  name = %q\n  %s\n}\n",
		name, name, strings.Join(attributes, "\n  "))
}

// libraryPanels are those that the corpus refers to.
func libraryPanels(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	var look func(value any)
	look = func(value any) {
		switch v := value.(type) {
		case map[string]any:
			if library, ok := v["libraryPanel"].(map[string]any); ok {
				name, _ := library["name"].(string)
				all[library["uid"].(string)] = name
			}
			for _, member := range v {
				look(member)
			}
		case []any:
			for _, element := range v {
				look(element)
			}
		}
	}
	for _, text := range dashboardtest.All() {
		look(decode(t, text))
	}
	return all
}

// decode reads a dashboard; numbers stay as they are written.
func decode(t *testing.T, text string) map[string]any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var model map[string]any
	if err := decoder.Decode(&model); err != nil {
		t.Fatal(err)
	}
	return model
}

// Dashboards in every shape that people have are created, read back the same,
// and planned empty, also after somebody pressed save in the editor, which adds
// what Grafana likes to have.
func TestDashboardsOfEveryShape(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	all := dashboardtest.All()
	if len(all) < 30 {
		t.Fatalf("there are only %d dashboards", len(all))
	}
	stack := e.Stack(e.Grafana("") + "  loki = { port = 0 }\n")
	config := stack + corpus(t, all)
	names := slices.Sorted(maps.Keys(all))
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: []resource.TestStep{
		{Config: stack},
		{
			PreConfig: func() {
				person := e.Person("production")
				for uid, name := range libraryPanels(t) {
					person.Do(http.MethodPost, "/api/library-elements", map[string]any{
						"uid": uid, "name": name, "kind": 1, "model": map[string]any{"type": "stat", "title": name},
					}, nil)
				}
			},
			Config: config,
		},
		{
			PreConfig: func() {
				for _, name := range names {
					read, err := e.Client.Dashboard(t.Context(), "production", name)
					if err != nil {
						t.Fatal(err)
					}
					if !dashboard.Equal(all[name], read.ConfigJSON) || read.Version != 1 {
						t.Errorf("%s comes back otherwise, as version %d:\n%s", name, read.Version, read.ConfigJSON)
					}
				}
			},
			Config: config, PlanOnly: true,
		},
		{
			ResourceName: "opp_dashboard.minimal", ImportState: true, ImportStateId: "production/minimal", ImportStateVerify: true,
		},
		{
			PreConfig: func() {
				person := e.Person("production")
				for _, name := range names {
					before := person.Dashboard(name)
					model := decode(t, dashboardtest.SavedByEditor(all[name], name, before.Meta.Version))
					model["id"] = before.Dashboard["id"]
					person.Save(model, before.Meta.FolderUID)
				}
			},
			Config: config, PlanOnly: true,
		},
		{Config: stack},
		{
			PreConfig: func() {
				person := e.Person("production")
				for _, name := range names {
					if person.Has("/api/dashboards/uid/" + name) {
						t.Errorf("%s is still there", name)
					}
				}
				if got := folders(person); len(got) > 0 {
					t.Errorf("folders %q are still there", got)
				}
			},
			Config: stack, PlanOnly: true,
		},
	}})
}

// folders are the titles of all folders but that of the built-in dashboard.
func folders(person *acctest.Person) []string {
	var all []struct{ Title string }
	person.Do(http.MethodGet, "/api/folders", nil, &all)
	var titles []string
	for _, folder := range all {
		if folder.Title != "Monitoring" {
			titles = append(titles, folder.Title)
		}
	}
	slices.Sort(titles)
	return titles
}

// A hundred dashboards are saved at once, into one folder that none of them
// finds there.
func TestManyDashboards(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	const count = 100
	config := e.Stack(e.Grafana("")) + fmt.Sprintf(`
resource "opp_dashboard" "d" {
  count       = %d
  stack       = opp_monitoring_stack.main.name
  name        = "d-${count.index}"
  folder      = "Many"
  config_json = jsonencode({ title = "D ${count.index}", panels = [] })
}
`, count)
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: []resource.TestStep{
		{Config: config},
		{
			PreConfig: func() {
				person := e.Person("production")
				for i := range count {
					if d := person.Dashboard(fmt.Sprint("d-", i)); d.Meta.FolderTitle != "Many" || d.Meta.Version != 1 {
						t.Errorf("dashboard %d is in %q, version %d", i, d.Meta.FolderTitle, d.Meta.Version)
					}
				}
				if got := folders(person); !slices.Equal(got, []string{"Many"}) {
					t.Errorf("folders %q", got)
				}
			},
			Config: config, PlanOnly: true,
		},
	}})
}

// A folder is made when it is first used, and goes with the last dashboard of
// ours, but never with one of somebody else.
func TestFolders(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	in := func(name, folder string) string {
		return board(name, "folder = "+folder, fmt.Sprintf("config_json = jsonencode({ title = %q })", name))
	}
	has := func(what string, want ...string) func() {
		return func() {
			if got := folders(e.Person("production")); !slices.Equal(got, want) {
				t.Errorf("%s: folders %q, want %q", what, got, want)
			}
		}
	}
	stack := e.Stack(e.Grafana(""))
	both := stack + in("a", `"Platform"`) + in("b", `"Platform"`)
	moved := stack + in("a", `"Apart"`) + in("b", `"Platform"`)
	var theirs string
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: []resource.TestStep{
		{Config: both},
		{PreConfig: has("two dashboards", "Platform"), Config: moved},
		{PreConfig: has("one moved", "Apart", "Platform"), Config: stack + in("a", "null") + in("b", `"Platform"`)},
		{PreConfig: has("one moved to the root", "Platform"), Config: stack + in("b", `"Platform"`)},
		{
			PreConfig: func() {
				has("one removed", "Platform")()
				person := e.Person("production")
				theirs = person.Dashboard("b").Meta.FolderUID
				person.Save(map[string]any{"uid": "theirs", "title": "Theirs"}, theirs)
			},
			Config: stack,
		},
		{
			PreConfig: func() {
				has("somebody else's in it", "Platform")()
				if got := e.Person("production").Dashboard("theirs").Meta.FolderUID; got != theirs {
					t.Errorf("the dashboard of somebody else is in %q, was in %q", got, theirs)
				}
			},
			Config: stack + in("a", `"Platform"`),
		},
		{PreConfig: func() { e.Person("production").Delete("theirs") }, Config: stack},
		{PreConfig: has("nobody's"), Config: stack, PlanOnly: true},
	}})
}

// A dashboard that was made by hand is read, and taken over as it is.
func TestMigrateDashboard(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	stack := e.Stack(e.Grafana(""))
	read := stack + `
data "opp_dashboard" "old" {
  stack = opp_monitoring_stack.main.name
  uid   = "by-hand"
}
`
	take := func(json string) string {
		return read + `
resource "opp_dashboard" "new" {
  stack       = opp_monitoring_stack.main.name
  name        = "by-hand"
  folder      = data.opp_dashboard.old.folder
  config_json = ` + json + `
}
`
	}
	version := func(want int) func() {
		return func() {
			if got := e.Person("production").Dashboard("by-hand").Meta.Version; got != want {
				t.Errorf("version %d, want %d", got, want)
			}
		}
	}
	annotated := func(want int) {
		t.Helper()
		var all []struct{ DashboardUID, Text string }
		e.Person("production").Do(http.MethodGet, "/api/annotations?tags=opp", nil, &all)
		got := 0
		for _, a := range all {
			if a.DashboardUID == "by-hand" && a.Text == "applied by Terraform" {
				got++
			}
		}
		if got != want {
			t.Errorf("%d annotations, want %d: %+v", got, want, all)
		}
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: []resource.TestStep{
		{Config: stack},
		{
			PreConfig: func() {
				person := e.Person("production")
				person.Folder("old", "Old")
				person.Save(map[string]any{"uid": "by-hand", "title": "By hand", "panels": []any{
					map[string]any{"id": 1, "type": "stat", "title": "Up", "targets": []any{map[string]any{"refId": "A", "expr": "up"}}},
				}}, "old")
			},
			Config: take(`jsonencode({ title = "Other" })`), ExpectError: oneLine(`Grafana has a dashboard "By hand" of this uid already.*data source opp_dashboard`),
		},
		{Config: take("data.opp_dashboard.old.config_json")},
		{PreConfig: version(1), Config: take("data.opp_dashboard.old.config_json"), PlanOnly: true},
		{
			Config: take(`jsonencode({ title = "Other" })`),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction("opp_dashboard.new", plancheck.ResourceActionUpdate),
			}},
		},
		{
			// Every save leaves an annotation, unless that is switched off; taking over is none.
			PreConfig: func() { version(2)(); annotated(1) },
			Config:    strings.Replace(take(`jsonencode({ title = "Quiet" })`), "  config_json", "  annotate    = false\n  config_json", 1),
		},
		{PreConfig: func() { version(3)(); annotated(1) }, Config: stack},
		{
			PreConfig: func() {
				person := e.Person("production")
				if person.Has("/api/dashboards/uid/by-hand") || !person.Has("/api/folders/old") {
					t.Error("the dashboard is left, or the folder of somebody else is not")
				}
			},
			Config: stack, PlanOnly: true,
		},
	}})
}

// oneLine matches a text however Terraform breaks it into lines.
func oneLine(pattern string) *regexp.Regexp {
	return regexp.MustCompile("(?s)" + strings.ReplaceAll(pattern, " ", `[\s│]+`))
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
