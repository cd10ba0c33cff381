package componenttest

import "github.com/openpolicyplatform/terraform-provider-opp/internal/spec"

// States are desired states that every component must render, by name.
func States() map[string]spec.State {
	return map[string]spec.State{
		"minimal":    minimal(),
		"everything": Everything(),
		"escalated":  escalated(),
		"hostile":    hostile(),
		"paused":     paused(),
	}
}

func minimal() spec.State {
	stack := spec.DefaultStack("small")
	stack.SelfMonitoring = false
	stack.Alertmanager.Enabled = false
	stack.NodeExporter.Enabled = false
	return spec.State{Stack: stack}
}

// Rule is an alert rule with defaults.
func Rule(group, name, expr string) spec.AlertRule {
	return spec.AlertRule{
		Stack: "production", Name: name, Alert: name, Group: group, Expr: expr, For: "0s", KeepFiringFor: "0s",
		Labels: map[string]string{}, Annotations: map[string]string{},
	}
}

// Job is a scrape job with defaults.
func Job(name string, targets ...string) spec.ScrapeJob {
	return spec.ScrapeJob{
		Stack: "production", Name: name, Targets: targets, MetricsPath: "/metrics", Scheme: "http",
		Labels: map[string]string{}, Params: map[string][]string{}, MetricRelabel: []spec.RelabelRule{},
	}
}

// Webhook is a webhook channel with defaults and a route of its own.
func Webhook(name string, matchers ...string) spec.Channel {
	return spec.Channel{
		Stack: "production", Name: name, Matchers: append([]string{}, matchers...), GroupBy: []string{}, SendResolved: true,
		Webhook: &spec.Webhook{URL: "http://127.0.0.1:9/" + name},
	}
}

// Everything uses every field at least once.
func Everything() spec.State {
	stack := spec.DefaultStack("production")
	stack.Prometheus.ExternalLabels = map[string]string{"region": "eu-1", "price": "$5"}
	state := spec.State{Stack: stack, ScrapeJobs: everyJob(), Channels: everyChannel(), Routes: everyRoute(), MuteWindows: everyWindow(), Correlations: everyCorrelation()}

	down := Rule("availability", "api-down", `up{job="api"}==0`)
	down.Alert, down.For, down.KeepFiringFor = "ServiceDown", "1m", "5m"
	down.Severity, down.Summary = spec.SeverityCritical, "{{ $labels.instance }} is down"
	down.Description, down.RunbookURL = "Nobody can log in.\nCall somebody.", "https://runbooks.example.org/down"
	down.Labels, down.Annotations = map[string]string{"team": "api"}, map[string]string{"dashboard": "https://d.example.org"}
	other := Rule("availability", "worker-down", `up{job="worker"} == 0`)
	other.Alert = "ServiceDown"
	slow := Rule("latency", "api-slow", `histogram_quantile(0.9, sum by (le) (rate(http_seconds_bucket[5m]))) > 1`)
	slow.GroupInterval = "30s"
	last := Rule("latency", "api-very-slow", `job:latency:p90 > 5`)
	last.GroupInterval, last.Order = "30s", -1
	state.AlertRules = []spec.AlertRule{down, other, slow, last, Rule(spec.DefaultGroup, "any", "vector(1)")}
	everyLogObject(&state)
	state.Sort()
	return state
}

func everyJob() []spec.ScrapeJob {
	api := Job("api", "127.0.0.1:8000", "127.0.0.1:8001")
	api.Labels = map[string]string{"service": "api"}
	api.MetricsPath, api.Scheme, api.Interval, api.Timeout = "/m", "https", "5s", "4s"
	api.HonorLabels, api.SampleLimit = true, 1000
	api.Params = map[string][]string{"module": {"a", "b"}}
	api.BasicAuth = &spec.BasicAuth{Username: "u", Password: &spec.Secret{File: "api-password"}}
	api.TLS = &spec.TLS{ServerName: "api.example.org", InsecureSkipVerify: true}
	separator, replacement := "/", "$2"
	api.MetricRelabel = []spec.RelabelRule{
		{Action: "drop", SourceLabels: []string{"__name__"}, Regex: "go_.*"},
		{Action: "replace", SourceLabels: []string{"a", "b"}, Separator: &separator, Regex: "(.*)/(.*)", TargetLabel: "c", Replacement: &replacement},
		{Action: "hashmod", SourceLabels: []string{"a"}, Modulus: 8, TargetLabel: "shard"},
	}
	worker := Job("worker", "127.0.0.1:8100")
	worker.BearerToken = &spec.Secret{File: "worker-token"}
	return []spec.ScrapeJob{api, worker}
}

