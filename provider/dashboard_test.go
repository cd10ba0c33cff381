package provider_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/server/servertest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

const (
	overview = "opp_dashboard.overview"
	// text and reformatted are the same dashboard, other is another.
	text        = `{"title": "Overview", "panels": [], "schemaVersion": 41}`
	reformatted = `{ "schemaVersion":41,"panels":[],  "title":"Overview"}`
	other       = `{"title": "Renamed", "panels": [], "schemaVersion": 41}`
)

// dashboard is an opp_dashboard of a stack with Grafana.
func dashboard(text string, attributes ...string) string {
	return withGrafana("grafana = {}") + fmt.Sprintf(
		"resource \"opp_dashboard\" \"overview\" {\n  stack = opp_monitoring_stack.main.name\n  name = \"overview\"\n  config_json = %q\n  %s\n}\n",
		text, strings.Join(attributes, "\n  "))
}

func TestDashboardLifecycle(t *testing.T) {
	t.Parallel()
	f := &fake{}
	action := func(want plancheck.ResourceActionType, checks ...plancheck.PlanCheck) resource.ConfigPlanChecks {
		return resource.ConfigPlanChecks{PreApply: append(checks, plancheck.ExpectResourceAction(overview, want))}
	}
	urlKept := plancheck.ExpectKnownValue(overview, tfjsonpath.New("url"), knownvalue.StringExact("http://127.0.0.1:3000/d/overview"))
	version := func(n int64) []statecheck.StateCheck {
		return []statecheck.StateCheck{statecheck.ExpectKnownValue(overview, tfjsonpath.New("version"), knownvalue.Int64Exact(n))}
	}
	f.test(t,
		resource.TestStep{
			Config: dashboard(text),
			ConfigPlanChecks: action(plancheck.ResourceActionCreate,
				plancheck.ExpectKnownValue(overview, tfjsonpath.New("ui_edits"), knownvalue.StringExact("report")),
				plancheck.ExpectKnownValue(overview, tfjsonpath.New("lint"), knownvalue.StringExact("warn")),
				plancheck.ExpectKnownValue(overview, tfjsonpath.New("annotate"), knownvalue.Bool(true)),
				plancheck.ExpectUnknownValue(overview, tfjsonpath.New("url")),
				plancheck.ExpectUnknownValue(overview, tfjsonpath.New("version"))),
			ConfigStateChecks: append(version(1),
				statecheck.ExpectKnownValue(overview, tfjsonpath.New("id"), knownvalue.StringExact("production/overview")),
				statecheck.ExpectKnownValue(overview, tfjsonpath.New("folder"), knownvalue.Null())),
		},
		resource.TestStep{ResourceName: overview, ImportState: true, ImportStateId: "production/overview", ImportStateVerify: true},
		resource.TestStep{Config: dashboard(reformatted, `folder = ""`, `lint = null`), PlanOnly: true, ExpectNonEmptyPlan: true},
		resource.TestStep{Config: dashboard(reformatted), PlanOnly: true},
		resource.TestStep{Config: dashboard(reformatted, `annotate = false`), ConfigStateChecks: version(1),
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate, urlKept,
				plancheck.ExpectKnownValue(overview, tfjsonpath.New("version"), knownvalue.Int64Exact(1)),
				plancheck.ExpectKnownValue(overview, tfjsonpath.New("config_json"), knownvalue.StringExact(text)))},
		resource.TestStep{Config: dashboard(other), ConfigStateChecks: version(3),
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate, urlKept, plancheck.ExpectUnknownValue(overview, tfjsonpath.New("version")))},
		resource.TestStep{Config: dashboard(other, `folder = "Platform"`), ConfigStateChecks: version(4),
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate, urlKept, plancheck.ExpectUnknownValue(overview, tfjsonpath.New("version")))},
		resource.TestStep{Config: dashboard(other, `folder = "Platform"`, `ui_edits = "revert"`), ConfigStateChecks: version(5),
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate, urlKept, plancheck.ExpectUnknownValue(overview, tfjsonpath.New("version")))},
	)
}

