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
	route := acctest.Attributes{"stack": "opp_monitoring_stack.main.name", "name": `"r"`, "channel": `"c"`}
	correlation := acctest.Attributes{"stack": "opp_monitoring_stack.main.name", "name": `"r"`, "source_matchers": `["a=\"b\""]`, "target_matchers": `["a=\"c\""]`}
	dependency := acctest.Attributes{"stack": "opp_monitoring_stack.main.name", "name": `"r"`, "dependency": `{ cause = "A", effects = ["A"], on = [] }`}
	policy := acctest.Attributes{"stack": "opp_monitoring_stack.main.name", "name": `"p"`, "step": `[{ channels = ["c"] }]`}
	content := acctest.Attributes{"stack": "opp_monitoring_stack.main.name", "name": `"t"`, "content": `"{{ .Nonsense }}"`}
	silence := acctest.Attributes{"stack": "opp_monitoring_stack.main.name", "name": `"s"`, "matchers": `["a=\"b\""]`, "comment": `"why"`, "duration": `"1h"`}
	window := func(interval string) string {
		return acctest.Attributes{"stack": "opp_monitoring_stack.main.name", "name": `"w"`, "intervals": "[" + interval + "]"}.Resource("opp_mute_window")
	}
	alertmanager := func(attributes string) string {
		return stack.With("alertmanager", "{ "+attributes+" }").Resource("opp_monitoring_stack")
	}
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
		{"external URL", alertmanager(`external_url = "alerts.example.com"`), "alertmanager.external_url", `"alerts.example.com" is not an http or https URL`},
		{"resolve timeout", alertmanager(`resolve_timeout = "5"`), "alertmanager.resolve_timeout", `"5" is not a duration`},
		{"replicas", alertmanager(`replicas = 6`), "alertmanager.replicas", `6 is not a number of Alertmanagers`},
		{"default channel", alertmanager(`default_channel = "a b"`), "alertmanager.default_channel", `"a b" is not a name for a notification channel`},
		{"mail server", alertmanager(`smtp = { smarthost = "mail.example.com", from = "a@example.com" }`), "alertmanager.smtp.smarthost", `"mail.example.com" is not host:port`},
		{"mail server without a name", alertmanager(`smtp = { from = "a@example.com" }`), "", `alertmanager.smtp.smarthost is empty`},
		{"mail account without a password", alertmanager(`smtp = { smarthost = "m:25", from = "a@example.com", auth_username = "u" }`), "alertmanager.smtp.auth_password_wo", `needs a password`},
		{"mail without a server", channel.With("webhook", "").With("email", `{ to = "a@example.com", from = "b@example.com" }`).Resource("opp_notification_channel"), "email.smarthost", `smarthost is set neither here nor in stack`},
		{"secret without a value", channel.With("webhook", "").With("slack", `{ channel = "#ops" }`).Resource("opp_notification_channel"), "slack.api_url_wo", `api_url is required`},
		{"template of nobody", channel.With("webhook", "").With("slack", `{ channel = "#ops", api_url_wo = "https://example.com", text = "{{ nosuch }}" }`).Resource("opp_notification_channel"), "slack.text", `"{{ nosuch }}" is not an Alertmanager template`},
		{"route to nowhere", route.With("channel", "").Resource("opp_route"), "", `it leads nowhere`},
		{"matcher of a route", route.With("matchers", `["a=\"b\"", "severity"]`).Resource("opp_route"), "matchers", `"severity" is not a matcher`},
		{"its own parent", route.With("parent", `"r"`).Resource("opp_route"), "parent", `it cannot be its own parent`},
		{"grouping", route.With("group_by", `["...", "job"]`).Resource("opp_route"), "group_by", `cannot stand beside`},
		{"group wait", route.With("group_wait", `"10"`).Resource("opp_route"), "group_wait", `"10" is not a duration`},
		{"never", route.With("mute_windows", `["w"]`).With("active_windows", `["w"]`).Resource("opp_route"), "active_windows", `it would never notify`},
		{"window without time", window(`{ location = "Europe/Berlin" }`), "intervals", `contains every time, for ever`},
		{"window over midnight", window(`{ times = [{ start_time = "22:00", end_time = "06:00" }] }`), "intervals[0].times[0].end_time", `a range from "22:00" to "06:00" ends before it begins`},
		{"weekday", window(`{ weekdays = ["monday-friday"] }`), "intervals[0].weekdays[0]", `is not a day of the week`},
		{"time zone", window(`{ weekdays = ["monday"], location = "Europe/Nowhere" }`), "intervals[0].location", `"Europe/Nowhere" is not a time zone`},
		{"inhibits its own source", correlation.With("target_matchers", `["a=~\"b|c\""]`).Resource("opp_correlation"), "target_matchers", `it may mute its own sources`},
		{"effect is the cause", dependency.Resource("opp_correlation"), "dependency.effects[0]", `would mute its own cause "A"`},
		{"said twice", correlation.With("dependency", `{ cause = "A", effects = ["B"], on = [] }`).Resource("opp_correlation"), "dependency", `says twice what it mutes`},
		{"no step", policy.With("step", `[]`).Resource("opp_escalation_policy"), "step", `an escalation policy has at least one step`},
		{"delay", policy.With("step", `[{ after = "30s", channels = ["c"] }]`).Resource("opp_escalation_policy"), "step[0].after", `"30s" is not between 1m and 24h`},
		{"order of steps", policy.With("step", `[{ after = "2m", channels = ["c"] }, { after = "1m", channels = ["c"] }]`).Resource("opp_escalation_policy"), "step[1].after", `is not longer than the "2m"`},
		{"rounds", policy.With("repeat", `{ every = "1h", times = 11 }`).Resource("opp_escalation_policy"), "repeat.times", `11 is not a number of rounds`},
		{"label of levels", policy.With("matchers", `["escalation_step=\"1\""]`).Resource("opp_escalation_policy"), "matchers", `is what escalation adds`},
		{"field of a notification", content.Resource("opp_notification_template"), "content", `can't evaluate field Nonsense`},
		{"notification template", content.With("content", `"{{ if }}"`).Resource("opp_notification_template"), "content", `missing value for if`},
		{"another template's name", content.With("content", `"{{ define \"x\" }}a{{ end }}"`).Resource("opp_notification_template"), "content", `whose name does not begin with "t."`},
		{"silence of everything", silence.With("matchers", `["alertname=~\".+\""]`).Resource("opp_silence"), "matchers", `the silence would silence every alert`},
		{"silence without end", silence.With("duration", "").Resource("opp_silence"), "", `the silence has no end`},
		{"silence that ends first", silence.With("duration", "").With("start", `"2026-01-02T00:00:00Z"`).With("end", `"2026-01-01T00:00:00Z"`).Resource("opp_silence"), "end", `begins only at`},
		{"silence without reason", silence.With("comment", `" "`).Resource("opp_silence"), "comment", `comment is empty`},
		{"time of a simulation", "data \"opp_notification_route\" \"x\" {\n stack = opp_monitoring_stack.main.name\n labels = {}\n at = \"noon\"\n}\n", "at", `"noon" is not a time`},
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
