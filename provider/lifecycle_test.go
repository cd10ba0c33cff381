package provider_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/server/servertest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

const everything = stack + `
resource "opp_scrape_job" "api" {
  stack   = opp_monitoring_stack.main.name
  name    = "api"
  targets = ["127.0.0.1:8000"]
  tls     = { server_name = "api" }
  metric_relabel = [{ action = "drop", source_labels = ["__name__"], regex = "go_.*" }]
}

resource "opp_alert_rule" "down" {
  stack = opp_monitoring_stack.main.name
  name  = "api-down"
  expr  = "up == 0"
}

resource "opp_notification_channel" "oncall" {
  stack   = opp_monitoring_stack.main.name
  name    = "oncall"
  webhook = { url = "http://127.0.0.1:9999/hook" }
}
`

func TestCreateImportDestroy(t *testing.T) {
	t.Parallel()
	f := &fake{}
	f.test(t,
		resource.TestStep{
			Config: everything,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectKnownValue("opp_monitoring_stack.main", tfjsonpath.New("status"), knownvalue.StringExact("healthy")),
				plancheck.ExpectKnownValue("opp_monitoring_stack.main", tfjsonpath.New("drift"), knownvalue.ListSizeExact(0)),
				plancheck.ExpectKnownValue("opp_monitoring_stack.main", tfjsonpath.New("prometheus").AtMapKey("retention").AtMapKey("size"), knownvalue.StringExact("1GB")),
				plancheck.ExpectKnownValue("opp_alert_rule.down", tfjsonpath.New("alert"), knownvalue.StringExact("api-down")),
				plancheck.ExpectKnownValue("opp_alert_rule.down", tfjsonpath.New("for"), knownvalue.StringExact("0s")),
				plancheck.ExpectKnownValue("opp_alert_rule.down", tfjsonpath.New("labels"), knownvalue.MapSizeExact(0)),
				plancheck.ExpectKnownValue("opp_notification_channel.oncall", tfjsonpath.New("send_resolved"), knownvalue.Bool(true)),
				plancheck.ExpectUnknownValue("opp_monitoring_stack.main", tfjsonpath.New("id")),
				plancheck.ExpectUnknownValue("opp_monitoring_stack.main", tfjsonpath.New("endpoints")),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("opp_monitoring_stack.main", tfjsonpath.New("id"), knownvalue.StringExact("production")),
				statecheck.ExpectKnownValue("opp_monitoring_stack.main", tfjsonpath.New("endpoints").AtMapKey("prometheus"), knownvalue.StringExact("http://127.0.0.1:9090")),
				statecheck.ExpectKnownValue("opp_monitoring_stack.main", tfjsonpath.New("components").AtMapKey("alertmanager").AtMapKey("memory_limit"), knownvalue.StringExact("128MB")),
				statecheck.ExpectKnownValue("opp_scrape_job.api", tfjsonpath.New("id"), knownvalue.StringExact("production/api")),
				statecheck.ExpectKnownValue("opp_alert_rule.down", tfjsonpath.New("summary"), knownvalue.Null()),
			},
		},
		resource.TestStep{Config: everything, PlanOnly: true},
		imported("opp_monitoring_stack.main", "production"),
		imported("opp_scrape_job.api", "production/api"),
		imported("opp_alert_rule.down", "production/api-down"),
		imported("opp_notification_channel.oncall", "production/oncall"),
	)
	if names, err := f.Stacks(t.Context()); err != nil || len(names) != 0 {
		t.Errorf("stacks left after destroy: %v (%v)", names, err)
	}
}

