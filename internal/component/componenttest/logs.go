package componenttest

import "github.com/openpolicyplatform/terraform-provider-opp/internal/spec"

// LogRule is an alert rule over logs with defaults.
func LogRule(group, name, expr string) spec.AlertRule {
	r := Rule(group, name, expr)
	r.Source = spec.SourceLogs
	return r
}

// LogFiles is a log source that reads files, with defaults.
func LogFiles(name string, include ...string) spec.LogSource {
	s := spec.LogSource{Stack: "production", Name: name, Files: &spec.LogFiles{Include: include}}
	spec.WithDefaults(&s)
	return s
}

// LogRetention is a retention without priority.
func LogRetention(name, selector, period string) spec.LogRetention {
	return spec.LogRetention{Stack: "production", Name: name, Selector: selector, Period: period}
}

// everyLogObject adds log objects that use every field at least once.
func everyLogObject(state *spec.State) {
	state.Stack.Loki.Enabled, state.Stack.Collector.Enabled = true, true
	state.Stack.Loki.Retention = "14d"

	errors := LogRule("availability", "api-errors", `sum by (service) (rate({service="api"} |= "error" [5m])) > 1`)
	errors.For, errors.Severity, errors.Summary = "2m", spec.SeverityCritical, "{{ $labels.service }} writes errors"
	errors.Labels, errors.Annotations = map[string]string{"team": "api"}, map[string]string{"dashboard": "https://d.example.org"}
	panics := LogRule("availability", "api-panics", "count_over_time({service=\"api\"} | json | level=`panic` [1m]) > 0")
	panics.GroupInterval = "30s"
	state.AlertRules = append(state.AlertRules, errors, panics, LogRule(spec.DefaultGroup, "silence", `absent_over_time({log_source="api"}[15m])`))

	audit := LogRetention("audit", `{service="audit"}`, "90d")
	audit.Priority = 10
	state.LogRetentions = append(state.LogRetentions, audit, LogRetention("debug", `{level="debug", service=~"api|web"}`, "24h"))
	state.LogSources = append(state.LogSources, everySource()...)
}

func everySource() []spec.LogSource {
	api := LogFiles("api", "/var/log/opp/api/*.log", "/var/log/opp/**/api.log")
	api.Files.Exclude, api.Files.StartAt = []string{"/var/log/opp/api/old.log"}, spec.StartAtBeginning
	api.Labels, api.LabelFields = map[string]string{"service": "api"}, map[string]string{"level": "level"}
	api.Parse = spec.LogParse{
		Format:    spec.LogFormatJSON,
		Timestamp: &spec.LogTimestamp{Field: "ts", Layout: "2006-01-02T15:04:05.999Z07:00"},
		Severity:  &spec.LogSeverity{Field: "level", Mapping: map[string][]string{"fatal": {"panic"}}},
	}
	api.Multiline = &spec.LogMultiline{LineStartPattern: `^\{`}
	api.Drop = []string{`severity == "debug"`, `attributes["path"] == "/healthz"`}
	body := "it broke"
	api.Samples = []spec.LogSample{{
		Line: `{"level":"error","msg":"it broke","path":"/v1"}`,
		Expect: spec.LogExpect{
			Severity: "error", Body: &body, Timestamp: "2026-01-31T12:00:00Z", Attributes: map[string]string{"path": "/v1"},
		},
	}}
	proxy := LogFiles("proxy", "/var/log/proxy.log")
	proxy.Parse = spec.LogParse{
		Format: spec.LogFormatRegex, Pattern: `^(?P<time>\S+) (?P<status>\d+)`,
		Timestamp: &spec.LogTimestamp{Field: "time", Layout: "%Y-%m-%d", Location: "Europe/Berlin"},
	}
	proxy.Multiline = &spec.LogMultiline{LineEndPattern: `;$`}
	worker := LogFiles("worker", "/var/log/worker.log")
	worker.Parse = spec.LogParse{Format: spec.LogFormatLogfmt, Timestamp: &spec.LogTimestamp{Field: "t", Layout: "s.ms"}}

	system := spec.LogSource{Stack: "production", Name: "system", Journald: &spec.LogJournald{
		Units: []string{"nginx.service", "opp-*.service"}, Priority: "warning", Directory: "/var/log/journal",
	}}
	docker := spec.LogSource{Stack: "production", Name: "docker", Docker: &spec.LogDocker{}, LabelFields: map[string]string{"stream": "log.iostream"}}
	apps := spec.LogSource{Stack: "production", Name: "apps", OTLP: &spec.LogOTLP{Match: map[string]string{"service.namespace": "shop"}},
		LabelFields: map[string]string{"service": "service.name"}}
	rest := spec.LogSource{Stack: "production", Name: "rest", OTLP: &spec.LogOTLP{}}
	sources := []spec.LogSource{api, proxy, worker, system, docker, apps, rest}
	for i := range sources {
		spec.WithDefaults(&sources[i])
	}
	return sources
}

// hostileLogObjects adds log objects that try to break out of every format.
func hostileLogObjects(state *spec.State, nasty string) {
	state.Stack.Loki.Enabled, state.Stack.Collector.Enabled = true, true
	rule := LogRule("Group \"A\"/../b: *", "nasty log", "count_over_time({a=\"b\\\"c\\\\d\\n\"} |= `x'y\\z` [1m])\n  # a comment: with 'quotes'\n\t> 0")
	rule.Alert, rule.Summary, rule.Labels = "Nasty Alert \U0001F525", nasty, map[string]string{"x": nasty, "on": "off"}
	state.AlertRules = append(state.AlertRules, rule, LogRule("group \"a\"/../b: *", "lower log", "count_over_time({b=\"\u00fc\"}[1m])"))

	state.LogRetentions = []spec.LogRetention{
		LogRetention("r: \"x\"\n- y", "{a=\"q\\\"uo'te\", b=~\"back\\\\\\\\slash|tab\\t\", c!=\"\u00fcber \U0001F525\"}", "48h"),
		LogRetention("braces", "{a=\"}{\", b=`# no 'comment'`}", "24h"),
	}
	source := LogFiles("s: \"x\"\n- y", "/var/log/a b/'q'\"/*.log", "/var/log/$HOME/${PATH}/%Y.log")
	source.Labels = map[string]string{"nasty": nasty, "home": "$HOME ${env:PATH} $$", "yes": "no"}
	source.LabelFields = map[string]string{"field": "a.b[\"c\"] $x"}
	source.Parse = spec.LogParse{Format: spec.LogFormatRegex, Pattern: `^(?P<a>"[^"]*") \$(?P<b>\d+)$`}
	source.Drop = []string{"body contains \"'$x\\\\\" or attributes[\"a\"] == `\"`"}
	spec.WithDefaults(&source)
	state.LogSources = []spec.LogSource{source}
}
