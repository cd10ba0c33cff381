package spec_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func soundLogSource() spec.LogSource {
	s := spec.LogSource{
		Stack:       "production",
		Name:        "api",
		Files:       &spec.LogFiles{Include: []string{"/var/log/api/*.log"}},
		Labels:      map[string]string{"service": "api"},
		LabelFields: map[string]string{"env": "env"},
		Parse: spec.LogParse{
			Format:    spec.LogFormatJSON,
			Timestamp: &spec.LogTimestamp{Field: "ts", Layout: "2006-01-02T15:04:05Z07:00"},
			Severity:  &spec.LogSeverity{Field: "level", Mapping: map[string][]string{"error": {"E", "5xx"}}},
		},
		Drop: []string{`severity == "debug"`},
		Samples: []spec.LogSample{{
			Line:   `{"level":"E","ts":"2026-01-31T12:00:00.5Z"}`,
			Expect: spec.LogExpect{Severity: "error", Timestamp: "2026-01-31T12:00:00.5Z"},
		}},
	}
	spec.WithDefaults(&s)
	return s
}

// from makes the source one of another origin, with defaults for the rest.
func from(s *spec.LogSource, origin spec.LogSource) {
	origin.Stack, origin.Name = s.Stack, s.Name
	*s = origin
	spec.WithDefaults(s)
}

func TestSoundLogSources(t *testing.T) {
	timestamp := func(layout, location string) func(*spec.LogSource) {
		return func(s *spec.LogSource) {
			s.Parse.Timestamp = &spec.LogTimestamp{Field: "ts", Layout: layout, Location: location}
			s.Samples = nil
		}
	}
	accept(t, soundLogSource, map[string]func(*spec.LogSource){
		"everything": func(*spec.LogSource) {},
		"bare files": func(s *spec.LogSource) { from(s, spec.LogSource{Files: &spec.LogFiles{Include: []string{"/a"}}}) },
		"wildcards": func(s *spec.LogSource) {
			s.Files.Include = []string{"/var/**/*.log", "/a/{b,c}/[d-f]?.log", `/a/\{b\[`}
		},
		"journal": func(s *spec.LogSource) {
			from(s, spec.LogSource{Journald: &spec.LogJournald{Units: []string{"nginx.service", "user@*.service"}, Directory: "/run/log/journal"}})
		},
		"severity of the journal": func(s *spec.LogSource) {
			from(s, spec.LogSource{Journald: &spec.LogJournald{}, Parse: spec.LogParse{Severity: &spec.LogSeverity{Field: "PRIORITY"}}})
		},
		"containers": func(s *spec.LogSource) {
			from(s, spec.LogSource{Docker: &spec.LogDocker{}, LabelFields: map[string]string{"stream": "log.iostream"}})
		},
		"regex over containers": func(s *spec.LogSource) {
			from(s, spec.LogSource{Docker: &spec.LogDocker{}, LabelFields: map[string]string{"stream": "log.iostream", "app": "app"},
				Parse: spec.LogParse{Format: "regex", Pattern: `^(?P<app>\w+)`}})
		},
		"all that applications send": func(s *spec.LogSource) { from(s, spec.LogSource{OTLP: &spec.LogOTLP{}}) },
		"one application": func(s *spec.LogSource) {
			from(s, spec.LogSource{OTLP: &spec.LogOTLP{Match: map[string]string{"service.name": "api"}}, LabelFields: map[string]string{"service": "service.name"}})
		},
		"regex": func(s *spec.LogSource) {
			s.Parse = spec.LogParse{Format: "regex", Pattern: `^(?P<ts>\S+) (?P<level>\w+) (?P<env>\w+) `,
				Timestamp: &spec.LogTimestamp{Field: "ts", Layout: "s"}, Severity: &spec.LogSeverity{Field: "level"}}
			s.Samples = nil
		},
		"strptime":  timestamp("%Y-%m-%d %H:%M:%S", "Europe/Berlin"),
		"epoch":     timestamp("s.ms", ""),
		"time only": timestamp("15:04:05.000", "UTC"),
		"starts":    func(s *spec.LogSource) { s.Multiline = &spec.LogMultiline{LineStartPattern: `^\d{4}-`} },
		"ends":      func(s *spec.LogSource) { s.Multiline = &spec.LogMultiline{LineEndPattern: `;$`} },
		"several lines": func(s *spec.LogSource) {
			s.Multiline = &spec.LogMultiline{LineEndPattern: `;$`}
			s.Samples = []spec.LogSample{{Line: "a\nb;"}}
		},
		"colours": func(s *spec.LogSource) { s.Samples = []spec.LogSample{{Line: "\x1b[31merror\x1b[0m"}} },
		"as many labels as Loki takes": func(s *spec.LogSource) {
			for i := range 12 {
				s.Labels[fmt.Sprintf("l%d", i)] = "x"
			}
		},
		"label of a bounded field": func(s *spec.LogSource) { s.LabelFields["method"] = "http.request.method" },
		"a fixed path":             func(s *spec.LogSource) { s.Labels["path"] = "/v1" },
	})
}

