package spec

import (
	"cmp"
	"slices"

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
		if matchers, err := ParseMatchers(s.alertMatchers(p)); err == nil {
			e.policies = append(e.policies, escalating{matchers, p.Levels()})
		}
	}
	return e
}

// Of lists the levels that alerts of a rule may come to and that need a rule of
// their own: those later than at once of every policy that the rule does not
// contradict.
func (e Escalation) Of(alert string, rule map[string]string) []Level {
	var found []Level
	for _, p := range e.policies {
		if contradicts(p.matchers, alert, rule) {
			continue
		}
		for _, level := range p.levels {
			if level.After > 0 {
				found = append(found, level)
			}
		}
	}
	return found
}

// contradicts tells whether no alert of a rule can fit the matchers. A label
// that is a template, or that the rule does not set, may have any value.
func contradicts(matchers labels.Matchers, alert string, rule map[string]string) bool {
	return slices.ContainsFunc(matchers, func(m *labels.Matcher) bool {
		value, known := rule[m.Name]
		if m.Name == model.AlertNameLabel {
			value, known = alert, true
		}
		return known && !isTemplateText(value) && !m.Matches(value)
	})
}

// Reached lists the levels that an alert with exactly these labels comes to
// while it fires, in the order of time; those of the same time by policy.
func (e Escalation) Reached(alert map[string]string) []Level {
	if alert[EscalationStepLabel] != "" {
		return nil
	}
	var levels []Level
	for _, p := range e.policies {
		if !slices.ContainsFunc(p.matchers, func(m *labels.Matcher) bool { return !m.Matches(alert[m.Name]) }) {
			levels = append(levels, p.levels...)
		}
	}
	slices.SortStableFunc(levels, func(a, b Level) int { return cmp.Compare(a.After, b.After) })
	return levels
}
