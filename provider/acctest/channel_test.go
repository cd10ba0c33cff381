package acctest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

// alertmanagerConfig is alertmanager.yml as Alertmanager says it runs.
func alertmanagerConfig(e *acctest.Env) string {
	var answer struct {
		Config struct {
			Original string `json:"original"`
		} `json:"config"`
	}
	e.GetJSON(e.Endpoint("production", "alertmanager")+"/api/v2/status", &answer)
	return answer.Config.Original
}

// Every attribute, changed alone and in place, changes what Alertmanager runs.
func TestChannelAttributes(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	base := acctest.Attributes{
		"stack":    "opp_monitoring_stack.main.name",
		"name":     `"oncall"`,
		"webhook":  `{ url = "http://127.0.0.1:9/hook" }`,
		"matchers": "[]",
	}
	contains := func(text string) func() error {
		return func() error {
			if config := alertmanagerConfig(e); !strings.Contains(config, text) {
				return fmt.Errorf("the running configuration lacks %q:\n%s", text, config)
			}
			return nil
		}
	}
	steps := []resource.TestStep{{Config: e.Stack("") + base.Resource("opp_notification_channel"), Check: runs(contains("receiver: oncall"))}}
	for _, change := range []struct {
		attribute, value, text string
	}{
		{"matchers", `["severity=\"critical\"", "team=~\"a|b\""]`, `team=~"a|b"`},
		{"group_by", `["alertname", "instance"]`, "group_by:\n    - alertname\n    - instance"},
		{"group_wait", `"7s"`, "group_wait: 7s"},
		{"group_interval", `"8m"`, "group_interval: 8m"},
		{"repeat_interval", `"9h"`, "repeat_interval: 9h"},
		{"continue", "true", "continue: true"},
		{"send_resolved", "false", "send_resolved: false"},
		{"default", "true", "receiver: oncall\n  "},
		{"webhook", `{ url = "http://127.0.0.1:9/hook", max_alerts = 7 }`, "max_alerts: 7"},
		{"webhook", `{ url = "http://127.0.0.1:9/hook", max_alerts = 7, bearer_token_wo = "t0ken", bearer_token_wo_version = 1 }`, "credentials_file:"},
		{"order", "3", "receiver: oncall"},
	} {
		base = base.With(change.attribute, change.value)
		steps = append(steps, updateStep(e.Stack("")+base.Resource("opp_notification_channel"), "opp_notification_channel.test", contains(change.text)))
	}
	steps = append(steps, importStep("opp_notification_channel.test", "production/oncall"))
	base = base.With("webhook", "")
	for _, kind := range []struct {
		attribute, value, text string
	}{
		{"email", `{ to = "ops@example.com", from = "opp@example.com", smarthost = "127.0.0.1:2525", auth_username = "opp", auth_password_wo = "pw", auth_password_wo_version = 1, headers = { Subject = "[opp]" } }`, "to: ops@example.com"},
		{"slack", `{ channel = "#ops", api_url_wo = "https://hooks.example.com/x", api_url_wo_version = 1, title = "t", text = "x" }`, "api_url_file:"},
		{"pagerduty", `{ routing_key_wo = "0123456789abcdef0123456789abcdef", routing_key_wo_version = 1, severity = "critical" }`, "routing_key_file:"},
	} {
		one := base.With(kind.attribute, kind.value)
		steps = append(steps, updateStep(e.Stack("")+one.Resource("opp_notification_channel"), "opp_notification_channel.test", contains(kind.text)))
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: steps})
}