func everyChannel() []spec.Channel {
	oncall := Webhook("oncall", `severity="critical"`)
	oncall.Webhook.MaxAlerts = 10
	oncall.Webhook.BearerToken = &spec.Secret{File: "oncall-token"}
	oncall.GroupBy, oncall.GroupWait, oncall.GroupInterval = []string{"alertname", "job"}, "10s", "1m"
	oncall.RepeatInterval, oncall.Continue, oncall.Order = "12h", true, -1

	mail := spec.Channel{
		Stack: "production", Name: "mail", Matchers: []string{`team=~"api|web"`, `severity!="info"`}, GroupBy: []string{"..."},
		Email: &spec.Email{
			To: "team@example.org", SMTP: spec.SMTP{
				From: "opp@example.org", Smarthost: "mail.example.org:587", AuthUsername: "opp",
				AuthPassword: &spec.Secret{File: "mail-password"}, RequireTLS: new(true),
			}, Headers: map[string]string{"subject": "Alert"},
		},
	}
	slack := spec.Channel{
		Stack: "production", Name: "slack", Matchers: []string{}, GroupBy: []string{"alertname"}, Default: true, SendResolved: true,
		GroupWait: "20s", Slack: &spec.Slack{APIURL: &spec.Secret{File: "slack-url"}, Channel: "#alerts", Title: new("T"), Text: new("{{ .Status }}")},
	}
	pager := spec.Channel{
		Stack: "production", Name: "pager", Matchers: []string{`{team="db", severity="critical"}`}, GroupBy: []string{}, SendResolved: true,
		PagerDuty: &spec.PagerDuty{RoutingKey: &spec.Secret{File: "pager-key"}, Severity: "critical", URL: "http://127.0.0.1:9/v2"},
	}
	chat := Webhook("chat")
	chat.Matchers = nil
	return []spec.Channel{oncall, mail, slack, pager, chat}
}

// everyRoute is a tree below "database", and a channel that only a route leads to.
func everyRoute() []spec.Route {
	database := Route("database", "pager", `team="database"`)
	database.GroupBy, database.GroupWait = []string{"alertname", "cluster"}, "5s"
	database.GroupInterval, database.RepeatInterval, database.Order = "2m", "3h", 5
	info := Route("database-info", "mail", `severity="info"`)
	info.Parent, info.GroupBy, info.Continue = "database", []string{}, true
	rest := Route("database-rest", "", `cluster=~"a|b"`)
	rest.Parent, rest.Order, rest.RepeatInterval = "database", 1, "6h"
	rest.MuteWindows, rest.ActiveWindows = []string{"holidays", "nights"}, []string{"office-hours"}
	deep := Route("database-rest-deep", "chat", `cluster="a"`)
	deep.Parent = "database-rest"
	return []spec.Route{database, info, rest, deep}
}

// escalated has a policy that takes alerts over and begins again, and one that
// adds to what routes say.
func escalated() spec.State {
	state := Everything()
	state.ScrapeJobs, state.Routes, state.LogSources, state.LogRetentions = nil, nil, nil, nil
	step := func(after string, channels ...string) spec.EscalationStep {
		return spec.EscalationStep{After: after, Channels: channels}
	}
	state.EscalationPolicies = []spec.EscalationPolicy{
		{
			Stack: "production", Name: "critical", Matchers: []string{`severity="critical"`},
			Steps:  []spec.EscalationStep{step("0s", "oncall"), step("15m", "oncall", "chat"), step("1h", "pager")},
			Repeat: &spec.EscalationRepeat{Every: "2h", Times: 1},
		},
		{Stack: "production", Name: "services", Matchers: []string{`alertname=~"Service.*"`}, Steps: []spec.EscalationStep{step("1d", "mail")}},
	}
	state.NotificationTemplates = []spec.NotificationTemplate{{Stack: "production", Name: "oncall", Content: "{{ range .Alerts }}\n* {{ .Labels.alertname }}{{ end }}"}}
	return state
}

// Route is a route with defaults.
func Route(name, channel string, matchers ...string) spec.Route {
	r := spec.Route{Stack: "production", Name: name, Channel: channel, Matchers: matchers}
	spec.WithDefaults(&r)
	return r
}

