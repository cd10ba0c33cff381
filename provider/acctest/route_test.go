package acctest_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

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

// A channel in use cannot go, and who uses it is told.
func TestChannelInUse(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	const channels = `
resource "opp_notification_channel" "a" {
  stack   = opp_monitoring_stack.main.name
  name    = "a"
  webhook = { url = "http://127.0.0.1:9/a" }
}

resource "opp_notification_channel" "b" {
  stack   = opp_monitoring_stack.main.name
  name    = "b"
  webhook = { url = "http://127.0.0.1:9/b" }
}
`
	_, second, _ := strings.Cut(channels, "}\n\n")
	route := func(channel string) string {
		return acctest.Attributes{"stack": "opp_monitoring_stack.main.name", "name": `"r"`, "channel": channel}.Resource("opp_route")
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: []resource.TestStep{
		{Config: e.Stack("") + channels + route("opp_notification_channel.a.name")},
		// Still referred to by its bare name.
		{Config: e.Stack("") + second + route(`"a"`), ExpectError: regexp.MustCompile(`(?s)refer to it.*route "r", in channel.*opp_notification_channel\.NAME\.name`)},
		{Config: e.Stack("") + channels + route("opp_notification_channel.a.name")},
	}})
}
