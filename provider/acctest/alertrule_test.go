package acctest_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

// runningRule is a rule as Prometheus tells it.
type runningRule struct {
	Group         string
	Interval      float64
	Name          string            `json:"name"`
	Query         string            `json:"query"`
	Duration      float64           `json:"duration"`
	KeepFiringFor float64           `json:"keepFiringFor"`
	Labels        map[string]string `json:"labels"`
	Annotations   map[string]string `json:"annotations"`
}

// rules are the user's rules that Prometheus runs.
func rules(e *acctest.Env) []runningRule {
	return rulesAt(e, e.Endpoint("production", "prometheus")+"/api/v1/rules")
}

// logRules are the rules that Loki runs.
func logRules(e *acctest.Env) []runningRule {
	return rulesAt(e, e.Endpoint("production", "loki")+"/prometheus/api/v1/rules")
}

func rulesAt(e *acctest.Env, url string) []runningRule {
	var answer struct {
		Data struct {
			Groups []struct {
				Name     string        `json:"name"`
				Interval float64       `json:"interval"`
				Rules    []runningRule `json:"rules"`
			} `json:"groups"`
		} `json:"data"`
	}
	e.GetJSON(url, &answer)
	var all []runningRule
	for _, group := range answer.Data.Groups {
		if group.Name == "opp-self-monitoring" {
			continue
		}
		for _, rule := range group.Rules {
			rule.Group, rule.Interval = group.Name, group.Interval
			all = append(all, rule)
		}
	}
	return all
}

// Every attribute, changed alone and in place, changes what Prometheus runs.
func TestAlertRuleAttributes(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	base := acctest.Attributes{
		"stack": "opp_monitoring_stack.main.name",
		"name":  `"api-down"`,
		"expr":  `"up == 0"`,
	}
	only := func(check func(runningRule) bool) func() error {
		return func() error {
			all := rules(e)
			if len(all) != 1 || !check(all[0]) {
				return fmt.Errorf("running rules = %+v", all)
			}
			return nil
		}
	}
	steps := []resource.TestStep{{
		Config: e.Stack("") + base.Resource("opp_alert_rule"),
		Check: resource.ComposeAggregateTestCheckFunc(
			resource.TestCheckResourceAttr("opp_alert_rule.test", "id", "production/api-down"),
			resource.TestCheckResourceAttr("opp_alert_rule.test", "alert", "api-down"),
			resource.TestCheckResourceAttr("opp_alert_rule.test", "group", "default"),
			runs(only(func(r runningRule) bool { return r.Name == "api-down" && r.Group == "default" && r.Duration == 0 })),
		),
	}}
	for _, change := range []struct {
		attribute, value string
		check            func() error
	}{
		{"alert", `"ServiceDown"`, only(func(r runningRule) bool { return r.Name == "ServiceDown" })},
		{"group", `"availability"`, only(func(r runningRule) bool { return r.Group == "availability" })},
		{"group_interval", `"7s"`, only(func(r runningRule) bool { return r.Interval == 7 })},
		{"expr", `"up{job=\"api\"} == 0"`, only(func(r runningRule) bool { return r.Query == `up{job="api"} == 0` })},
		{"for", `"90s"`, only(func(r runningRule) bool { return r.Duration == 90 })},
		{"keep_firing_for", `"2m"`, only(func(r runningRule) bool { return r.KeepFiringFor == 120 })},
		{"severity", `"critical"`, only(func(r runningRule) bool { return r.Labels["severity"] == "critical" })},
		{"summary", `"{{ $labels.instance }} \"is\" down"`, only(func(r runningRule) bool { return r.Annotations["summary"] == `{{ $labels.instance }} "is" down` })},
		{"description", `"line one\nline two"`, only(func(r runningRule) bool { return r.Annotations["description"] == "line one\nline two" })},
		{"runbook_url", `"https://example.com/runbook"`, only(func(r runningRule) bool { return r.Annotations["runbook_url"] == "https://example.com/runbook" })},
		{"labels", `{ team = "platform" }`, only(func(r runningRule) bool { return r.Labels["team"] == "platform" })},
		{"annotations", `{ dashboard = "https://example.com/d" }`, only(func(r runningRule) bool { return r.Annotations["dashboard"] == "https://example.com/d" })},
		{"order", "5", only(func(runningRule) bool { return true })},
		{"paused", "true", func() error {
			if all := rules(e); len(all) != 0 {
				return fmt.Errorf("a paused rule runs: %+v", all)
			}
			return nil
		}},
	} {
		base = base.With(change.attribute, change.value)
		steps = append(steps, updateStep(e.Stack("")+base.Resource("opp_alert_rule"), "opp_alert_rule.test", change.check))
	}
	steps = append(steps, importStep("opp_alert_rule.test", "production/api-down"))
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: steps})
}

