package provider_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
)

func TestDataSources(t *testing.T) {
	t.Parallel()
	f := &fake{}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	f.AlertList = []api.Alert{{Labels: map[string]string{"alertname": "Down"}, Annotations: map[string]string{}, State: "active", Since: at}}
	f.Vector = []api.Sample{{Labels: map[string]string{"job": "api"}, Value: "NaN", Time: at}}
	f.test(t,
		resource.TestStep{
			Config: stack + `
data "opp_monitoring_stack" "main" { name = opp_monitoring_stack.main.name }
data "opp_alerts" "all" { stack = opp_monitoring_stack.main.name }
data "opp_alerts" "critical" {
  stack    = opp_monitoring_stack.main.name
  matchers = ["severity=\"critical\""]
}
data "opp_metric_query" "up" {
  stack = opp_monitoring_stack.main.name
  query = "up"
}
`,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.opp_monitoring_stack.main", tfjsonpath.New("endpoints").AtMapKey("prometheus"), knownvalue.StringExact("http://127.0.0.1:9090")),
				statecheck.ExpectKnownValue("data.opp_monitoring_stack.main", tfjsonpath.New("prometheus").AtMapKey("retention").AtMapKey("time"), knownvalue.StringExact("15d")),
				statecheck.ExpectKnownValue("data.opp_monitoring_stack.main", tfjsonpath.New("alertmanager").AtMapKey("retention"), knownvalue.StringExact("120h")),
				statecheck.ExpectKnownValue("data.opp_monitoring_stack.main", tfjsonpath.New("id"), knownvalue.StringExact("production")),
				statecheck.ExpectKnownValue("data.opp_alerts.all", tfjsonpath.New("alerts").AtSliceIndex(0), knownvalue.ObjectExact(map[string]knownvalue.Check{
					"labels":      knownvalue.MapExact(map[string]knownvalue.Check{"alertname": knownvalue.StringExact("Down")}),
					"annotations": knownvalue.MapSizeExact(0),
					"state":       knownvalue.StringExact("active"),
					"since":       knownvalue.StringExact("2026-01-02T03:04:05Z"),
				})),
				statecheck.ExpectKnownValue("data.opp_metric_query.up", tfjsonpath.New("vector").AtSliceIndex(0).AtMapKey("value"), knownvalue.StringExact("NaN")),
			},
		},
	)
	matched := false
	for _, call := range f.Calls() {
		matched = matched || call.Method == "Alerts" && len(call.Matchers) == 1 && call.Matchers[0] == `severity="critical"`
	}
	if !matched {
		t.Error("the matchers do not reach the control plane")
	}
}

// A file of rules becomes a list of them; that they fit the resource is seen in
// TestExamples.
func TestPrometheusRules(t *testing.T) {
	t.Parallel()
	f := &fake{}
	const file = `
locals {
  rules = provider::opp::prometheus_rules(<<-EOT
    groups:
      - name: availability
        interval: 30s
        rules:
          - alert: ServiceDown
            expr: up == 0
            for: 5m
            labels: { severity: critical, team: api }
            annotations: { summary: "{{ $labels.instance }} is down" }
          - alert: Slow
            expr: latency > 1
  EOT
  )
}
`
	f.test(t,
		resource.TestStep{
			Config:      "output \"bad\" {\n  value = provider::opp::prometheus_rules(\"groups: 1\")\n}\n",
			ExpectError: regexp.MustCompile(`cannot[\s│]+parse[\s│]+rule[\s│]+file`),
		},
		resource.TestStep{
			Config: file + `
output "names" { value = [for rule in local.rules : rule.alert] }
`,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("names", knownvalue.ListExact([]knownvalue.Check{
					knownvalue.StringExact("ServiceDown"), knownvalue.StringExact("Slow"),
				})),
			},
		},
	)
}
