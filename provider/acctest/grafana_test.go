package acctest_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/porttest"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

const mainStack = "opp_monitoring_stack.main"

// visit asks as somebody without login and returns the status.
func visit(t *testing.T, url string) int {
	t.Helper()
	response, err := http.Get(url) //nolint:noctx // a test's own loopback request
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}

// Every attribute of the block, changed alone and in place, changes what runs.
func TestGrafanaAttributes(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	address := porttest.Address(t)
	port := address[strings.LastIndex(address, ":")+1:]
	ini := func() string {
		text, err := os.ReadFile(filepath.Join(e.StateDir, "stacks", "production", "current", "grafana", "grafana.ini"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	has := func(want string) func() error {
		return func() error {
			if text := ini(); !strings.Contains(text, want) || strings.Contains(text, "hunter2") {
				return fmt.Errorf("grafana.ini lacks %q or holds the secret:\n%s", want, text)
			}
			return nil
		}
	}
	visits := func(base string, want int) func() error {
		return func() error {
			if base == "" {
				base = e.Endpoint("production", "grafana")
			}
			if got := visit(t, base+"/api/folders"); got != want {
				return fmt.Errorf("somebody without login gets %d, want %d", got, want)
			}
			return nil
		}
	}
	attributes := []string{}
	config := func() string { return e.Stack(e.Grafana(strings.Join(attributes, "\n    "))) }
	steps := []resource.TestStep{{
		Config: config(),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(mainStack, tfjsonpath.New("components").AtMapKey("grafana").AtMapKey("status"), knownvalue.StringExact("healthy")),
			statecheck.ExpectKnownValue(mainStack, tfjsonpath.New("components").AtMapKey("grafana").AtMapKey("version"), knownvalue.NotNull()),
			statecheck.ExpectKnownValue(mainStack, tfjsonpath.New("endpoints").AtMapKey("grafana"), knownvalue.NotNull()),
		},
	}}
	for _, change := range []struct {
		attribute string
		check     func() error
	}{
		{`settings = { "users.default_theme" = "light" }`, has("default_theme = light")},
		{`settings_wo = { "smtp.password" = "hunter2" }` + "\n" + `settings_wo_version = 1`, has("password = $__file{")},
		{`anonymous_role = "Viewer"`, visits("", http.StatusOK)},
		{"port = " + port, visits("http://127.0.0.1:"+port, http.StatusOK)},
		{`root_url = "http://127.0.0.1:` + port + `/tools/grafana/"`, visits("http://127.0.0.1:"+port+"/tools/grafana", http.StatusOK)},
	} {
		name, _, _ := strings.Cut(change.attribute, " ")
		if name == "port" {
			attributes = append(attributes, "port = 0") // to be replaced below
		}
		attributes = append(attributes, change.attribute)
		text := config()
		if name == "port" || name == "root_url" {
			text = strings.ReplaceAll(text, "    port   = 0\n", "")
			text = strings.ReplaceAll(text, "    port = 0\n", "")
		}
		steps = append(steps, resource.TestStep{
			PreConfig: func() { t.Log("changing", name) },
			Config:    text,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(mainStack, plancheck.ResourceActionUpdate),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(mainStack, tfjsonpath.New("grafana").AtMapKey("settings_wo"), knownvalue.Null()),
				statecheck.ExpectKnownValue(mainStack, tfjsonpath.New("status"), knownvalue.StringExact("healthy")),
				holds{change.check},
			},
		})
	}
	steps = append(steps,
		resource.TestStep{
			PreConfig: func() {
				// Prometheus reaches it, and it reaches Prometheus.
				acctest.Eventually(t, "Grafana is scraped", func() bool {
					found, err := e.Client.Query(t.Context(), "production", `up{job="opp-grafana"} == 1`)
					return err == nil && len(found.Vector) == 1
				})
				var health struct{ Status string }
				e.Person("production").Do(http.MethodGet, "/api/datasources/uid/prometheus/health", nil, &health)
				if health.Status != "OK" {
					t.Errorf("the data source is %q", health.Status)
				}
			},
			Config: e.Stack(""),
		},
		resource.TestStep{
			PreConfig: func() {
				o := e.Observe("production")
				if units, err := e.Engine().List(t.Context(), "production/grafana"); err != nil || len(units) > 0 || o.Status.Endpoints["grafana"] != "" {
					t.Errorf("without the block: units %v (%v), endpoint %q", units, err, o.Status.Endpoints["grafana"])
				}
			},
			Config: e.Stack(""), PlanOnly: true,
		},
	)
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: steps})
}