// A change to a stack leaves what does not depend on it known.
func TestUpdateInPlace(t *testing.T) {
	t.Parallel()
	f := &fake{}
	step := func(blocks string, checks ...plancheck.PlanCheck) resource.TestStep {
		checks = append(checks, plancheck.ExpectResourceAction("opp_monitoring_stack.main", plancheck.ResourceActionUpdate))
		return resource.TestStep{
			Config:           fmt.Sprintf("resource \"opp_monitoring_stack\" \"main\" {\n name = \"production\"\n %s\n}\n", blocks),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: checks},
		}
	}
	main := "opp_monitoring_stack.main"
	f.test(t,
		resource.TestStep{Config: stack},
		step(`prometheus = { scrape_interval = "5s" }`,
			plancheck.ExpectKnownValue(main, tfjsonpath.New("endpoints").AtMapKey("prometheus"), knownvalue.StringExact("http://127.0.0.1:9090")),
			plancheck.ExpectKnownValue(main, tfjsonpath.New("components"), knownvalue.MapSizeExact(3))),
		step(`prometheus = { port = 9191 }`,
			plancheck.ExpectUnknownValue(main, tfjsonpath.New("endpoints")),
			plancheck.ExpectKnownValue(main, tfjsonpath.New("components"), knownvalue.MapSizeExact(3))),
		step(`prometheus = { port = 9191, memory = "1GB" }`,
			plancheck.ExpectKnownValue(main, tfjsonpath.New("endpoints"), knownvalue.MapSizeExact(3)),
			plancheck.ExpectUnknownValue(main, tfjsonpath.New("components"))),
		step(`alertmanager = { replicas = 2 }`,
			plancheck.ExpectUnknownValue(main, tfjsonpath.New("components"))),
		step(`alertmanager = { replicas = 3 }`,
			plancheck.ExpectKnownValue(main, tfjsonpath.New("endpoints"), knownvalue.MapSizeExact(3)),
			plancheck.ExpectUnknownValue(main, tfjsonpath.New("components"))),
		step("node_exporter = { enabled = false }\n force_destroy = true\n timeouts = { create = \"1h\" }",
			plancheck.ExpectUnknownValue(main, tfjsonpath.New("endpoints"))),
	)
}

func TestReplace(t *testing.T) {
	t.Parallel()
	f := &fake{}
	replaced := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
		plancheck.ExpectResourceAction("opp_alert_rule.r", plancheck.ResourceActionReplace),
	}}
	f.test(t,
		resource.TestStep{Config: stack + rule("r", `name = "a"`)},
		resource.TestStep{Config: stack + rule("r", `name = "b"`), ConfigPlanChecks: replaced},
		resource.TestStep{Config: stack + rule("r", `name = "b"`), Taint: []string{"opp_alert_rule.r"}, ConfigPlanChecks: replaced},
	)
}

// An object that is created before it is destroyed is one object, and stays.
func TestReplaceCreatesFirst(t *testing.T) {
	t.Parallel()
	f := &fake{}
	config := stack + rule("r", `name = "a"`, "lifecycle { create_before_destroy = true }")
	f.test(t,
		resource.TestStep{Config: config},
		resource.TestStep{Config: config, Taint: []string{"opp_alert_rule.r"}, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectResourceAction("opp_alert_rule.r", plancheck.ResourceActionCreateBeforeDestroy),
		}}},
		resource.TestStep{Config: config, PlanOnly: true},
	)
}

func TestDriftShowsAndIsRepaired(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		address string
		drift   func(*api.Observation)
		check   plancheck.PlanCheck
	}{
		"an attribute": {
			"opp_alert_rule.down", func(o *api.Observation) {
				servertest.Alter(o, "api-down", func(r *api.Record[spec.AlertRule]) {
					r.Observed.Expr = "up == 1"
				})
			},
			plancheck.ExpectKnownValue("opp_alert_rule.down", tfjsonpath.New("expr"), knownvalue.StringExact("up == 0")),
		},
		"an attribute with a computed default": {
			"opp_alert_rule.down", func(o *api.Observation) {
				servertest.Alter(o, "api-down", func(r *api.Record[spec.AlertRule]) {
					r.Observed.Alert, r.Observed.Summary = "Renamed", "added by hand"
				})
			},
			plancheck.ExpectKnownValue("opp_alert_rule.down", tfjsonpath.New("alert"), knownvalue.StringExact("api-down")),
		},
		"a sentence": {
			"opp_scrape_job.api", func(o *api.Observation) {
				servertest.Alter(o, "api", func(r *api.Record[spec.ScrapeJob]) {
					r.Drift = []string{"prometheus.yml edited by hand"}
				})
			},
			plancheck.ExpectKnownValue("opp_scrape_job.api", tfjsonpath.New("drift"), knownvalue.ListSizeExact(0)),
		},
		"a component": {
			"opp_monitoring_stack.main", func(o *api.Observation) {
				o.Status.Status = api.StatusUnhealthy
				o.Stack.Drift = []string{"prometheus: not running (exit 137)"}
				o.Status.Components["prometheus"] = api.ComponentStatus{Version: "3.16.0", Status: api.StatusStopped}
			},
			plancheck.ExpectKnownValue("opp_monitoring_stack.main", tfjsonpath.New("status"), knownvalue.StringExact("healthy")),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fake{}
			f.test(t,
				resource.TestStep{Config: everything},
				resource.TestStep{PreConfig: func() { f.setDrift(test.drift) }, Config: everything, PlanOnly: true, ExpectNonEmptyPlan: true},
				resource.TestStep{Config: everything, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(test.address, plancheck.ResourceActionUpdate), test.check,
				}}},
				resource.TestStep{Config: everything, PlanOnly: true},
			)
		})
	}
}