func TestLogSourceMistakes(t *testing.T) {
	regex := func(pattern string) func(*spec.LogSource) {
		return func(s *spec.LogSource) {
			s.LabelFields = map[string]string{}
			s.Parse = spec.LogParse{Format: "regex", Pattern: pattern}
		}
	}
	otlp := func(change func(*spec.LogSource)) func(*spec.LogSource) {
		return func(s *spec.LogSource) { from(s, spec.LogSource{OTLP: &spec.LogOTLP{}}); change(s) }
	}
	label := func(name, value string) func(*spec.LogSource) {
		return func(s *spec.LogSource) { s.Labels[name] = value }
	}
	try(t, soundLogSource, []mistake[spec.LogSource]{
		{"bad stack", func(s *spec.LogSource) { s.Stack = "Prod" }, "stack", "is not a stack name"},
		{"bad name", func(s *spec.LogSource) { s.Name = "a b" }, "name", "is not a name for a log source"},
		{"no origin", func(s *spec.LogSource) { s.Files = nil }, "", "has 0"},
		{"two origins", func(s *spec.LogSource) { s.Journald = &spec.LogJournald{Priority: "info"} }, "", "has 2"},
		{"no files", func(s *spec.LogSource) { s.Files.Include = nil }, "files.include", "is empty"},
		{"relative path", func(s *spec.LogSource) { s.Files.Include[0] = "log/*.log" }, "files.include[0]", "is not an absolute path"},
		{"relative exclusion", func(s *spec.LogSource) { s.Files.Exclude = []string{"*.gz"} }, "files.exclude[0]", "is not an absolute path"},
		{"open bracket", func(s *spec.LogSource) { s.Files.Include[0] = "/a/[b" }, "files.include[0]", "is not a pattern"},
		{"open brace", func(s *spec.LogSource) { s.Files.Include[0] = "/a/{b,c" }, "files.include[0]", "is not a pattern"},
		{"file twice", func(s *spec.LogSource) { s.Files.Include = []string{"/a", "/a"} }, "files.include[1]", "is the same"},
		{"start in the middle", func(s *spec.LogSource) { s.Files.StartAt = "middle" }, "files.start_at", `"middle" is not a value`},
		{"priority", func(s *spec.LogSource) { from(s, spec.LogSource{Journald: &spec.LogJournald{Priority: "error"}}) }, "journald.priority", `"error"`},
		{"option as a unit", func(s *spec.LogSource) {
			from(s, spec.LogSource{Journald: &spec.LogJournald{Units: []string{"--help"}}})
		}, "journald.units[0]", "is not the name of a unit"},
		{"relative journal", func(s *spec.LogSource) {
			from(s, spec.LogSource{Journald: &spec.LogJournald{Directory: "journal"}})
		}, "journald.directory", "absolute"},
		{"relative containers", func(s *spec.LogSource) { from(s, spec.LogSource{Docker: &spec.LogDocker{Directory: "c"}}) }, "docker.directory", "absolute"},
		{"match without a value", otlp(func(s *spec.LogSource) { s.OTLP.Match["a.b"] = "" }), "otlp.match.a.b", "is empty"},
		{"parsing records", otlp(func(s *spec.LogSource) { s.Parse.Format = "json" }), "parse", "finished records"},
		{"dropping records", otlp(func(s *spec.LogSource) { s.Drop = []string{"true"} }), "drop", "finished records"},
		{"samples of records", otlp(func(s *spec.LogSource) { s.Samples = []spec.LogSample{{Line: "a"}} }), "samples", "finished records"},
		{"joining records", otlp(func(s *spec.LogSource) { s.Multiline = &spec.LogMultiline{LineStartPattern: "^a"} }), "multiline", "finished records"},

		{"label with a dot", label("a.b", "x"), "labels.a.b", "is not a label name"},
		{"label of Loki", label("__stream__", "x"), "labels.__stream__", "reserved for Loki"},
		{"label of ours", label("log_source", "x"), "labels.log_source", "cannot be set"},
		{"label of the metadata", label("severity_text", "x"), "labels.severity_text", "structured metadata"},
		{"label that no query can name", label("Json", "x"), "labels.Json", "is a word of LogQL"},
		{"label without a value", label("service", ""), "labels.service", "is empty"},
		{"too many labels", func(s *spec.LogSource) {
			for i := range 13 {
				s.Labels[fmt.Sprintf("l%d", i)] = "x"
			}
		}, "labels", "has 16 index labels"},
		{"label twice", func(s *spec.LogSource) { s.LabelFields["service"] = "svc" }, "label_fields.service", "in labels as well"},
		{"field without a name", func(s *spec.LogSource) { s.LabelFields["a"] = "" }, "label_fields.a", "is empty"},

		{"unknown format", func(s *spec.LogSource) { s.Parse.Format = "xml" }, "parse.format", `"xml"`},
		{"pattern without regex", func(s *spec.LogSource) { s.Parse.Pattern = "a" }, "parse.pattern", "only used with format regex"},
		{"regex without a pattern", regex(""), "parse.pattern", "needs a pattern"},
		{"broken regex", regex("(?P<a>"), "parse.pattern", "is not a regular expression"},
		{"look-ahead", regex("(?=a)(?P<b>c)"), "parse.pattern", "is not a regular expression"},
		{"no named group", regex(`^(\w+) `), "parse.pattern", "has no named group"},
		{"field that the pattern has not", func(s *spec.LogSource) {
			regex(`(?P<lvl>\w+)`)(s)
			s.Parse.Severity = &spec.LogSeverity{Field: "level"}
		}, "parse.severity.field", `there is no field "level"; the fields are "lvl"`},
		{"label from an unparsed line", func(s *spec.LogSource) { s.Parse = spec.LogParse{Format: "none"} }, "label_fields.env", "lines are not parsed"},
		{"time of an unparsed line", func(s *spec.LogSource) {
			s.LabelFields, s.Parse.Format, s.Parse.Severity = map[string]string{}, "none", nil
		}, "parse.timestamp.field", "lines are not parsed"},
		{"no layout", func(s *spec.LogSource) { s.Parse.Timestamp.Layout = "" }, "parse.timestamp.layout", "is empty"},
		{"layout in words", func(s *spec.LogSource) { s.Parse.Timestamp.Layout = "ISO" }, "parse.timestamp.layout", "no element"},
		{"time zone", func(s *spec.LogSource) { s.Parse.Timestamp.Location = "Berlin" }, "parse.timestamp.location", "is not a time zone"},
		{"zone of this machine", func(s *spec.LogSource) { s.Parse.Timestamp.Location = "Local" }, "parse.timestamp.location", "is not a time zone"},
		{"unknown severity", func(s *spec.LogSource) { s.Parse.Severity.Mapping = map[string][]string{"err": {"E"}} }, "parse.severity.mapping.err", "is not a value"},
		{"value of two severities", func(s *spec.LogSource) {
			s.Parse.Severity.Mapping = map[string][]string{"error": {"E"}, "warn": {"e"}}
		}, "parse.severity.mapping.warn[0]", "means error already"},

		{"multiline of nothing", func(s *spec.LogSource) { s.Multiline = &spec.LogMultiline{} }, "multiline", "needs one pattern"},
		{"multiline both ways", func(s *spec.LogSource) {
			s.Multiline = &spec.LogMultiline{LineStartPattern: "^a", LineEndPattern: "b$"}
		}, "multiline", "needs one pattern"},
		{"multiline everywhere", func(s *spec.LogSource) { s.Multiline = &spec.LogMultiline{LineStartPattern: ".*"} }, "multiline.line_start_pattern", "matches everywhere"},
		{"broken multiline", func(s *spec.LogSource) { s.Multiline = &spec.LogMultiline{LineEndPattern: "["} }, "multiline.line_end_pattern", "is not a regular expression"},
		{"multiline of the journal", func(s *spec.LogSource) {
			from(s, spec.LogSource{Journald: &spec.LogJournald{}, Multiline: &spec.LogMultiline{LineStartPattern: "^a"}})
		}, "multiline", "one record already"},

		{"empty condition", func(s *spec.LogSource) { s.Drop = []string{" "} }, "drop[0]", "is empty"},
		{"empty sample", func(s *spec.LogSource) { s.Samples[0].Line = "" }, "samples[0].line", "is empty"},
		{"sample of two lines", func(s *spec.LogSource) { s.Samples[0].Line = "a\nb" }, "samples[0].line", "has a line break"},
		{"sample that is no text", func(s *spec.LogSource) { s.Samples[0].Line = "\xff" }, "samples[0].line", "is not valid UTF-8"},
		{"long sample", func(s *spec.LogSource) { s.Samples[0].Line = strings.Repeat("a", 65<<10) }, "samples[0].line", "bytes long"},
		{"severity that is none", func(s *spec.LogSource) { s.Samples[0].Expect.Severity = "ERROR" }, "samples[0].expect.severity", `"ERROR"`},
		{"time that is none", func(s *spec.LogSource) { s.Samples[0].Expect.Timestamp = "noon" }, "samples[0].expect.timestamp", "is not a time"},
		{"attribute without a name", func(s *spec.LogSource) { s.Samples[0].Expect.Attributes[""] = "a" }, "samples[0].expect.attributes.", "is empty"},
		{"too many samples", func(s *spec.LogSource) { s.Samples = make([]spec.LogSample, 101) }, "samples", "there are 101 samples"},
	})
}

