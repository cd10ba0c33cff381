package acctest_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

// tools is a stack of nothing but a Grafana, which others use from elsewhere.
func tools(e *acctest.Env) string {
	return e.Provider() + `
resource "opp_monitoring_stack" "tools" {
  name          = "tools"
  prometheus    = { enabled = false }
  alertmanager  = { enabled = false }
  node_exporter = { enabled = false }
` + e.Grafana("") + `
}
`
}

// attached is a stack that uses a Grafana which runs elsewhere.
func attached(url, access string) string {
	return fmt.Sprintf(`
resource "opp_monitoring_stack" "main" {
  name          = "production"
  prometheus    = { port = 0 }
  alertmanager  = { port = 0 }
  node_exporter = { enabled = false }
  grafana = {
    url = %q
    %s
  }
}
`, url, access)
}

// account makes a service account and returns a token of it.
func account(person *acctest.Person, name, role string) string {
	var made struct{ ID int64 }
	person.Do(http.MethodPost, "/api/serviceaccounts", map[string]any{"name": name, "role": role}, &made)
	var token struct{ Key string }
	person.Do(http.MethodPost, fmt.Sprintf("/api/serviceaccounts/%d/tokens", made.ID), map[string]any{"name": name}, &token)
	return token.Key
}

// A stack may use a Grafana that runs already: it gets data sources and
// dashboards there, drift shows, and all of it goes with the stack.
func TestGrafanaElsewhere(t *testing.T) {
	t.Parallel()
	provider := acctest.BuildProvider(t)
	e := acctest.New(t)
	there := acctest.NewWorkspace(t, provider, e.StateDir, strings.Replace(tools(e), e.Provider(), "", 1))
	there.Apply()
	person := e.Person("tools")
	token := account(person, "terraform", "Admin")
	person.Save(map[string]any{"uid": "theirs", "title": "Theirs"}, "")

	w := acctest.NewWorkspace(t, provider, e.StateDir, "")
	configure := func(access, dashboards string) { w.Configure(attached(person.URL(), access) + dashboards) }
	byToken := func(token string, version int) string {
		return fmt.Sprintf("token_wo = %q\n    token_wo_version = %d", token, version)
	}
	dashboards := board("a", `folder = "Platform"`, `config_json = jsonencode({ title = "A" })`)
	configure(byToken(token, 1), dashboards)
	w.Apply()
	w.PlanEmpty()
	if got := person.Dashboard("a"); got.Meta.FolderTitle != "Platform" || !person.Has("/api/dashboards/uid/opp-monitoring-stack") {
		t.Errorf("the dashboard is in folder %q", got.Meta.FolderTitle)
	}
	nobodySees(t, e, w, "production", map[string]string{"the token": token})
	var health struct{ Status string }
	person.Do(http.MethodGet, "/api/datasources/uid/prometheus/health", nil, &health)
	if health.Status != "OK" {
		t.Errorf("the data source is %q", health.Status)
	}

	shows := func(want string) {
		t.Helper()
		code, out := w.Run(nil, "plan", "-detailed-exitcode", "-input=false")
		if code != 2 || !oneLine(want).MatchString(out) {
			t.Fatalf("plan: exit %d, want drift with %q\n%s", code, want, out)
		}
		w.Apply()
		w.PlanEmpty()
	}
	person.Edit("a", func(m map[string]any) { m["title"] = "Mine" })
	shows(`title changed from \\"A\\" to \\"Mine\\"`)
	person.Do(http.MethodDelete, "/api/datasources/uid/alertmanager", nil, nil)
	shows(`data source \\"alertmanager\\" is missing`)

	// Another way in, and somebody who may not save.
	configure(fmt.Sprintf("username = %q\n    password_wo = %q\n    password_wo_version = 1", person.Username(), person.Password()), dashboards)
	w.Apply()
	w.PlanEmpty()
	nobodySees(t, e, w, "production", map[string]string{"the password": person.Password()})
	configure(byToken(account(person, "looker", "Viewer"), 2), dashboards)
	if code, out := w.Run(nil, "apply", "-auto-approve", "-input=false"); code == 0 || !strings.Contains(out, "additional permissions") {
		t.Errorf("with a viewer's token: exit %d, want Grafana's words\n%s", code, out)
	}
	configure(byToken(token, 3), dashboards)
	w.Apply()
	w.PlanEmpty()

	w.Destroy()
	for path, want := range map[string]bool{
		"/api/dashboards/uid/a": false, "/api/dashboards/uid/opp-monitoring-stack": false, "/api/dashboards/uid/theirs": true,
		"/api/datasources/uid/prometheus": false, "/api/datasources/uid/alertmanager": false,
	} {
		if got := person.Has(path); got != want {
			t.Errorf("after the stack was destroyed, %s is there: %t", path, got)
		}
	}
	if got := folders(person); len(got) > 0 {
		t.Errorf("folders %q are left", got)
	}
	there.Destroy()
}

