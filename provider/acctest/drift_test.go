package acctest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

const driftObjects = `
resource "opp_scrape_job" "api" {
  stack   = opp_monitoring_stack.main.name
  name    = "api"
  targets = ["127.0.0.1:18000"]
}

resource "opp_alert_rule" "down" {
  stack    = opp_monitoring_stack.main.name
  name     = "api-down"
  expr     = "up{job=\"api\"} == 0"
  for      = "1m"
  severity = "critical"
  summary  = "it is down"
}

resource "opp_notification_channel" "oncall" {
  stack      = opp_monitoring_stack.main.name
  name       = "oncall"
  webhook    = { url = "http://127.0.0.1:9/hook" }
  matchers   = ["severity=\"critical\""]
  group_wait = "5s"
}
`

// What was changed behind Terraform's back shows in the plan of the object that
// it concerns, and one apply repairs it.
func TestDrift(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	config := e.Stack("") + driftObjects
	const rules, prometheus, alertmanager = "prometheus/rules/default.yml", "prometheus/prometheus.yml", "alertmanager/alertmanager.yml"
	steps := []resource.TestStep{{Config: config}, {Config: config, PlanOnly: true}}
	reload := func(component string, edit func()) func() {
		return func() { edit(); e.Reload("production", component) }
	}
	replace := func(path, old, with string) func() {
		return func() { e.Replace("production", path, old, with) }
	}
	for _, change := range []struct {
		what, address string
		do            func()
	}{
		{"expression", "opp_alert_rule.down", reload("prometheus", replace(rules, "== 0", "== 1"))},
		{"for", "opp_alert_rule.down", reload("prometheus", replace(rules, "for: 1m", "for: 2m"))},
		{"label", "opp_alert_rule.down", reload("prometheus", replace(rules, "severity: critical", "severity: info"))},
		{"annotation", "opp_alert_rule.down", reload("prometheus", replace(rules, "it is down", "all is well"))},
		{"rule removed", "opp_alert_rule.down", reload("prometheus", func() {
			e.Edit("production", rules, func(string) string { return "groups: []\n" })
		})},
		{"edited, not reloaded", "opp_monitoring_stack.main", replace(rules, "== 0", "== 7")},
		{"prometheus.yml edited, not reloaded", "opp_monitoring_stack.main", replace(prometheus, "evaluation_interval: 1s", "evaluation_interval: 3s")},
		{"evaluation interval", "opp_monitoring_stack.main", reload("prometheus", replace(prometheus, "evaluation_interval: 1s", "evaluation_interval: 2s"))},
		{"target", "opp_scrape_job.api", func() {
			file := filepath.Join(e.StateDir, "stacks", "production", "live", "prometheus", "targets", "api.json")
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(content), "18000", "18001")), 0o600); err != nil {
				t.Fatal(err)
			}
			acctest.Eventually(t, 30*time.Second, "Prometheus scrapes the changed target", func() bool {
				all := targets(e, "api")
				return len(all) == 1 && strings.Contains(all[0].ScrapeURL, "18001")
			})
		}},
		{"route", "opp_notification_channel.oncall", reload("alertmanager", replace(alertmanager, "group_wait: 5s", "group_wait: 6s"))},
		{"receiver", "opp_notification_channel.oncall", reload("alertmanager", replace(alertmanager, "127.0.0.1:9/hook", "127.0.0.1:9/other"))},
		{"component stopped for good", "opp_monitoring_stack.main", func() { e.Kill("production", "node_exporter") }},
		{"component hung", "opp_monitoring_stack.main", func() { e.Signal("production", "alertmanager", syscall.SIGSTOP) }},
	} {
		steps = append(steps,
			resource.TestStep{
				PreConfig: change.do, Config: config, PlanOnly: true, ExpectNonEmptyPlan: true,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(change.address, plancheck.ResourceActionUpdate),
				}},
			},
			resource.TestStep{Config: config},
			resource.TestStep{Config: config, PlanOnly: true},
		)
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: steps})
}

// Somebody starts the component anew with other flags: the plan says which.
func TestDriftOfFlags(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	config := e.Stack("")
	var other func()
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: []resource.TestStep{
		{Config: config},
		{
			PreConfig: func() { other = e.Imposter("production", "prometheus", "--query.timeout=17s") },
			Config:    config, PlanOnly: true, ExpectNonEmptyPlan: true,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction("opp_monitoring_stack.main", plancheck.ResourceActionUpdate),
			}},
		},
		{PreConfig: func() { other() }, Config: config},
		{Config: config, PlanOnly: true},
	}})
}

// A component that refuses a configuration keeps the one before, and the error
// carries its words.
func TestRefusedConfigurationIsRolledBack(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	good := e.Stack("") + driftObjects
	bad := good + `
resource "opp_scrape_job" "bad" {
  stack   = opp_monitoring_stack.main.name
  name    = "bad"
  targets = ["127.0.0.1:18002"]
  tls     = { ca_file = "/nonexistent/ca.pem" }
}
`
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: []resource.TestStep{
		{Config: good},
		{Config: bad, ExpectError: regexp.MustCompile(`(?s)nonexistent/ca\.pem`)},
		{Config: good, PlanOnly: true},
		{
			PreConfig: func() {
				if config := scrapeConfig(e, "bad"); config != "" {
					t.Error(fmt.Errorf("the refused job runs:\n%s", config))
				}
			},
			Config: good, PlanOnly: true,
		},
	}})
}