func TestDeletedBehindOurBack(t *testing.T) {
	t.Parallel()
	f := &fake{}
	created := func(addresses ...string) resource.ConfigPlanChecks {
		var checks resource.ConfigPlanChecks
		for _, a := range addresses {
			checks.PreApply = append(checks.PreApply, plancheck.ExpectResourceAction(a, plancheck.ResourceActionCreate))
		}
		return checks
	}
	remove := func(kind spec.Kind, name string) func() {
		return func() {
			if _, err := f.Delete(t.Context(), kind, "production", name, true); err != nil {
				t.Error(err)
			}
		}
	}
	f.test(t,
		resource.TestStep{Config: everything},
		resource.TestStep{PreConfig: remove(spec.KindAlertRule, "api-down"), Config: everything, ConfigPlanChecks: created("opp_alert_rule.down")},
		resource.TestStep{PreConfig: remove(spec.KindStack, "production"), Config: everything,
			ConfigPlanChecks: created("opp_monitoring_stack.main", "opp_scrape_job.api", "opp_alert_rule.down", "opp_notification_channel.oncall")},
	)
}

// While a control plane cannot say what runs, the last known state stands.
func TestUnavailable(t *testing.T) {
	t.Parallel()
	f := &fake{}
	f.test(t,
		resource.TestStep{Config: everything},
		resource.TestStep{PreConfig: func() { f.fail("Observe", &api.Error{Code: api.CodeUnavailable, Message: "cannot observe"}) }, Config: everything, PlanOnly: true},
		resource.TestStep{PreConfig: func() { f.fail("", nil) }, Config: everything, PlanOnly: true},
	)
}

// An object that nobody could look at is not imported.
func TestImportUnavailable(t *testing.T) {
	t.Parallel()
	f := &fake{}
	f.test(t,
		resource.TestStep{Config: everything},
		resource.TestStep{
			PreConfig:    func() { f.fail("Observe", &api.Error{Code: api.CodeUnavailable, Message: "cannot observe"}) },
			ResourceName: "opp_alert_rule.down", ImportState: true, ImportStateId: "production/nope",
			ExpectError: regexp.MustCompile("Cannot observe"),
		},
		resource.TestStep{PreConfig: func() { f.fail("", nil) }, Config: everything, PlanOnly: true},
	)
}

// One refresh asks once, however many objects there are.
func TestRefreshAsksOnce(t *testing.T) {
	t.Parallel()
	f := &fake{}
	config := stack + rule("many", `count = 50`, `name = "r-${count.index}"`)
	count := func() (n int) {
		for _, call := range f.Calls() {
			if call.Method == "Observe" {
				n++
			}
		}
		return n
	}
	before := 0
	f.test(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() { before = count() }, RefreshState: true,
			Check: func(*terraform.State) error {
				// terraform-plugin-testing refreshes and then plans.
				if n := count() - before; n > 2 {
					return fmt.Errorf("51 objects were observed with %d requests", n)
				}
				return nil
			},
		},
	)
}

// imported imports an object; its state must be the one that was there, but for
// the attributes to ignore.
func imported(address, id string, ignore ...string) resource.TestStep {
	return resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: id, ImportStateVerify: true, ImportStateVerifyIgnore: ignore}
}
