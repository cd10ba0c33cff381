package spec_test

import (
	"testing"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func soundSilence() spec.Silence {
	s := spec.Silence{
		Stack: "production", Name: "maintenance", Matchers: []string{`instance="db-1"`},
		Start: "2026-01-31T22:00:00Z", End: "2026-02-01T02:00:00+01:00", Comment: "disks are replaced",
	}
	spec.WithDefaults(&s)
	return s
}

func TestSilenceMistakes(t *testing.T) {
	matchers := func(texts ...string) func(*spec.Silence) { return func(s *spec.Silence) { s.Matchers = texts } }
	const everything, nothing = "the silence would silence every alert", "no matcher demands a label"
	try(t, soundSilence, []mistake[spec.Silence]{
		{"stack", func(s *spec.Silence) { s.Stack = "No" }, "stack", "is not a stack name"},
		{"name", func(s *spec.Silence) { s.Name = "a b" }, "name", `"a b" is not a name for a silence`},
		{"matcher", matchers(`a="b"`, "a"), "matchers[1]", `"a" is not a matcher`},
		{"one of two values", matchers(`team="a"`, `team=~"b|c"`), "matchers", "no alert can fit all matchers"},
		{"no matcher", matchers(), "matchers", everything},
		{"every name", matchers(`alertname=~".+"`), "matchers", everything},
		{"every name, said otherwise", matchers(`alertname=~"(?s:.*)"`, `alertname!=""`), "matchers", everything},
		{"every name and any label", matchers(`alertname!~""`, `team=~".*"`), "matchers", everything},
		{"absent label", matchers(`team=""`), "matchers", nothing},
		{"another value", matchers(`team!="a"`, `team!="b"`), "matchers", nothing},
		{"start", func(s *spec.Silence) { s.Start = "tomorrow" }, "start", `"tomorrow" is not a time in RFC 3339 form`},
		{"end", func(s *spec.Silence) { s.End = "2026-02-01" }, "end", `"2026-02-01" is not a time in RFC 3339 form`},
		{"no end", func(s *spec.Silence) { s.End = "" }, "end", "the silence has no end"},
		{"ends first", func(s *spec.Silence) { s.End = "2026-01-31T23:00:00+01:00" }, "end", "begins only at"},
		{"no duration", func(s *spec.Silence) { s.End, s.Duration = "", "an hour" }, "duration", `"an hour" is not a duration`},
		{"zero duration", func(s *spec.Silence) { s.End, s.Duration = "", "0s" }, "duration", "longer than zero"},
		{"end and duration", func(s *spec.Silence) { s.Duration = "2h" }, "duration", `"2h" is not how long the silence is`},
		{"end and duration without start", func(s *spec.Silence) { s.Start, s.Duration = "", "3h" }, "duration", `"3h" is not how long`},
		{"comment", func(s *spec.Silence) { s.Comment = " " }, "comment", "comment is empty"},
		{"long comment", func(s *spec.Silence) { s.Comment = "a\nb" }, "comment", "control character"},
		{"author", func(s *spec.Silence) { s.CreatedBy = "" }, "created_by", "created_by is empty"},
	})
	accept(t, soundSilence, map[string]func(*spec.Silence){
		"as it is":       func(*spec.Silence) {},
		"from now on":    func(s *spec.Silence) { s.Start = "" },
		"for a while":    func(s *spec.Silence) { s.Start, s.End, s.Duration = "", "", "2h" },
		"as stored":      func(s *spec.Silence) { s.Duration = "3h" },
		"of some teams":  matchers(`alertname=~".+"`, `team=~".+"`),
		"but for some":   matchers(`alertname!=""`, `team!="a"`),
		"names by regex": matchers(`alertname=~"[A-Z].*"`),
	})
}

func TestSilencesBegin(t *testing.T) {
	now := time.Date(2026, 1, 31, 22, 0, 0, 7e8, time.UTC)
	s := spec.Silence{Duration: "90m"}
	s.Begin(now, nil)
	if s.Start != "2026-01-31T22:00:00Z" || s.End != "2026-01-31T23:30:00Z" {
		t.Fatalf("from %s to %s", s.Start, s.End)
	}
	again := spec.Silence{Duration: "2h"}
	again.Begin(now.Add(time.Hour), &s)
	if again.Start != s.Start || again.End != "2026-02-01T00:00:00Z" {
		t.Errorf("written again: from %s to %s", again.Start, again.End)
	}
	later := spec.Silence{Start: "2026-03-01T08:00:00+01:00", End: "2026-03-01T09:00:00Z"}
	later.Begin(now, &s)
	if later.Start != "2026-03-01T08:00:00+01:00" || later.End != "2026-03-01T09:00:00Z" {
		t.Errorf("what is said: from %s to %s", later.Start, later.End)
	}
	for at, want := range map[string]string{
		"2026-03-01T06:59:59Z": spec.SilencePending, "2026-03-01T07:00:00Z": spec.SilenceActive,
		"2026-03-01T08:59:59Z": spec.SilenceActive, "2026-03-01T09:00:00Z": spec.SilenceExpired,
	} {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := later.StatusAt(moment); got != want {
			t.Errorf("%s: %s, want %s", at, got, want)
		}
	}
}
