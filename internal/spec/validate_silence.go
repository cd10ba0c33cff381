package spec

import (
	"slices"
	"strings"
	"time"

	"github.com/prometheus/alertmanager/pkg/labels"
)

// Validate implements Object.
func (s *Silence) Validate() FieldErrors {
	var errs FieldErrors
	errs.stackName("stack", s.Stack)
	errs.name("a silence", s.Name)
	errs.silenced(s.Matchers)
	errs.silenceSpan(s)
	if strings.TrimSpace(s.Comment) == "" {
		errs.Add("comment", "Say why, for those who wonder why nobody was notified.", "comment is empty")
	} else {
		errs.line("comment", s.Comment)
	}
	errs.required("created_by", s.CreatedBy)
	return errs
}

// silenced checks matchers that must not silence everything.
func (e *FieldErrors) silenced(texts []string) {
	before := len(*e)
	e.matchers("matchers", texts)
	matchers, err := ParseMatchers(texts)
	if err != nil || len(*e) > before {
		return
	}
	const hint = `Name what shall be silenced, such as instance="db-1" or alertname="DiskFull".`
	switch demands := func(m *labels.Matcher) bool { return !m.Matches("") }; {
	case len(matchers) == 0 || matchesEverything(matchers):
		e.Add("matchers", hint, "the silence would silence every alert")
	case !slices.ContainsFunc(matchers, demands):
		// Alertmanager refuses it.
		e.Add("matchers", hint, "no matcher demands a label, so the silence would silence every alert that has none of them")
	}
}

// silenceSpan checks when the silence begins and ends, as far as that is said.
func (e *FieldErrors) silenceSpan(s *Silence) {
	start, started := e.time("start", s.Start)
	end, ends := e.time("end", s.End)
	if s.Duration == "" {
		switch {
		case s.End == "":
			e.Add("end", `Set end, or duration for a silence that begins now.`, "the silence has no end")
		case started && ends && !end.After(start):
			e.Add("end", "Give a time after start.", "the silence ends at %s, but begins only at %s", quote(s.End), quote(s.Start))
		}
		return
	}
	before := len(*e)
	e.positiveDuration("duration", s.Duration)
	if len(*e) > before || !ends {
		return
	}
	if d, _ := ParseDuration(s.Duration); !started || !start.Add(d).Equal(end) {
		e.Add("duration", "Set end or duration, not both.", "%s is not how long the silence is that ends at %s", quote(s.Duration), quote(s.End))
	}
}

// time checks a time that may be absent, and tells whether it is there.
func (e *FieldErrors) time(path, value string) (time.Time, bool) {
	if value == "" {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339, value)
	if err != nil {
		e.Add(path, `Write a time such as "2026-01-31T22:00:00Z" or "2026-01-31T22:00:00+01:00".`, "%s is not a time in RFC 3339 form", quote(value))
	}
	return t, err == nil
}
