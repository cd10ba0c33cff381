package logpipeline_test

import (
	"testing"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/logpipeline"
)

// tryLimit is what a line may take, with much to spare for a loaded machine.
const tryLimit = 20 * time.Second

// try compiles a source and, if it is sound, runs a line through it: neither may
// panic or take long, whatever they are.
func try(t *testing.T, s logpipeline.Source, written string) {
	start := time.Now()
	p, problems := logpipeline.Compile(s)
	if (p == nil) == (len(problems) == 0) {
		t.Fatalf("compiled %t, with problems %v", p != nil, problems)
	}
	if p != nil {
		if result, err := p.Run(t.Context(), written); err != nil {
			t.Fatal(err)
		} else if s.Origin == logpipeline.Journal && len(result.Records) != 1 {
			t.Fatalf("%q is %d records", written, len(result.Records))
		}
	}
	if took := time.Since(start); took > tryLimit {
		t.Fatalf("took %s", took)
	}
}

func FuzzDrop(f *testing.F) {
	for _, condition := range []string{
		`severity == "debug"`, `a.b?.c[0] > 1.5e3 && !(body contains 'x')`, `x ?? y in ["a", 1, nil]`, `-a ** 2 == ^1`, `body[1:][:2] == ""`,
		`a | lower() matches "^(x|y)$"`, `if a == 1 { true } else { b not in attributes }`, `"\u{1F525}\x41" == attributes["ü"]`,
		`len(body) % 2 == 0`, `((((true))))`, `map(1..9, #) == []`, `a; b`, `let x = 1; x == 1`, `$env == nil`, `.a`, `#`, `attributes?.["a"]`,
	} {
		f.Add(condition, `{"level":"debug","a":{"b":{"c":[1]}},"x":null}`)
	}
	f.Fuzz(func(t *testing.T, condition, written string) {
		try(t, logpipeline.Source{Format: "json", Severity: &logpipeline.Severity{Field: "level"}, Drop: []string{condition}}, written)
	})
}

func FuzzPatterns(f *testing.F) {
	f.Add(`(?P<a>(x+x+)+y)`, "^\\d", ";$", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n2026;\n")
	f.Add(`(?P<a>(.{100}){100})`, "", "", "\xff\x00")
	f.Add(`(?P<é>\pL)|(?P<é>.)`, "(?i)$", "\\n", "é\r\n")
	f.Fuzz(func(t *testing.T, pattern, start, end, written string) {
		for _, text := range []string{pattern, start, end} {
			if compiled, err := logpipeline.Pattern(text); err != nil || (text != pattern && text != "" && compiled.MatchString("")) {
				return // refused before, see package spec
			}
		}
		if len(written) > 64<<10 || (start == "") == (end == "") {
			return
		}
		for _, origin := range []logpipeline.Origin{logpipeline.Files, logpipeline.Docker} {
			try(t, logpipeline.Source{
				Origin: origin, Format: "regex", Pattern: pattern, Multiline: &logpipeline.Multiline{Start: start, End: end},
			}, written)
		}
	})
}

func FuzzFields(f *testing.F) {
	f.Add("json", "ts", "2006-01-02T15:04:05Z07:00", "gotime", "level", "E", `{"ts":"2026-01-31T12:00:00Z","level":"e"}`)
	f.Add("logfmt", "a.b", "%Y-%m-%d %H:%M:%S", "strptime", `a"b`, "5xx", `a.b="2026-01-31 12:00:00" a=1`)
	f.Add("none", "ts", "s.ms", "epoch", "x", "", `1.5`)
	f.Add("logfmt", "ts", "%c %z %e", "strptime", "a", "x", `ts="Mon Jan 02  15:04:05 2006 +01 02"`)
	f.Add("json", "a'b", "%%%q%", "strptime", "", "\x00", `{"a'b":1e400}`)
	f.Fuzz(func(t *testing.T, format, field, layout, kind, level, value, written string) {
		try(t, logpipeline.Source{
			Origin: logpipeline.Journal, Format: format,
			Timestamp:   &logpipeline.Timestamp{Field: field, Layout: layout, Type: kind},
			Severity:    &logpipeline.Severity{Field: level, Mapping: map[string][]string{"error": {value}}},
			LabelFields: map[string]string{"label": field},
			Drop:        []string{`severity == "error"`},
		}, written)
	})
}
