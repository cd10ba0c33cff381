package spec_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/logpipeline"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func TestPipelineOfALogSource(t *testing.T) {
	s := soundLogSource()
	s.Parse.Pattern, s.Parse.Timestamp.Location = "p", "Europe/Berlin"
	s.Multiline = &spec.LogMultiline{LineStartPattern: "a", LineEndPattern: "b"}
	want := logpipeline.Source{
		Origin: logpipeline.Files, Format: "json", Pattern: "p",
		Timestamp:   &logpipeline.Timestamp{Field: "ts", Layout: "2006-01-02T15:04:05Z07:00", Type: "gotime", Location: "Europe/Berlin"},
		Severity:    &logpipeline.Severity{Field: "level", Mapping: map[string][]string{"error": {"E", "5xx"}}},
		Multiline:   &logpipeline.Multiline{Start: "a", End: "b"},
		Drop:        []string{`severity == "debug"`},
		LabelFields: map[string]string{"env": "env"},
	}
	if diff := cmp.Diff(want, s.Pipeline()); diff != "" {
		t.Error(diff)
	}
	s.Files, s.Docker = nil, &spec.LogDocker{}
	if got := s.Pipeline().Origin; got != logpipeline.Docker {
		t.Errorf("the origin of containers is %v", got)
	}
	s.Docker, s.Journald = nil, &spec.LogJournald{}
	if got := s.Pipeline().Origin; got != logpipeline.Journal {
		t.Errorf("the origin of the journal is %v", got)
	}
}

func TestPipelineMistakes(t *testing.T) {
	try(t, soundLogSource, []mistake[spec.LogSource]{
		{"no condition", func(s *spec.LogSource) { s.Drop = []string{"level"} }, "drop[0]", "expected bool"},
		{"broken condition", func(s *spec.LogSource) { s.Drop = append(s.Drop, "a ==") }, "drop[1]", "unexpected token EOF"},
		{"condition on a severity that nothing sets", func(s *spec.LogSource) { s.Parse.Severity = nil }, "drop[0]", "parse.severity is not set"},
		{"unknown directive", func(s *spec.LogSource) { s.Parse.Timestamp.Layout = "%Q" }, "parse.timestamp.layout", "unsupported"},
		{"endless layout", func(s *spec.LogSource) { s.Parse.Timestamp.Layout = "%H %T" }, "parse.timestamp.layout", "has the hour twice"},
		{"digits in strptime", func(s *spec.LogSource) { s.Parse.Timestamp.Layout = "%Y-01" }, "parse.timestamp.layout", "should not contain decimals"},
		{"field with both quotes", func(s *spec.LogSource) { s.LabelFields["x"] = `a"b'` }, "label_fields.x", "cannot be named"},
		{"large pattern", func(s *spec.LogSource) {
			s.Multiline = &spec.LogMultiline{LineStartPattern: "^(abcdefghijklmnopqrst){1000}"}
		}, "multiline.line_start_pattern", "too large"},
	})
}