// A Grafana that ends, or does not answer any more, shows in the plan; after one
// apply it runs again and has its dashboards.
func TestGrafanaStops(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	config := e.Stack(e.Grafana("")) + host(t)
	steps := []resource.TestStep{{Config: config}}
	for _, change := range []struct {
		shows string
		do    func()
	}{
		{"grafana: not running", func() { e.Kill("production", "grafana") }},
		{"unhealthy", func() { e.Signal("production", "grafana", syscall.SIGSTOP) }},
	} {
		steps = append(steps, resource.TestStep{
			PreConfig: change.do, Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(mainStack, plancheck.ResourceActionUpdate),
				planShows{mainStack, change.shows},
			}},
		})
	}
	steps = append(steps, resource.TestStep{
		// The supervisor brings it back by itself.
		PreConfig: func() {
			before := e.Endpoint("production", "grafana")
			e.Signal("production", "grafana", syscall.SIGKILL)
			acctest.Eventually(t, "Grafana is back", func() bool {
				response, err := http.Get(before + "/api/health") //nolint:noctx // a test's own loopback request
				if err != nil {
					return false
				}
				_ = response.Body.Close()
				return response.StatusCode == http.StatusOK
			})
		},
		Config: config, PlanOnly: true,
	})
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: steps})
}

// The provider dies at every step while dashboards are added; the next apply
// converges, and destroy leaves nothing.
func TestCrashWhilePublishing(t *testing.T) {
	t.Parallel()
	provider := acctest.BuildProvider(t)
	e := acctest.New(t)
	stack := strings.Replace(e.Stack(e.Grafana("")), e.Provider(), "", 1)
	dashboards := func(title string) string {
		return board("a", `folder = "Platform"`, fmt.Sprintf("config_json = jsonencode({ title = %q })", title)) +
			board("b", fmt.Sprintf("config_json = jsonencode({ title = %q })", title))
	}
	dies := func(w *acctest.Workspace, step string) {
		t.Helper()
		witness := filepath.Join(t.TempDir(), "witness")
		code, out := w.Run([]string{"OPP_FAULT=" + step, "OPP_FAULT_WITNESS=" + witness}, "apply", "-auto-approve", "-input=false")
		if died, err := os.ReadFile(witness); code == 0 || err != nil || string(died) != step {
			t.Fatalf("the provider did not die at %q (exit %d):\n%s", step, code, out)
		}
	}
	w := acctest.NewWorkspace(t, provider, e.StateDir, stack)
	dies(w, "units-running")
	w.Apply()
	for i, step := range []string{"staged", "configuration-verified", "objects-published", "committed"} {
		title := fmt.Sprint("Title ", i)
		w.Configure(stack + dashboards(title))
		dies(w, step)
		w.Apply()
		w.PlanEmpty()
		for _, name := range []string{"a", "b"} {
			if got := e.Person("production").Dashboard(name).Dashboard["title"]; got != title {
				t.Errorf("after a crash at %q dashboard %s is called %q, want %q", step, name, got, title)
			}
		}
		if i%2 == 0 { // and once more where they are there already
			continue
		}
		w.Configure(stack)
		dies(w, step)
		w.Apply()
		if got := folders(e.Person("production")); len(got) > 0 {
			t.Errorf("after a crash at %q folders %q are left", step, got)
		}
	}
	w.Destroy()
}

// Credentials work while Terraform runs, and the token not a moment longer.
func TestGrafanaCredentials(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	factories := e.Factories
	factories["echo"] = echoprovider.NewProviderServer()
	config := e.Stack(e.Grafana("")) + `
ephemeral "opp_grafana_credentials" "g" {
  stack = opp_monitoring_stack.main.name
}

provider "echo" {
  data = ephemeral.opp_grafana_credentials.g
}

resource "echo" "g" {}
`
	made := map[string]string{}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: factories, Steps: []resource.TestStep{
		{Config: config, ConfigStateChecks: []statecheck.StateCheck{remembers{"echo.g", "data", made}}},
		{
			PreConfig: func() {
				as := func(sign func(*http.Request)) int {
					request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, made["url"]+"/api/org", nil)
					if err != nil {
						t.Fatal(err)
					}
					sign(request)
					response, err := http.DefaultClient.Do(request)
					if err != nil {
						t.Fatal(err)
					}
					_ = response.Body.Close()
					return response.StatusCode
				}
				if got := as(func(r *http.Request) { r.SetBasicAuth(made["username"], made["password"]) }); got != http.StatusOK {
					t.Errorf("the administrator gets %d", got)
				}
				if got := as(func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+made["token"]) }); got != http.StatusUnauthorized || made["token"] == "" {
					t.Errorf("after Terraform ended, the token gets %d", got)
				}
			},
			Config: config, PlanOnly: true,
		},
	}})
}

// holds is a check of what runs.
type holds struct{ check func() error }

// CheckState implements statecheck.StateCheck.
func (r holds) CheckState(_ context.Context, _ statecheck.CheckStateRequest, response *statecheck.CheckStateResponse) {
	response.Error = r.check()
}

// remembers keeps the text values of an attribute that is an object.
type remembers struct {
	address, attribute string
	into               map[string]string
}

// CheckState implements statecheck.StateCheck.
func (r remembers) CheckState(_ context.Context, request statecheck.CheckStateRequest, response *statecheck.CheckStateResponse) {
	for _, found := range request.State.Values.RootModule.Resources {
		if found.Address != r.address {
			continue
		}
		members, _ := found.AttributeValues[r.attribute].(map[string]any)
		for name, value := range members {
			if text, ok := value.(string); ok {
				r.into[name] = text
			}
		}
	}
	if len(r.into) == 0 {
		response.Error = fmt.Errorf("%s has no %s", r.address, r.attribute)
	}
}
