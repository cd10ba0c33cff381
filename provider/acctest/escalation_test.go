package acctest_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

// webhook is a channel without a route of its own.
func webhook(label, url string) string {
	return fmt.Sprintf(`
resource "opp_notification_channel" %[1]q {
  stack      = opp_monitoring_stack.main.name
  name       = %[1]q
  group_wait = "0s"
  webhook    = { url = %[2]q }
}
`, label, url)
}

const alwaysCritical = `
resource "opp_alert_rule" "always" {
  stack    = opp_monitoring_stack.main.name
  name     = "Always"
  expr     = "vector(1)"
  severity = "critical"
}
`

// An alert goes to the first step at once, to the second a minute later, and to
// nobody else.
func TestEscalation(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	first, second, rest := acctest.NewReceiver(t), acctest.NewReceiver(t), acctest.NewReceiver(t)
	// What fires before there is a policy goes where routes lead it.
	after := strings.Replace(alwaysCritical, "expr ", "depends_on = [opp_escalation_policy.critical]\n  expr ", 1)
	config := e.Stack("") + after + webhook("first", first.URL) + webhook("second", second.URL) +
		strings.Replace(webhook("rest", rest.URL), "group_wait", "default    = true\n  group_wait", 1) + `
resource "opp_escalation_policy" "critical" {
  stack    = opp_monitoring_stack.main.name
  name     = "critical"
  matchers = ["severity=\"critical\""]
  step = [
    { channels = [opp_notification_channel.first.name] },
    { after = "1m", channels = [opp_notification_channel.second.name] },
  ]
}
`
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: []resource.TestStep{{
		Config: config,
		Check: runs(func() error {
			begins := first.Await(t, "firing", "Always").Alerts[0].StartsAt
			n := second.Await(t, "firing", "Always")
			if took := n.Alerts[0].StartsAt.Sub(begins); took < time.Minute {
				return fmt.Errorf("the second step came after %s", took)
			}
			if labels := n.Alerts[0].Labels; labels["escalation"] != "critical" || labels["escalation_step"] != "2" || labels["severity"] != "critical" {
				return fmt.Errorf("labels of the second step: %v", labels)
			}
			if got := rest.Received(); len(got) != 0 {
				return fmt.Errorf("the default channel got %+v", got)
			}
			return nil
		}),
	}}})
}

// Every attribute, changed alone and in place, changes what runs; so does what
// somebody changes by hand. A channel in use stays.
func TestEscalationPolicyAttributes(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	const address = "opp_escalation_policy.test"
	base := e.Stack("") + alwaysCritical + webhook("first", "http://127.0.0.1:9/1") + webhook("second", "http://127.0.0.1:9/2")
	attributes := acctest.Attributes{
		"stack": "opp_monitoring_stack.main.name", "name": `"oncall"`, "step": `[{ after = "15m", channels = ["first"] }]`,
		"depends_on": "[opp_notification_channel.first, opp_notification_channel.second]",
	}
	policy := func() string { return base + attributes.Resource("opp_escalation_policy") }
	levels := func(want string, routes ...string) func() error {
		return func() error {
			var found []string
			for _, r := range rules(e) {
				if step := r.Labels["escalation_step"]; step != "" {
					found = append(found, fmt.Sprintf("%s%s:%g", step, strings.Repeat("r", len(r.Labels["escalation_round"])), r.Duration))
				}
			}
			if got := strings.Join(found, " "); got != want {
				return fmt.Errorf("levels %q, want %q", got, want)
			}
			config := alertmanagerConfig(e)
			for _, text := range routes {
				if !strings.Contains(config, text) {
					return fmt.Errorf("the running configuration lacks %q:\n%s", text, config)
				}
			}
			return nil
		}
	}
	steps := []resource.TestStep{{Config: policy(), Check: runs(levels("1:900"))}}
	for _, change := range []struct {
		attribute, value string
		check            func() error
	}{
		{"step", `[{ channels = ["first"] }, { after = "20m", channels = ["first", "second"] }]`, levels("2:1200", `escalation_step=""`)},
		{"repeat", `{ every = "1h", times = 1 }`, levels("2:1200 1r:3600 2r:4800", "- escalation_round")},
		{"matchers", `["severity=\"critical\""]`, levels("2:1200 1r:3600 2r:4800", `severity="critical"`)},
		{"matchers", `["severity=\"info\""]`, levels("", `severity="info"`)},
		{"matchers", `["severity!=\"info\""]`, levels("2:1200 1r:3600 2r:4800", `severity!="info"`)},
	} {
		attributes = attributes.With(change.attribute, change.value)
		steps = append(steps, updateStep(policy(), address, change.check))
	}
	const rulesFile = "prometheus/rules/default.yml"
	steps = append(steps, importStep(address, "production/oncall"))
	drift := func(shows string, change func()) resource.TestStep {
		return resource.TestStep{
			PreConfig: change, Config: policy(),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate), planShows{address, shows},
			}},
		}
	}
	steps = append(steps,
		drift(`group "default" runs 1 of its rules with another for`, func() {
			e.Replace("production", rulesFile, "for: 20m", "for: 21m")
			e.Reload("production", "prometheus")
		}),
		drift(`the route of step 2 to "second" was changed`, func() {
			e.Replace("production", "alertmanager/alertmanager.yml", "receiver: second\n      matchers:\n        - severity!=\"info\"", "receiver: second\n      matchers:\n        - severity!=\"warning\"")
			e.Reload("production", "alertmanager")
		}),
		resource.TestStep{
			Config: strings.Replace(base, webhook("second", "http://127.0.0.1:9/2"), "", 1) +
				attributes.With("depends_on", "[opp_notification_channel.first]").Resource("opp_escalation_policy"),
			ExpectError: regexp.MustCompile(`(?s)which\s+this\s+plan\s+removes|cannot\s+be\s+removed`),
		},
		resource.TestStep{Config: base, Check: runs(levels(""))},
	)
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: steps})
}
