package spec

import (
	"cmp"
	"slices"
	"strings"

	"github.com/prometheus/alertmanager/pkg/labels"
	"github.com/prometheus/common/model"
)

// Escalation is the escalation policies of a state, ready to be asked about
// many alerts.
type Escalation struct{ policies []escalating }

type escalating struct {
	matchers labels.Matchers
	levels   []Level
}

// Escalation parses the policies once. Policies with mistakes are left out;
// they are reported on their own.
func (s *State) Escalation() Escalation {
	var e Escalation
	for i := range s.EscalationPolicies {
		p := &s.EscalationPolicies[i]
		if matchers, err := ParseMatchers(p.Matchers); err == nil {
			e.policies = append(e.policies, escalating{matchers, p.Levels()})
		}
	}
	return e
}

// Of lists the levels that alerts of a rule may come to and that need a rule of
// their own: those later than at once of every policy that the rule's labels do
// not contradict. A label that is a template, or that the rule does not set,
// may have any value.
func (e Escalation) Of(alert string, rule map[string]string) []Level {
	return e.levels(func(m *labels.Matcher) bool {
		value, known := rule[m.Name]
		if m.Name == model.AlertNameLabel {
			value, known = alert, true
		}
		return !known || strings.Contains(value, "{{") || m.Matches(value)
	}, func(l *Level) bool { return l.After > 0 })
}

// Reached lists the levels that an alert with exactly these labels comes to
// while it fires, in the order of time; those of the same time by policy.
func (e Escalation) Reached(alert map[string]string) []Level {
	levels := e.levels(
		func(m *labels.Matcher) bool { return m.Matches(alert[m.Name]) },
		func(*Level) bool { return alert[EscalationStepLabel] == "" })
	slices.SortStableFunc(levels, func(a, b Level) int { return cmp.Compare(a.After, b.After) })
	return levels
}

func (e Escalation) levels(fits func(*labels.Matcher) bool, keep func(*Level) bool) []Level {
	var found []Level
	for _, p := range e.policies {
		if slices.ContainsFunc(p.matchers, func(m *labels.Matcher) bool { return !fits(m) }) {
			continue
		}
		for i := range p.levels {
			if keep(&p.levels[i]) {
				found = append(found, p.levels[i])
			}
		}
	}
	return found
}
