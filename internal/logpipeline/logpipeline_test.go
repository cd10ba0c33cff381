package logpipeline_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/logpipeline"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/logpipeline/logpipelinetest"
)

func compile(t testing.TB, s logpipeline.Source) *logpipeline.Pipeline {
	t.Helper()
	p, problems := logpipeline.Compile(s)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return p
}

func run(t testing.TB, p *logpipeline.Pipeline, written string) logpipeline.Result {
	t.Helper()
	result, err := p.Run(t.Context(), written)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestCases(t *testing.T) {
	for _, tt := range logpipelinetest.Cases() {
		t.Run(tt.Name, func(t *testing.T) {
			p := compile(t, tt.Source)
			for range 2 { // a pipeline remembers nothing
				if diff := cmp.Diff(tt.Want, run(t, p, tt.Written).Records, cmpopts.EquateEmpty()); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestLinesOfContainersAreJoined(t *testing.T) {
	tests := map[string]struct {
		multiline *logpipeline.Multiline
		written   string
		want      []string
	}{
		"line by line": {nil, "a \n\n b\n", []string{"a", " b"}},
		"by beginning": {&logpipeline.Multiline{Start: "^E"}, "Error\n at a\n at b\n\nError 2\n at c", []string{"Error\n at a\n at b\n", "Error 2\n at c"}},
		"by end":       {&logpipeline.Multiline{End: ";$"}, "a\nb;\nc", []string{"a\nb;", "c"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := compile(t, logpipeline.Source{Origin: logpipeline.Docker, Format: "none", Multiline: tt.multiline})
			for range 2 {
				var got []string
				for _, r := range run(t, p, tt.written).Records {
					got = append(got, r.Body)
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

// TestSeverityOfTheJournal: the numbers of syslog run the other way round.
func TestSeverityOfTheJournal(t *testing.T) {
	s := logpipeline.Source{Origin: logpipeline.Journal, Format: "regex", Pattern: `^(?P<PRIORITY>\d)`, Drop: []string{`severity == "debug"`}}
	for priority, want := range []string{"fatal", "fatal", "fatal", "error", "warn", "info", "info", "debug"} {
		records := run(t, compile(t, s), string(rune('0'+priority))+"\nsecond line").Records
		if len(records) != 1 || records[0].Severity != want || (records[0].DroppedBy == 0) != (want == "debug") {
			t.Errorf("priority %d: %v", priority, records)
		}
	}
}

// TestConditionsSeeTheSeverityThatIsSet: expressions cannot see the severity, so
// they compute it themselves.
func TestConditionsSeeTheSeverityThatIsSet(t *testing.T) {
	severity := &logpipeline.Severity{Field: "l", Mapping: map[string][]string{"error": {"e", "5xx", "1.0", "true"}, "warn": {"ü"}}}
	for _, line := range []string{
		`{"l":"trace"}`, `{"l":"NOTICE"}`, `{"l":"E"}`, `{"l":503}`, `{"l":"503"}`, `{"l":500.0}`, `{"l":503.5}`, `{"l":1.0}`, `{"l":1}`, `{"l":""}`,
		`{"l":"Ü"}`, `{"l":true}`, `{"l":null}`, `{"l":["e"]}`, `{"l":{"a":1}}`, `{}`, `none`, `{"l":"x\u0000"}`, `{"l":1e300}`, `{"l":-1}`,
	} {
		set := run(t, compile(t, logpipeline.Source{Format: "json", Severity: severity}), line).Records[0].Severity
		for _, name := range append(logpipeline.Severities(), "") {
			s := logpipeline.Source{Format: "json", Severity: severity, Drop: []string{`severity == "` + name + `"`}}
			if got := run(t, compile(t, s), line).Records[0].DroppedBy == 0; got != (set == name) {
				t.Errorf("%s has severity %q, and severity == %q is %t", line, set, name, got)
			}
		}
	}
}

func TestProblems(t *testing.T) {
	drop := func(condition string) logpipeline.Source {
		return logpipeline.Source{Severity: &logpipeline.Severity{Field: "level"}, Drop: []string{"true", condition}}
	}
	tests := []struct {
		source        logpipeline.Source
		path, message string
	}{
		{drop("1 +"), "drop[1]", "unexpected token EOF"},
		{drop("level"), "drop[1]", "expected bool"},
		{drop(`"a"`), "drop[1]", "expected bool, but got string"},
		{drop(`severity < 1`), "drop[1]", "mismatched types string and int"},
		{drop(`severity == "DEBUG"`), "drop[1]", `"DEBUG" is no severity; they are trace, debug`},
		{drop(`severity in ["info", "warning"]`), "drop[1]", `"warning" is no severity`},
		{drop(`any(tags, # == "x")`), "drop[1]", "any cannot be used here"},
		{drop(`len(1..1000000) > 1`), "drop[1]", ".. cannot be used here"},
		{drop(`repeat("a", 100) == "a"`), "drop[1]", "repeat cannot be used here"},
		{drop(`env("HOME") == "/"`), "drop[1]", "there is no function env"},
		{drop(`body.startsWith("a")`), "drop[1]", "there is no function body.startsWith"},
		{drop(`$env.resource == nil`), "drop[1]", "$env cannot be used here"},
		{drop(`let a = level; a == "x"`), "drop[1]", "cannot be used here"},
		{drop(`body matches "("`), "drop[1]", "missing closing )"},
		{drop(`body matches level`), "drop[1]", "must be written out"},
		{logpipeline.Source{Drop: []string{`severity == "debug"`}}, "drop[0]", "parse.severity is not set"},
		{logpipeline.Source{Format: "regex", Pattern: "(?P<a>"}, "parse.pattern", "missing closing )"},
		{logpipeline.Source{Timestamp: &logpipeline.Timestamp{Field: "a", Type: "strptime", Layout: "%Q"}}, "parse.timestamp.layout", "directive: %Q"},
		{logpipeline.Source{Timestamp: &logpipeline.Timestamp{Field: "a", Type: "strptime", Layout: "%Y-%m-%X %H:%M"}}, "parse.timestamp.layout", "has the hour twice, as %X and %H"},
		{logpipeline.Source{Timestamp: &logpipeline.Timestamp{Field: "a", Type: "epoch", Layout: "h"}}, "parse.timestamp.layout", "invalid `layout` for `epoch`"},
		{logpipeline.Source{Severity: &logpipeline.Severity{Field: `both"and'`}}, "parse.severity.field", "both kinds of quotes"},
		{logpipeline.Source{LabelFields: map[string]string{"x": `both"and'`}}, "label_fields.x", "both kinds of quotes"},
		{logpipeline.Source{Multiline: &logpipeline.Multiline{Start: "("}}, "multiline", "missing closing )"},
		{logpipeline.Source{Origin: logpipeline.Docker, Multiline: &logpipeline.Multiline{End: "("}}, "multiline.line_end_pattern", "missing closing )"},
	}
	for _, tt := range tests {
		p, problems := logpipeline.Compile(tt.source)
		if p != nil || len(problems) != 1 || problems[0].Path != tt.path || !strings.Contains(problems[0].Message, tt.message) {
			t.Errorf("%+v\ngot  %v\nwant %s: …%s…", tt.source, problems, tt.path, tt.message)
		}
	}
}

func TestNotesSayWhatCouldNotBeDone(t *testing.T) {
	s := logpipeline.Source{Format: "json", Timestamp: &logpipeline.Timestamp{Field: "ts", Type: "strptime", Layout: "%Y-%m-%d"}}
	notes := strings.Join(run(t, compile(t, s), `{"ts":"31.1.2026"}`).Notes, "\n")
	if !strings.Contains(notes, "31.1.2026") {
		t.Errorf("got %q", notes)
	}
}

func TestPatternsThatCostTooMuch(t *testing.T) {
	if _, err := logpipeline.Pattern(`(abcdefghijklmnopqrst){1000}`); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("got %v", err)
	}
	if _, err := logpipeline.Pattern(`^(?P<ip>[\d.]{7,15}) (?P<rest>.{0,900})$`); err != nil {
		t.Error(err)
	}
}
