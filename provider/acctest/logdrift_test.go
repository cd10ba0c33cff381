package acctest_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

// driftLogs are objects about logs of which files below dir are read. LogQL of
// the rule "bad" is expr.
func driftLogs(dir, expr string) string {
	return fmt.Sprintf(`
resource "opp_log_source" "api" {
  stack  = opp_monitoring_stack.main.name
  name   = "api"
  files  = { include = [%q] }
  labels = { service = "api" }
}

resource "opp_log_source" "batch" {
  stack = opp_monitoring_stack.main.name
  name  = "batch"
  files = { include = [%q] }
  parse = { format = "json" }
}

resource "opp_log_retention" "api" {
  stack    = opp_monitoring_stack.main.name
  name     = "api"
  selector = "{service=\"api\"}"
  period   = "30d"
}

resource "opp_log_retention" "batch" {
  stack    = opp_monitoring_stack.main.name
  name     = "batch"
  selector = "{log_source=\"batch\"}"
  period   = "2d"
}

resource "opp_alert_rule" "errors" {
  stack  = opp_monitoring_stack.main.name
  name   = "errors"
  source = "logs"
  expr   = "sum(rate({service=\"api\"} |= \"error\" [5m])) > 10"
}

resource "opp_alert_rule" "silence" {
  stack  = opp_monitoring_stack.main.name
  name   = "silence"
  source = "logs"
  group  = "silence"
  expr   = "absent_over_time({service=\"api\"}[1h])"
}

resource "opp_alert_rule" "bad" {
  stack  = opp_monitoring_stack.main.name
  name   = "bad"
  source = "logs"
  expr   = %q
}
`, filepath.Join(dir, "api.log"), filepath.Join(dir, "batch.log"), expr)
}

// LogQL that Loki does not understand is refused in its words and written
// nowhere: one such rule would stop all others. What is changed behind
// Terraform's back shows in the plan of the object that it concerns, and one
// apply repairs it.
func TestLogDrift(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	dir := t.TempDir()
	config := e.Stack(logBlocks) + driftLogs(dir, `vector(1) > 2`)
	const limits, rules, silence, lines = "loki/limits.yml", "loki/fake/default.yml", "loki/fake/silence.yml", "collector/collector.yml"
	observed := func(what string, condition func(*api.Observation) bool) {
		t.Helper()
		acctest.Eventually(t, what, func() bool { return condition(e.Observe("production")) })
	}
	drifted := func(o *api.Observation, kind spec.Kind, name string) string {
		return fmt.Sprintf("%+v %q", o.Objects[kind][name].Observed, o.Objects[kind][name].Drift)
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: []resource.TestStep{
		{
			// There is no Loki yet that the plan could ask.
			Config:      e.Stack(logBlocks) + driftLogs(dir, `sum(rate({service="api"} |= "error" [5m]) > 1`),
			ExpectError: regexp.MustCompile(`(?s)Alert rule "production/bad":.*syntax\s+error.*expr`),
		},
		{
			PreConfig: func() {
				if all := names(logRules(e)); !slices.Equal(all, []string{"errors", "silence"}) {
					t.Errorf("rules that run beside the refused one: %q", all)
				}
			},
			Config: config,
		},
		{
			PreConfig: func() {
				e.Replace("production", limits, "period: 30d", "period: 31d")
				e.Replace("production", limits, `log_source="batch"`, `log_source="other"`)
				e.Replace("production", rules, "> 10", "> 20")
				e.Edit("production", silence, func(string) string { return "groups: []\n" })
				e.Replace("production", lines, "service: api", "service: edited")
				e.Signal("production", "collector", syscall.SIGHUP)
				observed("Loki and the collector have read what was edited", func(o *api.Observation) bool {
					return strings.Contains(drifted(o, spec.KindLogSource, "api"), "edited") &&
						strings.Contains(drifted(o, spec.KindLogRetention, "batch"), "other") &&
						strings.Contains(drifted(o, spec.KindAlertRule, "silence"), "not loaded") &&
						strings.Contains(drifted(o, spec.KindAlertRule, "errors"), "> 20")
				})
			},
			Config: config,
			ConfigPlanChecks: differ(map[string]string{
				"opp_log_source.api":      "service:edited",
				"opp_log_retention.api":   "31d",
				"opp_log_retention.batch": `{log_source="other"}`,
				"opp_alert_rule.errors":   "> 20",
				"opp_alert_rule.silence":  "loki: the rule is not loaded",
			}, "opp_log_source.batch"),
		},
		{
			PreConfig: func() {
				e.Replace("production", lines, "json_parser", "key_value_parser")
				e.Replace("production", "loki/loki.yml", "retention_enabled: true", "retention_enabled: false")
			},
			Config: config,
			ConfigPlanChecks: differ(map[string]string{
				"opp_monitoring_stack.main": "collector: collector.yml was edited by hand, without effect so far",
			}, "opp_log_source.batch", "opp_log_source.api"),
		},
		{
			PreConfig: func() {
				loki := e.PID("production", "loki")
				e.Kill("production", "collector")
				if err := syscall.Kill(loki, syscall.SIGKILL); err != nil {
					t.Fatal(err)
				}
				acctest.Eventually(t, "Loki is gone", func() bool { return acctest.Gone(loki) })
			},
			Config: config,
			ConfigPlanChecks: differ(map[string]string{"opp_monitoring_stack.main": "loki: not running"},
				"opp_log_source.api", "opp_log_retention.api", "opp_alert_rule.errors"),
		},
		{Config: config, PlanOnly: true},
	}})
}

// differ checks that what drifted, and nothing else, is to be changed, and that
// the plan shows what was found.
func differ(shows map[string]string, same ...string) resource.ConfigPlanChecks {
	var checks []plancheck.PlanCheck
	for _, address := range slices.Sorted(maps.Keys(shows)) {
		checks = append(checks, plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate), planShows{address, shows[address]})
	}
	for _, address := range same {
		checks = append(checks, plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop))
	}
	return resource.ConfigPlanChecks{PreApply: checks}
}

// names of rules, in order.
func names(rules []runningRule) []string {
	var all []string
	for _, r := range rules {
		all = append(all, r.Name)
	}
	slices.Sort(all)
	return all
}