// A write says which version the plan was made for, not the one it will make.
func TestDashboardDrift(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		version int64
		drift   string
	}{
		"edited":  {7, `panel "CPU": query A changed`},
		"deleted": {0, "deleted in Grafana"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fake{}
			edit := func() {
				f.setDrift(func(o *api.Observation) {
					servertest.Alter(o, "overview", func(r *api.Record[spec.Dashboard]) {
						r.Observed.Version, r.Drift = test.version, []string{test.drift}
						if test.version == 0 {
							r.Observed.URL = ""
						}
					})
				})
			}
			f.test(t,
				resource.TestStep{Config: dashboard(text)},
				resource.TestStep{PreConfig: edit, Config: dashboard(text), PlanOnly: true, ExpectNonEmptyPlan: true},
				resource.TestStep{Config: dashboard(text), ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(overview, plancheck.ResourceActionUpdate),
					plancheck.ExpectUnknownValue(overview, tfjsonpath.New("version")),
					plancheck.ExpectKnownValue(overview, tfjsonpath.New("drift"), knownvalue.ListSizeExact(0)),
				}}},
				resource.TestStep{Config: dashboard(text), PlanOnly: true},
			)
			puts := f.puts("overview")
			if got := puts[len(puts)-1].Object.(*spec.Dashboard); got.Version != test.version || got.ConfigJSON != text {
				t.Errorf("the repair says it saw version %d, want %d (%s)", got.Version, test.version, got.ConfigJSON)
			}
		})
	}
}

// Refreshing does not ask for dashboards whose text the state has.
func TestDashboardsAreObservedWithoutText(t *testing.T) {
	t.Parallel()
	f := &fake{}
	f.test(t,
		resource.TestStep{Config: dashboard(text)},
		resource.TestStep{Config: dashboard(text), PlanOnly: true},
	)
	for _, call := range f.Calls() {
		if call.Method == "Get" {
			t.Error("asked for the whole dashboard")
		}
	}
	// Another state wrote another text: it must show.
	f = &fake{}
	f.test(t,
		resource.TestStep{Config: dashboard(text)},
		resource.TestStep{
			PreConfig: func() {
				d := &spec.Dashboard{Stack: "production", Name: "overview", ConfigJSON: other, Annotate: true}
				spec.WithDefaults(d)
				if _, err := f.Plane.Put(t.Context(), d, api.PutUpdate); err != nil {
					t.Error(err)
				}
			},
			Config: dashboard(text), ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(overview, plancheck.ResourceActionUpdate),
			}},
		},
	)
}

func TestDashboardUnknownValues(t *testing.T) {
	t.Parallel()
	config := "resource \"terraform_data\" \"x\" {\n  input = { json = jsonencode({ title = \"Overview\" }), text = \"later\" }\n}\n" +
		withGrafana("grafana = {}") + `
resource "opp_dashboard" "overview" {
  stack       = opp_monitoring_stack.main.name
  name        = terraform_data.x.output.text
  folder      = terraform_data.x.output.text
  config_json = terraform_data.x.output.json
  ui_edits    = terraform_data.x.output.text == "" ? "keep" : "revert"
}
`
	(&fake{}).test(t, resource.TestStep{Config: config}, resource.TestStep{Config: config, PlanOnly: true})
}

func TestDashboardBadInput(t *testing.T) {
	t.Parallel()
	for attribute, want := range map[string]string{
		`ui_edits = "merge"`: `"merge" is not a value of ui_edits`,
		`ui_edits = ""`:      `ui_edits`,
		`lint = "strict"`:    `"strict" is not a value of lint`,
	} {
		t.Run(attribute, func(t *testing.T) {
			t.Parallel()
			(&fake{}).test(t, resource.TestStep{Config: dashboard(text, attribute), PlanOnly: true, ExpectError: regexp.MustCompile(want)})
		})
	}
}

// What is wrong with a dashboard is told when planning, with the panel and where
// in the JSON.
func TestDashboardLint(t *testing.T) {
	t.Parallel()
	panel := func(members string) string {
		return `{"title": "D", "panels": [{"type": "stat", "title": "CPU", ` + members + `}]}`
	}
	failing := func(text string, attributes ...string) func(want string) resource.TestStep {
		return func(want string) resource.TestStep {
			want = strings.ReplaceAll(regexp.QuoteMeta(want), " ", `[\s│]+`)
			return resource.TestStep{Config: dashboard(text, attributes...), PlanOnly: true, ExpectError: regexp.MustCompile(want)}
		}
	}
	bad := panel(`"targets": [{"refId": "A", "expr": "sum(rate(x[5m])"}]`)
	elsewhere := panel(`"datasource": {"uid": "thanos"}, "targets": [{"refId": "A", "expr": "up"}]`)
	silent := panel(`"targets": []`)
	for name, step := range map[string]resource.TestStep{
		"not JSON":    failing("{")(`cannot read dashboard JSON: line 1, column 2: it ends too early`),
		"PromQL":      failing(bad)(`query A of panel "CPU" is not PromQL`),
		"place":       failing(bad)(`at panels[0].targets[0].expr`),
		"data source": failing(elsewhere)(`the data source of panel "CPU" is "thanos", which the stack does not have, at panels[0].datasource.uid`),
		"strict":      failing(silent, `lint = "error"`)(`panel "CPU" has no query, at panels[0].targets`),
		"not asked":   {Config: dashboard(bad, `lint = "off"`)},
		"a warning":   {Config: dashboard(silent)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			(&fake{}).test(t, step)
		})
	}
}

