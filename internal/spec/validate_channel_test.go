package spec_test

import (
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func soundChannel() spec.Channel {
	c := spec.Channel{
		Stack:    "production",
		Name:     "oncall",
		Webhook:  &spec.Webhook{URL: "http://127.0.0.1:9999/hook"},
		Matchers: []string{`severity="critical"`},
		GroupBy:  []string{"alertname"},
	}
	spec.WithDefaults(&c)
	return c
}

func emailChannel() spec.Channel {
	c := soundChannel()
	c.Webhook = nil
	c.Email = &spec.Email{To: "oncall@example.com", SMTP: spec.SMTP{From: "alerts@example.com", Smarthost: "smtp.example.com:587"}, Headers: map[string]string{}}
	return c
}

func slackChannel() spec.Channel {
	c := soundChannel()
	c.Webhook = nil
	c.Slack = &spec.Slack{APIURL: &spec.Secret{}}
	return c
}

func pagerDutyChannel() spec.Channel {
	c := soundChannel()
	c.Webhook = nil
	c.PagerDuty = &spec.PagerDuty{RoutingKey: &spec.Secret{}}
	return c
}

func TestSoundChannels(t *testing.T) {
	accept(t, soundChannel, map[string]func(*spec.Channel){
		"webhook":           func(*spec.Channel) {},
		"matches all":       func(c *spec.Channel) { c.Matchers, c.GroupBy = []string{}, []string{} },
		"group by all":      func(c *spec.Channel) { c.GroupBy = []string{"..."} },
		"every operator":    func(c *spec.Channel) { c.Matchers = []string{`a="b"`, `b!="b"`, `c=~"b|c"`, `d!~"b.*"`} },
		"several in one":    func(c *spec.Channel) { c.Matchers = []string{`a="b",c="d"`, `{e="f"}`} },
		"unquoted":          func(c *spec.Channel) { c.Matchers = []string{"severity=critical"} },
		"classic syntax":    func(c *spec.Channel) { c.Matchers = []string{`a=~[a-z]+`} },
		"UTF-8 label":       func(c *spec.Channel) { c.Matchers = []string{`"straße"="x"`} },
		"group wait zero":   func(c *spec.Channel) { c.GroupWait = "0s" },
		"all times":         func(c *spec.Channel) { c.GroupWait, c.GroupInterval, c.RepeatInterval = "1s", "1m", "1d" },
		"webhook over IPv6": func(c *spec.Channel) { c.Webhook.URL = "https://[::1]:443/x?y=z" },
	})
	accept(t, emailChannel, map[string]func(*spec.Channel){
		"email":              func(*spec.Channel) {},
		"several recipients": func(c *spec.Channel) { c.Email.To = "A <a@example.com>, b@example.com" },
		"template recipient": func(c *spec.Channel) { c.Email.To = "{{ .CommonLabels.team }}@example.com" },
		"authentication":     func(c *spec.Channel) { c.Email.AuthUsername, c.Email.AuthPassword = "u", &spec.Secret{} },
		"template header":    func(c *spec.Channel) { c.Email.Headers["Subject"] = "{{ .Status | toUpper }}" },
	})
	accept(t, slackChannel, map[string]func(*spec.Channel){
		"slack": func(*spec.Channel) {},
		"templates": func(c *spec.Channel) {
			c.Slack.Title, c.Slack.Text = new(`{{ template "slack.default.title" . }}`), new("{{ range .Alerts }}\n{{ .Annotations.summary }}{{ end }}")
		},
	})
	accept(t, pagerDutyChannel, map[string]func(*spec.Channel){
		"pagerduty": func(*spec.Channel) {},
		"severity": func(c *spec.Channel) {
			c.PagerDuty.Severity, c.PagerDuty.URL = "{{ .CommonLabels.severity }}", "https://example.com/v2"
		},
	})
}

func TestChannelMistakes(t *testing.T) {
	try(t, soundChannel, []mistake[spec.Channel]{
		{"one of two values", func(c *spec.Channel) { c.Matchers = []string{`severity="critical"`, `severity="warning"`} }, "matchers", "no alert can fit all matchers"},
		{"bad stack", func(c *spec.Channel) { c.Stack = "" }, "stack", "is not a stack name"},
		{"slash in name", func(c *spec.Channel) { c.Name = "a/b" }, "name", "is not a name for a notification channel"},
		{"reserved name", func(c *spec.Channel) { c.Name = "opp-null" }, "name", "built-in receiver"},
		{"no kind", func(c *spec.Channel) { c.Webhook = nil }, "", `it does not say where to send`},
		{"two kinds", func(c *spec.Channel) { c.Slack = &spec.Slack{APIURL: &spec.Secret{}} }, "slack", "cannot be both webhook and slack"},
		{"empty URL", func(c *spec.Channel) { c.Webhook.URL = "" }, "webhook.url", "the URL is empty"},
		{"URL without scheme", func(c *spec.Channel) { c.Webhook.URL = "localhost:9999" }, "webhook.url", "is not an http or https URL"},
		{"URL without host", func(c *spec.Channel) { c.Webhook.URL = "http://:80/" }, "webhook.url", "has no host"},
		{"URL with a bad port", func(c *spec.Channel) { c.Webhook.URL = "http://a:99999/" }, "webhook.url", "has no valid port"},
		{"URL with a space", func(c *spec.Channel) { c.Webhook.URL = "http://a b/" }, "webhook.url", "is not a URL"},
		{"password is not shown", func(c *spec.Channel) { c.Webhook.URL = "ftp://u:hunter2@a/" }, "webhook.url", "u:xxxxx@a"},
		{"negative max_alerts", func(c *spec.Channel) { c.Webhook.MaxAlerts = -1 }, "webhook.max_alerts", "-1"},
		{"empty matcher", func(c *spec.Channel) { c.Matchers = []string{""} }, "matchers[0]", "no matcher"},
		{"empty braces", func(c *spec.Channel) { c.Matchers = []string{"{}"} }, "matchers[0]", "no matcher"},
		{"matcher without operator", func(c *spec.Channel) { c.Matchers = append(c.Matchers, "severity") }, "matchers[1]", `"severity" is not a matcher`},
		{"matcher with ==", func(c *spec.Channel) { c.Matchers = []string{`a=="b"`} }, "matchers[0]", "is not a matcher"},
		{"regex of a matcher", func(c *spec.Channel) { c.Matchers = []string{`a=~"b("`} }, "matchers[0]", "missing closing )"},
		{"matcher without label", func(c *spec.Channel) { c.Matchers = []string{`""="b"`} }, "matchers[0]", "a label name is empty"},
		{"unclosed quote", func(c *spec.Channel) { c.Matchers = []string{`a="b`} }, "matchers[0]", "is not a matcher"},
		{"group by a bad label", func(c *spec.Channel) { c.GroupBy = []string{"a", "b-c"} }, "group_by[1]", `"b-c" is not a label name`},
		{"group by a label twice", func(c *spec.Channel) { c.GroupBy = []string{"a", "a"} }, "group_by[1]", "listed twice"},
		{"group by all and one", func(c *spec.Channel) { c.GroupBy = []string{"a", "..."} }, "group_by[1]", "cannot stand beside"},
		{"group wait", func(c *spec.Channel) { c.GroupWait = "10" }, "group_wait", `"10" is not a duration`},
		{"group interval zero", func(c *spec.Channel) { c.GroupInterval = "0s" }, "group_interval", "longer than zero"},
		{"repeat interval zero", func(c *spec.Channel) { c.RepeatInterval = "0" }, "repeat_interval", "longer than zero"},
	})
	try(t, emailChannel, []mistake[spec.Channel]{
		{"no recipient", func(c *spec.Channel) { c.Email.To = "" }, "email.to", "is empty"},
		{"recipient", func(c *spec.Channel) { c.Email.To = "oncall" }, "email.to", `"oncall" is not a list of email addresses`},
		{"template of the recipient", func(c *spec.Channel) { c.Email.To = "{{ nope }}" }, "email.to", `"nope" not defined`},
		{"two senders", func(c *spec.Channel) { c.Email.From = "a@b.c, d@e.f" }, "email.from", "is not an email address"},
		{"smarthost without port", func(c *spec.Channel) { c.Email.Smarthost = "smtp" }, "email.smarthost", "is not host:port"},
		{"password without user", func(c *spec.Channel) { c.Email.AuthPassword = &spec.Secret{} }, "email.auth_username", "needs auth_username"},
		{"user without password", func(c *spec.Channel) { c.Email.AuthUsername = "u" }, "email.auth_password", "needs a password"},
		{"header name", func(c *spec.Channel) { c.Email.Headers["X Y"] = "z" }, "email.headers.X Y", `"X Y" is not a header name`},
		{"header twice", func(c *spec.Channel) { c.Email.Headers["Subject"], c.Email.Headers["subject"] = "a", "b" }, "email.headers.subject", `the same as "Subject"`},
		{"header template", func(c *spec.Channel) { c.Email.Headers["Subject"] = "{{ humanize 1 }}" }, "email.headers.Subject", `"humanize" not defined`},
	})
	try(t, slackChannel, []mistake[spec.Channel]{
		{"no URL", func(c *spec.Channel) { c.Slack.APIURL = nil }, "slack.api_url", "is required"},
		{"title", func(c *spec.Channel) { c.Slack.Title = new("{{ .Status") }, "slack.title", "unclosed action"},
		{"text", func(c *spec.Channel) { c.Slack.Text = new("{{ nope }}") }, "slack.text", `"nope" not defined`},
		{"Slack channel", func(c *spec.Channel) { c.Slack.Channel = "#a\n" }, "slack.channel", "control character"},
	})
	try(t, pagerDutyChannel, []mistake[spec.Channel]{
		{"no key", func(c *spec.Channel) { c.PagerDuty.RoutingKey = nil }, "pagerduty.routing_key", "is required"},
		{"severity", func(c *spec.Channel) { c.PagerDuty.Severity = "{{ nope }}" }, "pagerduty.severity", `"nope" not defined`},
		{"URL", func(c *spec.Channel) { c.PagerDuty.URL = "events" }, "pagerduty.url", "is not an http or https URL"},
	})
}
