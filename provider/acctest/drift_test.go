package acctest_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

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
	cut := func(path, pattern string) func() {
		return func() {
			e.Edit("production", path, func(text string) string { return regexp.MustCompile(pattern).ReplaceAllString(text, "") })
		}
	}
	for _, change := range []struct {
		what, address, shows string
		do                   func()
	}{
		{"expression", "opp_alert_rule.down", "== 1", reload("prometheus", replace(rules, "== 0", "== 1"))},
		{"for", "opp_alert_rule.down", "2m", reload("prometheus", replace(rules, "for: 1m", "for: 2m"))},
		{"label", "opp_alert_rule.down", "info", reload("prometheus", replace(rules, "severity: critical", "severity: info"))},
		{"label added", "opp_alert_rule.down", "team:db", reload("prometheus", replace(rules, "severity: critical", "severity: critical\n          team: db"))},
		{"annotation", "opp_alert_rule.down", "all is well", reload("prometheus", replace(rules, "it is down", "all is well"))},
		{"rule removed", "opp_alert_rule.down", "not loaded", reload("prometheus", func() {
			e.Edit("production", rules, func(string) string { return "groups: []\n" })
		})},
		{"rule added", "opp_monitoring_stack.main", "ByHand", reload("prometheus", replace(rules, "rules:\n", "rules:\n      - alert: ByHand\n        expr: up == 3\n"))},
		{"edited, not reloaded", "opp_monitoring_stack.main", "rules/default.yml", replace(rules, "== 0", "== 7")},
		{"prometheus.yml edited, not reloaded", "opp_monitoring_stack.main", "prometheus.yml", replace(prometheus, "evaluation_interval: 1s", "evaluation_interval: 3s")},
		{"evaluation interval", "opp_monitoring_stack.main", "2s", reload("prometheus", replace(prometheus, "evaluation_interval: 1s", "evaluation_interval: 2s"))},
		{"scrape job removed", "opp_scrape_job.api", "the scrape job is not loaded", reload("prometheus", cut(prometheus, `  - job_name: api\n(    .*\n)+`))},
		{"metrics path", "opp_scrape_job.api", "/elsewhere", reload("prometheus", func() {
			e.Edit("production", prometheus, func(text string) string {
				return regexp.MustCompile(`(job_name: api\n    metrics_path: )/metrics`).ReplaceAllString(text, "${1}/elsewhere")
			})
		})},
		{"target", "opp_scrape_job.api", "18001", func() {
			file := filepath.Join(e.StateDir, "stacks", "production", "live", "prometheus", "targets", "api.json")
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(content), "18000", "18001")), 0o600); err != nil {
				t.Fatal(err)
			}
			acctest.Eventually(t, "Prometheus scrapes the changed target", func() bool {
				all := targets(e, "api")
				return len(all) == 1 && strings.Contains(all[0].ScrapeURL, "18001")
			})
		}},
		{"route", "opp_notification_channel.oncall", "6s", reload("alertmanager", replace(alertmanager, "group_wait: 5s", "group_wait: 6s"))},
		{"matcher", "opp_notification_channel.oncall", "warning", reload("alertmanager", replace(alertmanager, `severity="critical"`, `severity="warning"`))},
		{"route removed", "opp_notification_channel.oncall", "the route is not loaded", reload("alertmanager", cut(alertmanager, `    - receiver: oncall\n(      .*\n)+`))},
		{"alertmanager.yml edited, not reloaded", "opp_monitoring_stack.main", "alertmanager.yml", replace(alertmanager, "group_wait: 5s", "group_wait: 9s")},
		{"receiver", "opp_notification_channel.oncall", "127.0.0.1:9/other", reload("alertmanager", replace(alertmanager, "127.0.0.1:9/hook", "127.0.0.1:9/other"))},
		{"component stopped for good", "opp_monitoring_stack.main", "node_exporter: not running", func() { e.Kill("production", "node_exporter") }},
		{"component killed with its supervisor", "opp_monitoring_stack.main", "alertmanager: not running", func() { e.Kill("production", "alertmanager") }},
		{"component hung", "opp_monitoring_stack.main", "unhealthy", func() { e.Signal("production", "alertmanager", syscall.SIGSTOP) }},
	} {
		// The plan before the apply must show it, the one after must be empty.
		steps = append(steps, resource.TestStep{
			PreConfig: func() { t.Log("drift:", change.what); change.do() },
			Config:    config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(change.address, plancheck.ResourceActionUpdate),
				planShows{change.address, change.shows},
			}},
		})
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: steps})
}

