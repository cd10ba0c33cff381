package acctest_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

// What is wrong is told at plan time, on the attribute, and nothing is changed.
func TestBadInputAtPlan(t *testing.T) {
	t.Parallel()
	stack := acctest.Attributes{"name": `"production"`}
	rule := acctest.Attributes{"stack": "opp_monitoring_stack.main.name", "name": `"r"`, "expr": `"up == 0"`}
	job := acctest.Attributes{"stack": "opp_monitoring_stack.main.name", "name": `"j"`, "targets": `["127.0.0.1:8000"]`}
	channel := acctest.Attributes{"stack": "opp_monitoring_stack.main.name", "name": `"c"`, "webhook": `{ url = "http://127.0.0.1:9/hook" }`}
	for _, test := range []struct {
		name, config, want string
	}{
		{"stack name", stack.With("name", `"Production"`).Resource("opp_monitoring_stack"), `(?s)name.*\^\[a-z\]|(?s)"Production"`},
		{"port", stack.With("prometheus", `{ port = 70000 }`).Resource("opp_monitoring_stack"), `(?s)70000`},
		{"memory", stack.With("prometheus", `{ memory = "lots" }`).Resource("opp_monitoring_stack"), `(?s)lots`},
		{"retention", stack.With("prometheus", `{ retention = { time = "15 days" } }`).Resource("opp_monitoring_stack"), `(?s)15 days`},
		{"version form", stack.With("alertmanager", `{ version = "latest" }`).Resource("opp_monitoring_stack"), `(?s)latest`},
		{"version too old", stack.With("prometheus", `{ version = "2.44.0" }`).Resource("opp_monitoring_stack"), `(?s)2\.45`},
		{"promql", rule.With("expr", `"up == "`).Resource("opp_alert_rule"), `(?s)expr.*1:\d|(?s)1:\d.*expr`},
		{"template", rule.With("summary", `"{{ $labels.instance "`).Resource("opp_alert_rule"), `(?s)summary`},
		{"template function", rule.With("summary", `"{{ nosuch 1 }}"`).Resource("opp_alert_rule"), `(?s)nosuch`},
		{"duration", rule.With("for", `"1 minute"`).Resource("opp_alert_rule"), `(?s)1 minute`},
		{"label name", rule.With("labels", `{ "not-a label" = "x" }`).Resource("opp_alert_rule"), `(?s)label`},
		{"severity", rule.With("severity", `"urgent"`).Resource("opp_alert_rule"), `(?s)severity`},
		{"target", job.With("targets", `["http://127.0.0.1:8000/metrics"]`).Resource("opp_scrape_job"), `(?s)targets`},
		{"relabel regex", job.With("metric_relabel", `[{ action = "drop", source_labels = ["__name__"], regex = "(" }]`).Resource("opp_scrape_job"), `(?s)regex`},
		{"matcher", channel.With("matchers", `["severity=~\"(\""]`).Resource("opp_notification_channel"), `(?s)matchers`},
		{"url", channel.With("webhook", `{ url = "ftp://example.com" }`).Resource("opp_notification_channel"), `(?s)ftp://example\.com`},
		{"two kinds", channel.With("email", `{ to = "a@example.com", from = "b@example.com", smarthost = "127.0.0.1:25" }`).Resource("opp_notification_channel"), `(?s)webhook`},
		{"no kind", channel.With("webhook", "").Resource("opp_notification_channel"), `(?s)webhook`},
		{"same name twice", rule.Resource("opp_alert_rule") + "resource \"opp_alert_rule\" \"again\" {\n stack = opp_monitoring_stack.main.name\n name = \"r\"\n expr = \"up\"\n}\n", `(?s)"r"`},
		{"group interval disagrees", rule.With("group_interval", `"1m"`).Resource("opp_alert_rule") + "resource \"opp_alert_rule\" \"again\" {\n stack = opp_monitoring_stack.main.name\n name = \"s\"\n expr = \"up\"\n group_interval = \"2m\"\n}\n", `(?s)group_interval`},
		{"no such stack", rule.With("stack", `"nowhere"`).Resource("opp_alert_rule"), `(?s)nowhere`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e := acctest.New(t)
			config := e.Provider() + test.config
			if regexp.MustCompile(`opp_monitoring_stack\.main`).MatchString(test.config) {
				config = e.Stack("") + test.config
			}
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: e.Factories,
				Steps: []resource.TestStep{{
					Config: config, PlanOnly: true,
					ExpectError: regexp.MustCompile(test.want),
				}},
			})
		})
	}
}
