package acctest_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

// Every attribute of a route, changed alone and in place, changes what
// Alertmanager runs.
func TestRouteAttributes(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	others := e.Stack("") + `
resource "opp_notification_channel" "rest" {
  stack      = opp_monitoring_stack.main.name
  name       = "rest"
  webhook    = { url = "http://127.0.0.1:9/rest" }
  default    = true
  group_wait = "1s"
}

resource "opp_notification_channel" "database" {
  stack   = opp_monitoring_stack.main.name
  name    = "database"
  webhook = { url = "http://127.0.0.1:9/database" }
}

resource "opp_route" "critical" {
  stack      = opp_monitoring_stack.main.name
  name       = "critical"
  channel    = opp_notification_channel.rest.name
  matchers   = ["severity=\"critical\""]
  group_wait = "2s"
}
`
	base := acctest.Attributes{
		"stack":    "opp_monitoring_stack.main.name",
		"name":     `"database"`,
		"channel":  "opp_notification_channel.database.name",
		"matchers": `["team=\"db\""]`,
	}
	contains := func(text string) func() error {
		return func() error {
			_, tree, _ := strings.Cut(alertmanagerConfig(e), "\n  routes:\n")
			tree, _, _ = strings.Cut(tree, "\nreceivers:")
			if !strings.Contains(tree, text) {
				return fmt.Errorf("the running routes lack %q:\n%s", text, tree)
			}
			return nil
		}
	}
	steps := []resource.TestStep{{Config: others + base.Resource("opp_route"), Check: runs(contains("receiver: database"))}}
	for _, change := range []struct {
		attributes map[string]string
		texts      []string
	}{
		{map[string]string{"order": "-1"}, []string{"  - receiver: database\n    matchers:\n    - team=\"db\"\n    continue: false\n    group_wait: 30s"}},
		{
			map[string]string{
				"matchers": `["team=\"database\"", "area!=\"\""]`, "continue": "true", "group_by": `["alertname", "instance"]`,
				"group_wait": `"7s"`, "group_interval": `"8m"`, "repeat_interval": `"9h"`,
			},
			[]string{
				"  - receiver: database\n    group_by:\n    - alertname\n    - instance\n    matchers:\n    - area!=\"\"\n    - team=\"database\"\n    continue: true",
				"group_wait: 7s\n    group_interval: 8m\n    repeat_interval: 9h",
			},
		},
		{
			map[string]string{"parent": "opp_route.critical.name", "group_wait": ""},
			[]string{"    routes:\n    - receiver: database\n", "group_wait: 2s\n      group_interval: 8m"},
		},
		{map[string]string{"channel": ""}, []string{"    routes:\n    - receiver: rest\n"}},
	} {
		for name, value := range change.attributes {
			base = base.With(name, value)
		}
		var checks []resource.TestCheckFunc
		for _, text := range change.texts {
			checks = append(checks, runs(contains(text)))
		}
		step := updateStep(others+base.Resource("opp_route"), "opp_route.test", nil)
		step.Check = resource.ComposeAggregateTestCheckFunc(checks...)
		steps = append(steps, step)
	}
	steps = append(steps, importStep("opp_route.test", "production/database"),
		resource.TestStep{Config: others + base.Resource("opp_route"), PlanOnly: true})
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: steps})
}

// Channels are created, rewired, replaced, renamed and removed in one apply each,
// in whatever order Terraform does it; what is removed is gone at the end.
func TestChannelsInUse(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	channel := func(address, name string) string {
		return fmt.Sprintf(`
resource "opp_notification_channel" %q {
  stack   = opp_monitoring_stack.main.name
  name    = %q
  webhook = { url = "http://127.0.0.1:9/%s" }
}
`, address, name, name)
	}
	route := func(channel string) string {
		return acctest.Attributes{"stack": "opp_monitoring_stack.main.name", "name": `"r"`, "channel": channel, "matchers": `["team=\"db\""]`}.Resource("opp_route")
	}
	// receivers must be those, besides the null receiver, and the route lead to the first.
	receivers := func(names ...string) resource.TestCheckFunc {
		return runs(func() error {
			config := alertmanagerConfig(e)
			want := append(slices.Clone(names), "opp-null")
			if got := strings.Count(config, "- name: ") - strings.Count(config, "- name: opp-severity"); got != len(want) {
				return fmt.Errorf("%d receivers run, want %q:\n%s", got, want, config)
			}
			for _, name := range want {
				if !strings.Contains(config, "- name: "+name+"\n") {
					return fmt.Errorf("receiver %q does not run:\n%s", name, config)
				}
			}
			if !strings.Contains(config, "- receiver: "+names[0]+"\n") {
				return fmt.Errorf("no route to %q runs:\n%s", names[0], config)
			}
			return nil
		})
	}
	const a, b = "opp_notification_channel.a.name", "opp_notification_channel.b.name"
	both := channel("a", "a") + channel("b", "b")
	steps := []resource.TestStep{
		{Config: both + route(a), Check: receivers("a", "b")},
		{Config: channel("b", "b") + route(`"a"`), ExpectError: regexp.MustCompile(`(?s)which\s+this\s+plan\s+removes|cannot\s+be\s+removed`)},
		{Config: channel("b", "b") + route(b), Check: receivers("b")},                                                            // rewired and removed
		{Config: channel("a", "a") + route(a), Check: receivers("a")},                                                            // created, rewired and removed
		{Config: channel("a", "renamed") + route(a), Check: receivers("renamed")},                                                // replaced by a name
		{Config: channel("a", "renamed") + route(a), Taint: []string{"opp_notification_channel.a"}, Check: receivers("renamed")}, // by itself
		{
			// The name is the identity: under another address it is the same object.
			Config:           channel("b", "renamed") + route(b) + "moved {\n  from = opp_notification_channel.a\n  to   = opp_notification_channel.b\n}\n",
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}, Check: receivers("renamed"),
		},
	}
	for i := range steps {
		steps[i].Config = e.Stack("self_monitoring = false") + steps[i].Config
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: steps})
}
