package spec

import (
	"slices"
	"time"

	"github.com/prometheus/alertmanager/pkg/labels"
	"github.com/prometheus/common/model"
)

// KindSilence is the kind of Silence.
const KindSilence Kind = "silence"

// DefaultSilenceAuthor is who made the silences that do not say.
const DefaultSilenceAuthor = "terraform"

// States of a silence.
const (
	SilencePending = "pending"
	SilenceActive  = "active"
	SilenceExpired = "expired"
)

// Silence mutes alerts for some time. Alertmanager holds it.
type Silence struct {
	Stack string `json:"stack"`
	// Name is the identity within the stack.
	Name string `json:"name"`
	// Matchers in Alertmanager syntax; all must match.
	Matchers []string `json:"matchers"`
	// Start and End are times in RFC 3339. A silence without Start begins when
	// it is first written; see Begin.
	Start string `json:"start,omitempty"`
	End   string `json:"end,omitempty"`
	// Duration is a Prometheus duration that says what End is.
	Duration  string `json:"duration,omitempty"`
	Comment   string `json:"comment"`
	CreatedBy string `json:"created_by"`

	// Status is one of the states; only in observations.
	Status string `json:"status,omitempty"`
}

// Kind implements Object.
func (*Silence) Kind() Kind { return KindSilence }

// StackName implements Object.
func (s *Silence) StackName() string { return s.Stack }

// ObjectName implements Object.
func (s *Silence) ObjectName() string { return s.Name }

// Secrets implements Object: a silence has none.
func (*Silence) Secrets() map[string]*Secret { return nil }

// ClearObserved implements Observed.
func (s *Silence) ClearObserved() { s.Status = "" }

func (s *Silence) withDefaults() {
	fillList(&s.Matchers)
	fill(&s.CreatedBy, DefaultSilenceAuthor)
}

// Begin implements Beginner.
func (s *Silence) Begin(now time.Time, before Object) {
	if old, ok := before.(*Silence); ok && old != nil {
		fill(&s.Start, old.Start)
	}
	fill(&s.Start, now.UTC().Format(time.RFC3339))
	start, err := time.Parse(time.RFC3339, s.Start)
	if duration, problem := ParseDuration(s.Duration); err == nil && problem == nil {
		s.End = start.Add(duration).Format(time.RFC3339Nano)
	}
}

// Span is when the silence begins and ends. Begin must have been called.
func (s *Silence) Span() (start, end time.Time, err error) {
	if start, err = time.Parse(time.RFC3339, s.Start); err == nil {
		end, err = time.Parse(time.RFC3339, s.End)
	}
	return start, end, err
}

// StatusAt is the state at a time.
func (s *Silence) StatusAt(now time.Time) string {
	start, end, err := s.Span()
	switch {
	case err != nil || !now.Before(end):
		return SilenceExpired
	case now.Before(start):
		return SilencePending
	}
	return SilenceActive
}

// anyValues are values that no pattern matches all of unless it matches everything.
var anyValues = []string{"a", "Watchdog", "a-very-long_name:of 42 alerts", "\U0001F525", "9"}

// matchesEverything tells whether no alert escapes the matchers: every alert has
// a name, and need have no other label.
func matchesEverything(matchers labels.Matchers) bool {
	return !slices.ContainsFunc(matchers, func(m *labels.Matcher) bool {
		return !fitsAll(m) || m.Name != model.AlertNameLabel && !m.Matches("")
	})
}

// fitsAll tells whether a matcher fits every value that is not empty.
func fitsAll(m *labels.Matcher) bool {
	switch m.Type {
	case labels.MatchRegexp:
		return !slices.ContainsFunc(anyValues, func(value string) bool { return !m.Matches(value) })
	case labels.MatchNotEqual, labels.MatchNotRegexp:
		return m.Value == ""
	case labels.MatchEqual:
	}
	return false
}