func everyCorrelation() []spec.Correlation {
	correlations := []spec.Correlation{
		{Stack: "production", Name: "node-down", SourceMatchers: []string{`alertname="NodeDown"`},
			TargetMatchers: []string{`alertname!="NodeDown"`, `instance!=""`}, Equal: []string{"instance", "cluster"}},
		{Stack: "production", Name: "database-down", Dependency: &spec.Dependency{
			Cause: "DatabaseDown", Effects: []string{"ApiErrors", "Api \"slow\"."}, On: []string{"cluster"},
		}},
	}
	for i := range correlations {
		spec.WithDefaults(&correlations[i])
	}
	return correlations
}

func everyWindow() []spec.MuteWindow {
	windows := []spec.MuteWindow{
		{Stack: "production", Name: "nights", Intervals: []spec.TimeInterval{
			{Times: []spec.TimeRange{{StartTime: "00:00", EndTime: "06:00"}, {StartTime: "22:00", EndTime: "24:00"}}, Location: "Europe/Berlin"},
		}},
		{Stack: "production", Name: "office-hours", Intervals: []spec.TimeInterval{
			{Times: []spec.TimeRange{{StartTime: "08:00", EndTime: "18:30"}}, Weekdays: []string{"Monday:thursday", "friday"}},
		}},
		{Stack: "production", Name: "holidays", Intervals: []spec.TimeInterval{
			{DaysOfMonth: []string{"24:26", "-1"}, Months: []string{"12"}, Years: []string{"2026:2030"}}, {DaysOfMonth: []string{"1"}, Months: []string{"january"}},
		}},
	}
	for i := range windows {
		spec.WithDefaults(&windows[i])
	}
	return windows
}

// hostile tries to break out of every format.
func hostile() spec.State {
	const nasty = "a\"b'c\\d\n\te: - #{x} %41 \u2028 \U0001F525 \x7f\n\n  indented  \n"
	stack := spec.DefaultStack("production")
	stack.Prometheus.ExternalLabels = map[string]string{"quote": nasty, "yes": "no", "number": "0x1F", "home": "$HOME ${PATH} $$"}
	rule := Rule("Group \"A\"/../b: *", "nasty", "vector(1)\n  # a comment: with 'quotes'\n\t> 0")
	rule.Alert, rule.Summary, rule.Description = "Nasty Alert \U0001F525", nasty, "\n  leading\n"
	rule.Labels, rule.Annotations = map[string]string{"x": nasty, "on": "off", "date": "2001-01-01"}, map[string]string{"tilde": "~", "null": "null"}
	lower := Rule("group \"a\"/../b: *", "lower", `vector(2)`)
	job := Job("../job\" 'x' *?[]", "[::1]:80")
	job.Labels = map[string]string{"x": nasty}
	channel := Webhook("c: \"x\"\n- y", `x="a\"b\\c\nd"`, `"utf \U0001F525"="x"`)
	channel.Webhook.URL = "http://127.0.0.1:9/?a=%20&b='\"#x"
	mail := everyChannel()[1]
	mail.Matchers, mail.Email.Headers = []string{}, map[string]string{"Subject": nasty}
	mail.Order = 1
	state := spec.State{
		Stack: stack, ScrapeJobs: []spec.ScrapeJob{job}, AlertRules: []spec.AlertRule{rule, lower},
		Channels: []spec.Channel{channel, mail},
	}
	hostileLogObjects(&state, nasty)
	return state
}

// paused has one group that is paused as a whole and one that is in part.
func paused() spec.State {
	stack := spec.DefaultStack("production")
	stack.SelfMonitoring = false
	off, half, on := Rule("off", "off", "vector(1)"), Rule("half", "half-off", "vector(1)"), Rule("half", "half-on", "vector(1)")
	off.Paused, half.Paused = true, true
	stack.Loki.Enabled = true
	offLog, halfLog, onLog := LogRule("off", "log-off", "vector(1)"), LogRule("half", "log-half-off", "vector(1)"), LogRule("half", "log-half-on", "vector(1)")
	offLog.Paused, halfLog.Paused = true, true
	fallback := Webhook("fallback", `team="ops"`)
	fallback.Default = true
	return spec.State{
		Stack: stack, AlertRules: []spec.AlertRule{off, half, on, offLog, halfLog, onLog}, Channels: []spec.Channel{fallback, Webhook("all")},
	}
}