// migrated takes a rule file over. Users would write for_each, which the test
// framework does not know.
const migrated = `
locals {
  rules = provider::opp::prometheus_rules(<<-EOT
    groups:
      - name: hosts
        interval: 30s
        rules:
          - alert: z
            expr: up == 0
            for: 5m
            labels: { severity: critical, team: ops }
            annotations: { summary: "{{ $labels.instance }} is down", runbook_url: wiki/down.md }
          - alert: a
            expr: up == 1
            keep_firing_for: 1m
            labels: { severity: page }
  EOT
  )
}

resource "opp_alert_rule" "migrated" {
  count           = length(local.rules)
  stack           = opp_monitoring_stack.main.name
  name            = local.rules[count.index].name
  alert           = local.rules[count.index].alert
  group           = local.rules[count.index].group
  group_interval  = local.rules[count.index].group_interval
  expr            = local.rules[count.index].expr
  for             = local.rules[count.index].for
  keep_firing_for = local.rules[count.index].keep_firing_for
  severity        = local.rules[count.index].severity
  summary         = local.rules[count.index].summary
  description     = local.rules[count.index].description
  runbook_url     = local.rules[count.index].runbook_url
  labels          = local.rules[count.index].labels
  annotations     = local.rules[count.index].annotations
  order           = local.rules[count.index].order
}
`

// Rules of one group run in the order that order and name give them, and those
// of a rule file as they ran.
func TestAlertRuleOrder(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	config := func(orderOfC int) string {
		all := e.Stack("")
		for name, order := range map[string]int{"a": 0, "b": 0, "c": orderOfC} {
			all += fmt.Sprintf(`
resource "opp_alert_rule" %[1]q {
  stack = opp_monitoring_stack.main.name
  name  = %[1]q
  expr  = "up == 0"
  order = %[2]d
}
`, name, order)
		}
		return all
	}
	inOrder := func(want string) resource.TestCheckFunc {
		return runs(func() error {
			got := ""
			for _, r := range rules(e) {
				got += r.Name
			}
			if got != want {
				return fmt.Errorf("rules run in the order %q, want %q", got, want)
			}
			return nil
		})
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: []resource.TestStep{
		{Config: config(0), Check: inOrder("abc")},
		{Config: config(-1), Check: inOrder("cab")},
		{Config: e.Stack("") + migrated, Check: resource.ComposeAggregateTestCheckFunc(inOrder("za"), runs(func() error {
			all := rules(e)
			z, a := all[0], all[1]
			if z.Group != "hosts" || z.Interval != 30 || z.Duration != 300 || !maps.Equal(z.Labels, map[string]string{"severity": "critical", "team": "ops"}) ||
				!maps.Equal(z.Annotations, map[string]string{"summary": "{{ $labels.instance }} is down", "runbook_url": "wiki/down.md"}) ||
				a.KeepFiringFor != 60 || a.Labels["severity"] != "page" {
				return fmt.Errorf("the rules do not run as in the file: %+v", all)
			}
			return nil
		}))},
	}})
}

// runs turns a look at the running system into a check.
func runs(check func() error) resource.TestCheckFunc {
	return func(*terraform.State) error { return check() }
}

// updateStep applies a configuration that must change the resource in place;
// the plan after it must be empty, which terraform-plugin-testing checks.
func updateStep(config, address string, check func() error) resource.TestStep {
	return resource.TestStep{
		Config: config,
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
		}},
		Check: runs(check),
	}
}

// importStep imports by id and compares every attribute with the state, but
// for those that only the configuration has.
func importStep(address, id string, ignore ...string) resource.TestStep {
	return resource.TestStep{
		ResourceName: address, ImportState: true, ImportStateId: id,
		ImportStateVerify: true, ImportStateVerifyIgnore: ignore,
	}
}
