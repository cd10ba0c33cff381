package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

// A template that fails for some alerts fails in the plan, with the place.
func TestNotificationTemplate(t *testing.T) {
	t.Parallel()
	const address = "opp_notification_template.oncall"
	config := func(content string) string {
		return stack + "resource \"opp_notification_template\" \"oncall\" {\n  stack = opp_monitoring_stack.main.name\n  name = \"oncall\"\n  content = <<-EOT\n" + content + "\nEOT\n}\n"
	}
	bad := func(content, want string) resource.TestStep {
		return resource.TestStep{Config: config(content), PlanOnly: true, ExpectError: message(want, "content")}
	}
	(&fake{}).test(t,
		bad("a\n{{ nonsense }}", `it is not an Alertmanager template: line 2: function "nonsense" not defined`),
		bad("{{ (index .Alerts.Resolved 0).Status }}", `it cannot be rendered for a firing alert: line 1, column 4`),
		resource.TestStep{Config: config("{{ .Status }}")},
		resource.TestStep{Config: config("{{ .Status }}"), PlanOnly: true},
		resource.TestStep{Config: config("{{ .Receiver }}"), ConfigPlanChecks: updates(address)},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: "production/oncall", ImportStateVerify: true},
	)
}