// The supervisor is gone and somebody has started a component anew with other
// flags: the plan says that and which.
func TestDriftOfFlags(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	config := e.Stack("")
	steps := []resource.TestStep{{Config: config}}
	for _, imposter := range []struct {
		component, flag string
		shows           []string
	}{
		{"prometheus", "--query.timeout=17s", []string{
			"prometheus: not running", "but prometheus (pid ", `has ["--query.timeout=17s"], wanted []`,
		}},
		{"prometheus", "--scrape.discovery-reload-interval=7s", []string{
			"prometheus: not running", "runs with --scrape.discovery-reload-interval=7s, wanted 100ms",
		}},
		{"alertmanager", "--data.retention=7h", []string{
			"alertmanager: not running", "but alertmanager (pid ", `has ["--data.retention=7h"], wanted ["--data.retention=120h0m0s"]`,
		}},
	} {
		var end func()
		plan := resource.TestStep{
			PreConfig: func() { end = e.Imposter("production", imposter.component, imposter.flag) },
			Config:    config, PlanOnly: true, ExpectNonEmptyPlan: true,
		}
		for _, text := range imposter.shows {
			plan.ConfigPlanChecks.PostApplyPostRefresh = append(plan.ConfigPlanChecks.PostApplyPostRefresh, planShows{"opp_monitoring_stack.main", text})
		}
		steps = append(steps, plan,
			resource.TestStep{PreConfig: func() { end() }, Config: config},
			resource.TestStep{Config: config, PlanOnly: true})
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: steps})
}

// planShows fails unless the values before the planned change mention the text:
// what the plan shows on the left is what was found.
type planShows struct{ address, text string }

// CheckPlan implements plancheck.PlanCheck.
func (c planShows) CheckPlan(_ context.Context, request plancheck.CheckPlanRequest, response *plancheck.CheckPlanResponse) {
	for _, change := range request.Plan.ResourceChanges {
		if change.Address == c.address {
			if before := fmt.Sprint(change.Change.Before); !strings.Contains(before, c.text) {
				response.Error = fmt.Errorf("the plan of %s does not show %q: %s", c.address, c.text, before)
			}
			return
		}
	}
	response.Error = fmt.Errorf("the plan has nothing about %s", c.address)
}

// A configuration that Prometheus could load but not run is found before it is
// swapped in, and the error carries Prometheus' own words.
func TestConfigurationThatCannotRun(t *testing.T) {
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

resource "opp_alert_rule" "good" {
  stack = opp_monitoring_stack.main.name
  name  = "good"
  expr  = "up == 0"
}
`
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: []resource.TestStep{
		{Config: good},
		{Config: bad, ExpectError: regexp.MustCompile(`(?s)nonexistent/ca\.pem`)},
		{
			// The others of the same apply are not touched by it.
			PreConfig: func() {
				if config := scrapeConfig(e, "bad"); config != "" {
					t.Errorf("the refused job runs:\n%s", config)
				}
				if all := rules(e); len(all) != 2 {
					t.Errorf("rules = %+v, want two", all)
				}
			},
			Config: good,
		},
	}})
}

// A component that cannot be replaced goes on as it was, and who has its port is
// told.
func TestFailedReplacementIsRolledBack(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	good := e.Stack("") + driftObjects
	bad := strings.Replace(good, "alertmanager  = { port = 0 }", "alertmanager  = { port = "+port+" }", 1)
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: []resource.TestStep{
		{Config: good},
		{Config: bad, ExpectError: oneLine(fmt.Sprintf(`%s.*\(pid %d\)`, port, os.Getpid()))},
		{Config: good, PlanOnly: true},
	}})
}