// Each of these would cut a log into streams of a few lines.
func TestUnboundedLabels(t *testing.T) {
	for _, field := range []string{
		"request_id", "requestId", "X-Request-ID", "http.request.id", "user_id", "user.id", "userID", "trace_id", "span_id", "session_id",
		"ip", "client_ip", "client.ip", "path", "url", "url.path", "http.path", "msg", "duration_ms", "context.request_id",
	} {
		s := soundLogSource()
		s.LabelFields = map[string]string{"x": field}
		problems := s.Validate()
		if len(problems) != 1 || problems[0].Path != "label_fields.x" || !strings.Contains(problems[0].Hint, "structured metadata") {
			t.Errorf("%s: got %v", field, problems)
		}
	}
	for _, field := range []string{"level", "service.name", "method", "status", "zip", "region", "tenant", "tip", "container_name", "http.route"} {
		s := soundLogSource()
		s.LabelFields = map[string]string{"x": field}
		if problems := s.Validate(); len(problems) > 0 {
			t.Errorf("%s: got %v", field, problems)
		}
	}
}

func TestLayoutTypes(t *testing.T) {
	for layout, want := range map[string]string{
		"%Y-%m-%d": spec.LayoutStrptime, "s": spec.LayoutEpoch, "ns": spec.LayoutEpoch, "s.us": spec.LayoutEpoch,
		"2006-01-02": spec.LayoutGo, "Mon Jan _2": spec.LayoutGo,
	} {
		if got := (&spec.LogTimestamp{Layout: layout}).Type(); got != want {
			t.Errorf("%q is %s, want %s", layout, got, want)
		}
	}
}

