package acctest_test

import (
	"regexp"
	"strings"
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
	again := func(attributes string) string {
		return "resource \"opp_alert_rule\" \"again\" {\n stack = opp_monitoring_stack.main.name\n expr = \"up\"\n" + attributes + "\n}\n"
	}
	source := acctest.Attributes{"stack": "opp_monitoring_stack.main.name", "name": `"s"`, "files": `{ include = ["/var/log/s.log"] }`}
	kept := acctest.Attributes{"stack": "opp_monitoring_stack.main.name", "name": `"r"`, "selector": `"{service=\"a\"}"`, "period": `"2d"`}
	parsed := source.With("parse", `{ format = "json", severity = { field = "level" } }`)
	for _, test := range []struct {
		name, config string
		// at is the attribute that Terraform shows, or a nested one, which is
		// told; sentence is what is told of it.
		at, sentence string
	}{
		{"stack name", stack.With("name", `"Production"`).Resource("opp_monitoring_stack"), "name", `"Production" is not a stack name`},
		{"port", stack.With("prometheus", `{ port = 70000 }`).Resource("opp_monitoring_stack"), "prometheus.port", `70000 is not a port`},
		{"address", stack.With("prometheus", `{ listen_address = "localhost" }`).Resource("opp_monitoring_stack"), "prometheus.listen_address", `"localhost" is not an IP address`},
		{"memory", stack.With("prometheus", `{ memory = "lots" }`).Resource("opp_monitoring_stack"), "prometheus.memory", `"lots" is not a size`},
		{"retention", stack.With("prometheus", `{ retention = { time = "15 days" } }`).Resource("opp_monitoring_stack"), "prometheus.retention.time", `"15 days" is not a duration`},
		{"version form", stack.With("alertmanager", `{ version = "latest" }`).Resource("opp_monitoring_stack"), "alertmanager.version", `"latest" is not a version`},
		{"version too old", stack.With("prometheus", `{ version = "2.44.0" }`).Resource("opp_monitoring_stack"), "prometheus.version", `version "2.44.0" is older than 2.45.0`},
		{"promql", rule.With("expr", `"up == "`).Resource("opp_alert_rule"), "expr", `1:7: parse error`},
		{"template", rule.With("summary", `"{{ $labels.instance "`).Resource("opp_alert_rule"), "summary", `summary:1: unclosed action`},
		{"template function", rule.With("summary", `"{{ nosuch 1 }}"`).Resource("opp_alert_rule"), "summary", `function "nosuch" not defined`},
		{"duration", rule.With("for", `"1 minute"`).Resource("opp_alert_rule"), "for", `"1 minute" is not a duration`},
		{"label name", rule.With("labels", `{ "not-a label" = "x" }`).Resource("opp_alert_rule"), "labels", `"not-a label" is not a label name`},
		{"severity", rule.With("severity", `"urgent"`).Resource("opp_alert_rule"), "severity", `"urgent" is not a severity`},
		{"target", job.With("targets", `["http://127.0.0.1:8000/metrics"]`).Resource("opp_scrape_job"), "targets", `"http://127.0.0.1:8000/metrics" is not host:port`},
		{"relabel regex", job.With("metric_relabel", `[{ action = "drop", source_labels = ["__name__"], regex = "(" }]`).Resource("opp_scrape_job"), "metric_relabel[0].regex", `"(" is not a regular expression`},
		{"matcher", channel.With("matchers", `["severity=~\"(\""]`).Resource("opp_notification_channel"), "matchers", `is not a matcher`},
		{"url", channel.With("webhook", `{ url = "ftp://example.com" }`).Resource("opp_notification_channel"), "webhook.url", `"ftp://example.com" is not an http or https URL`},
		{"two kinds", channel.With("email", `{ to = "a@example.com", from = "b@example.com", smarthost = "127.0.0.1:25" }`).Resource("opp_notification_channel"), "email", `a channel cannot be both webhook and email`},
		{"no kind", channel.With("webhook", "").Resource("opp_notification_channel"), "", `does not say where to send`},
		{"same name twice", rule.Resource("opp_alert_rule") + again(`name = "r"`), "name", `is declared twice`},
		{"group interval disagrees", rule.With("group_interval", `"1m"`).Resource("opp_alert_rule") + again("name = \"s\"\ngroup_interval = \"2m\""), "group_interval", `in the same group "default"`},
		{"retention period", kept.With("period", `"23h"`).Resource("opp_log_retention"), "period", `"23h" is shorter than 24h`},
		{"retention of lines", kept.With("selector", `"{a=\"b\"} |= \"c\""`).Resource("opp_log_retention"), "selector", `it has a line filter or a pipeline after the selector`},
		{"log selector", kept.With("selector", `"{a=b}"`).Resource("opp_log_retention"), "selector", `is not a stream selector`},
		{"sample that fails", parsed.With("samples", `[{ line = "{\"level\":\"warn\"}", expect = { severity = "error" } }]`).Resource("opp_log_source"),
			"samples[0].expect.severity", `severity is "warn", expected "error"`},
		{"sixteen labels", source.With("labels", `{ for i in range(15) : "l${i}" => "x" }`).Resource("opp_log_source"), "labels", `16 index labels`},
		{"unbounded label", parsed.With("label_fields", `{ request = "request_id" }`).Resource("opp_log_source"), "label_fields", `"request_id" has too many values`},
		{"two origins", source.With("otlp", `{}`).Resource("opp_log_source"), "", `a log source has one origin`},
		{"logs without Loki", kept.Resource("opp_log_retention"), "stack", `needs loki`},
		{"no such stack", rule.With("stack", `"nowhere"`).Resource("opp_alert_rule"), "stack", `the stack "nowhere" does not exist`},
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
					ExpectError: told(test.at, test.sentence),
				}},
			})
		})
	}
}

// told matches the sentence about an attribute, however Terraform breaks its lines.
func told(at, sentence string) *regexp.Regexp {
	wrapped := func(text string) string {
		return strings.ReplaceAll(regexp.QuoteMeta(text), " ", `[\s│]+`)
	}
	pattern := wrapped(sentence)
	switch {
	case at == "":
	case strings.Contains(at, "."):
		pattern = wrapped(at+":") + `[^:]*` + pattern
	default:
		pattern += `(?s).*\n[\s│]*\d+:\s+` + regexp.QuoteMeta(at) + `\s+=`
	}
	return regexp.MustCompile(pattern)
}