func TestSamplesThatDoNotComeTrue(t *testing.T) {
	body := "other"
	sample := func(line string, expect spec.LogExpect) func(*spec.LogSource) {
		return func(s *spec.LogSource) { s.Samples = append(s.Samples, spec.LogSample{Line: line, Expect: expect}) }
	}
	const line = `{"level":"info","ts":"2026-01-31T12:00:00Z","status":200,"ok":true,"env":"prod"}`
	try(t, soundLogSource, []mistake[spec.LogSource]{
		{"severity", sample(line, spec.LogExpect{Severity: "error"}), "samples[1].expect.severity", `severity is "info", expected "error"`},
		{"no severity", sample("plain", spec.LogExpect{Severity: "error"}), "samples[1].expect.severity", `severity is "", expected "error"`},
		{"body", sample(line, spec.LogExpect{Body: &body}), "samples[1].expect.body", `expected "other"`},
		{"time", sample(line, spec.LogExpect{Timestamp: "2026-01-31T12:00:00+01:00"}), "samples[1].expect.timestamp", "timestamp is 2026-01-31T12:00:00Z, expected 2026-01-31T11:00:00Z"},
		{"no time", sample(`{"ts":"noon"}`, spec.LogExpect{Timestamp: "2026-01-31T12:00:00Z"}), "samples[1].expect.timestamp", "timestamp is not set, expected 2026-01-31T12:00:00Z"},
		{"attribute", sample(line, spec.LogExpect{Attributes: map[string]string{"status": "404"}}), "samples[1].expect.attributes.status", `attribute "status" is "200", expected "404"`},
		{"no attribute", sample(`{"a":1,"b":2}`, spec.LogExpect{Attributes: map[string]string{"c": "3"}}), "samples[1].expect.attributes.c", `attribute "c" is missing from "a", "b", expected "3"`},
		{"no attributes", sample("plain", spec.LogExpect{Attributes: map[string]string{"c": "3"}}), "samples[1].expect.attributes.c", "is missing from a record without attributes"},
		{"dropped", sample(`{"level":"debug"}`, spec.LogExpect{}), "samples[1].expect.dropped", "the record is dropped by drop[0], expected to be kept"},
		{"kept", sample(line, spec.LogExpect{Dropped: true}), "samples[1].expect.dropped", "the record is kept, expected to be dropped"},
		{"two records", func(s *spec.LogSource) {
			s.Multiline = &spec.LogMultiline{LineStartPattern: `^\{`}
			sample("{}\n{}", spec.LogExpect{})(s)
		}, "samples[1].line", "is 2 records"},
		{"blanks", sample("  ", spec.LogExpect{}), "samples[1].line", "is 0 records"},
	})
	accept(t, soundLogSource, map[string]func(*spec.LogSource){
		"all of it": sample(line, spec.LogExpect{
			Severity: "info", Timestamp: "2026-01-31T13:00:00+01:00", Attributes: map[string]string{"status": "200", "ok": "true", "env": "prod"},
		}),
		"dropped":    sample(`{"level":"debug"}`, spec.LogExpect{Dropped: true, Severity: "debug", Attributes: map[string]string{"level": "debug"}}),
		"not parsed": sample("plain", spec.LogExpect{}),
	})
}

// Times without a year get one that depends on when they are read. What a sample
// expects is right in every year, or in none.
func TestSamplesOfTimesWithoutAYear(t *testing.T) {
	for _, tt := range []struct{ layout, location, line, expect string }{
		{"%b %e %H:%M:%S", "", "Jan 31 12:00:00", "01-31T12:00:00Z"},
		{"Jan _2 15:04:05.999", "", "Feb 28 12:00:00.5", "02-28T13:00:00.5+01:00"},
		{"%m-%d %H:%M", "Europe/Berlin", "01-01 00:30", "12-31T23:30:00Z"},
		{"%d.%m. %H:%M", "Europe/Berlin", "01.07. 12:00", "07-01T10:00:00Z"},
		{"%b %e %H:%M:%S", "", "Feb 29 12:00:00", "02-29T12:00:00Z"},
	} {
		for _, year := range []string{"1996", "2024", "2096"} {
			problems := func(expect string) spec.FieldErrors {
				s := soundLogSource()
				s.Parse.Timestamp = &spec.LogTimestamp{Field: "ts", Layout: tt.layout, Location: tt.location}
				s.Samples = []spec.LogSample{{Line: `{"ts":"` + tt.line + `"}`, Expect: spec.LogExpect{Timestamp: expect}}}
				return s.Validate()
			}
			if found := problems(year + "-" + tt.expect); len(found) > 0 {
				t.Errorf("%s by %s: %v", tt.line, tt.layout, found)
			}
			if found := problems(year + "-11-11T11:11:11Z"); len(found) != 1 || found[0].Path != "samples[0].expect.timestamp" {
				t.Errorf("another time than %s: %v", tt.line, found)
			}
		}
	}
}

// The advice of a sample that fails carries the words of the parser.
func TestSamplesTellWhy(t *testing.T) {
	s := soundLogSource()
	s.Samples = []spec.LogSample{{Line: `{"ts":"noon"}`, Expect: spec.LogExpect{Timestamp: "2026-01-31T12:00:00Z"}}}
	problems := s.Validate()
	if len(problems) != 1 || !strings.Contains(problems[0].Hint, `parsing time "noon"`) {
		t.Errorf("got %+v", problems)
	}
}

// BenchmarkLogSources is what the log sources of a large stack cost a plan.
func BenchmarkLogSources(b *testing.B) {
	s := soundLogSource()
	for range 4 {
		s.Samples = append(s.Samples, s.Samples[0])
	}
	for b.Loop() {
		for range 100 {
			if problems := s.Validate(); len(problems) > 0 {
				b.Fatal(problems)
			}
		}
	}
}