func otlpSource(name string, match map[string]string) *spec.LogSource {
	s := spec.LogSource{Stack: "production", Name: name, OTLP: &spec.LogOTLP{Match: match}}
	spec.WithDefaults(&s)
	return &s
}

func TestOTLPSourcesAreAskedMostDemandingFirst(t *testing.T) {
	files := soundLogSource()
	state := withLogs(
		otlpSource("a", nil), &files, otlpSource("b", map[string]string{"x": "1"}),
		otlpSource("c", map[string]string{"x": "1", "y": "2"}), otlpSource("aa", map[string]string{"y": "1"}),
	)
	var got []string
	for _, s := range state.OTLPSources() {
		got = append(got, s.Name)
	}
	if diff := cmp.Diff([]string{"c", "aa", "b", "a"}, got); diff != "" {
		t.Error(diff)
	}
	expectProblems(t, state, nil)
}

func TestOTLPSourcesThatGetNothing(t *testing.T) {
	expectProblems(t, withLogs(otlpSource("a", nil), otlpSource("b", nil), otlpSource("c", map[string]string{"x": "1"}), otlpSource("d", map[string]string{"x": "1"})), []string{
		`log_source b otlp.match: receives nothing because log source "a" matches`, `log_source d otlp.match: receives nothing because log source "c" matches`,
	})
}

func TestIndexLabelsNameTheSource(t *testing.T) {
	s := soundLogSource()
	if diff := cmp.Diff(map[string]string{"service": "api", "log_source": "api"}, s.IndexLabels()); diff != "" {
		t.Error(diff)
	}
}