func TestDashboardDataSource(t *testing.T) {
	t.Parallel()
	config := func(uid string) string {
		return dashboard(text) + fmt.Sprintf("data \"opp_dashboard\" \"d\" {\n  stack = opp_dashboard.overview.stack\n  uid = %q\n}\n", uid)
	}
	(&fake{}).test(t,
		resource.TestStep{Config: dashboard(text)},
		resource.TestStep{Config: config("overview"), ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue("data.opp_dashboard.d", tfjsonpath.New("config_json"), knownvalue.StringExact(text)),
			statecheck.ExpectKnownValue("data.opp_dashboard.d", tfjsonpath.New("version"), knownvalue.Int64Exact(1)),
			statecheck.ExpectKnownValue("data.opp_dashboard.d", tfjsonpath.New("folder"), knownvalue.Null()),
		}},
		resource.TestStep{Config: config("missing"), ExpectError: regexp.MustCompile(`"missing"`)},
	)
}

// A plan that gives a stack its Grafana cannot log in to it yet; one that changes
// nothing cannot either, and says so.
func TestGrafanaCredentialsOfWhatIsPlanned(t *testing.T) {
	t.Parallel()
	f := &fake{}
	runs := true
	f.Intercept = func(_ context.Context, call servertest.Call) error {
		if s, ok := call.Object.(*spec.Stack); ok && call.Method == "Put" {
			runs = s.Grafana.Enabled
		}
		if call.Method == "GrafanaCredentials" && !runs {
			return &api.Error{Code: api.CodeUnavailable, Message: "stack has no Grafana", Detail: "Enable it."}
		}
		return nil
	}
	factories := f.factories()
	factories["echo"] = echoprovider.NewProviderServer()
	used := withGrafana("grafana = {}") + `
ephemeral "opp_grafana_credentials" "g" {
  stack = opp_monitoring_stack.main.name
}
provider "echo" {
  data = ephemeral.opp_grafana_credentials.g.token
}
resource "echo" "g" {}
`
	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: factories, Steps: []resource.TestStep{
		{Config: withGrafana("")},
		{Config: used, ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue("echo.g", tfjsonpath.New("data"), knownvalue.StringExact("token-of-stack")),
		}},
		{PreConfig: func() { runs = false }, Config: used, PlanOnly: true, ExpectError: regexp.MustCompile("no Grafana")},
		{PreConfig: func() { runs = true }, Config: used, PlanOnly: true},
	}})
}

// Credentials are handed out, and every one is revoked.
func TestGrafanaCredentials(t *testing.T) {
	t.Parallel()
	f := &fake{}
	factories := f.factories()
	factories["echo"] = echoprovider.NewProviderServer()
	data := tfjsonpath.New("data")
	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: factories, Steps: []resource.TestStep{
		{Config: withGrafana("grafana = {}")},
		{
			Config: withGrafana("grafana = {}") + `
ephemeral "opp_grafana_credentials" "g" {
  stack = opp_monitoring_stack.main.name
}
provider "echo" {
  data = ephemeral.opp_grafana_credentials.g
}
resource "echo" "g" {}
`,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("echo.g", data.AtMapKey("url"), knownvalue.StringExact("http://127.0.0.1:3000")),
				statecheck.ExpectKnownValue("echo.g", data.AtMapKey("username"), knownvalue.StringExact("admin")),
				statecheck.ExpectKnownValue("echo.g", data.AtMapKey("password"), knownvalue.StringExact("password-of-admin")),
				statecheck.ExpectKnownValue("echo.g", data.AtMapKey("token"), knownvalue.StringExact("token-of-stack")),
			},
		},
	}})
	open := 0
	for _, call := range f.Calls() {
		switch call.Method {
		case "GrafanaCredentials":
			open++
		case "RevokeGrafanaCredentials":
			open--
			if call.Stack != "production" || call.Name != "7" {
				t.Errorf("revoked %q of %q", call.Name, call.Stack)
			}
		}
	}
	if open != 0 || len(f.Calls()) == 0 {
		t.Errorf("%d credentials were not revoked", open)
	}
}