// A save that Grafana refuses carries its words, and leaves what was there.
func TestGrafanaRefuses(t *testing.T) {
	t.Parallel()
	provider := acctest.BuildProvider(t)
	e := acctest.New(t)
	stack := strings.Replace(e.Stack(e.Grafana("")), e.Provider(), "", 1)
	w := acctest.NewWorkspace(t, provider, e.StateDir, stack)
	w.Apply()
	// Somebody has a dashboard come from a file.
	person := e.Person("production")
	boards := t.TempDir()
	writeFile(t, filepath.Join(boards, "p.json"), `{"uid": "provisioned", "title": "From a file", "panels": []}`)
	dir := filepath.Join(e.StateDir, "stacks", "production", "current", "grafana", "provisioning", "dashboards")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "p.yml"), fmt.Sprintf("apiVersion: 1\nproviders: [{name: p, type: file, options: {path: %q}}]\n", boards))
	person.Do(http.MethodPost, "/api/admin/provisioning/dashboards/reload", nil, nil)
	acctest.Eventually(t, "the dashboard is there", func() bool { return person.Has("/api/dashboards/uid/provisioned") })

	w.Configure(stack + board("sound", `config_json = jsonencode({ title = "S" })`) +
		board("provisioned", `ui_edits = "revert"`, `config_json = jsonencode({ title = "From a file", panels = [] })`))
	w.Apply() // the same content is nothing to save
	w.Configure(stack + board("sound", `config_json = jsonencode({ title = "S" })`) +
		board("provisioned", `ui_edits = "revert"`, `config_json = jsonencode({ title = "Mine" })`))
	code, out := w.Run(nil, "apply", "-auto-approve", "-input=false")
	if code == 0 || !oneLine("Cannot save provisioned dashboard").MatchString(out) {
		t.Errorf("exit %d, want Grafana's words\n%s", code, out)
	}
	if got := person.Dashboard("provisioned").Dashboard["title"]; got != "From a file" {
		t.Errorf("the title is %q", got)
	}
	w.Configure(stack)
	if code, out := w.Run(nil, "apply", "-auto-approve", "-input=false"); code == 0 || !oneLine("provisioned dashboard cannot be deleted").MatchString(out) {
		t.Errorf("deleting: exit %d, want Grafana's words\n%s", code, out)
	}
	_ = os.Remove(filepath.Join(boards, "p.json"))
	_ = os.RemoveAll(dir)
	person.Do(http.MethodPost, "/api/admin/provisioning/dashboards/reload", nil, nil)
	acctest.Eventually(t, "the dashboard comes from a file no more", func() bool {
		status, _ := person.Ask(http.MethodDelete, "/api/dashboards/uid/provisioned", nil)
		return status == http.StatusOK || status == http.StatusNotFound
	})
	w.Destroy()
}
