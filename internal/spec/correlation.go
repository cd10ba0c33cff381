package spec

import (
	"regexp"
	"strings"

	"github.com/prometheus/alertmanager/pkg/labels"
	"github.com/prometheus/common/model"
)

// KindCorrelation is the kind of Correlation.
const KindCorrelation Kind = "correlation"

// Correlation mutes alerts while others fire that explain them: an inhibition
// of Alertmanager's.
type Correlation struct {
	Stack string `json:"stack"`
	// Name is the identity within the stack.
	Name string `json:"name"`
	// Alerts that fit TargetMatchers are muted while one fires that fits
	// SourceMatchers and has the same values of the labels Equal. A label that
	// both lack is the same.
	SourceMatchers []string `json:"source_matchers"`
	TargetMatchers []string `json:"target_matchers"`
	Equal          []string `json:"equal"`
	// Dependency says the same by the names of alerts; then the lists above are
	// empty.
	Dependency *Dependency `json:"dependency,omitempty"`
}

// Dependency mutes the alerts named Effects while one named Cause fires with the
// same values of the labels On.
type Dependency struct {
	Cause   string   `json:"cause"`
	Effects []string `json:"effects"`
	On      []string `json:"on"`
}

// Inhibition is what Alertmanager makes of a correlation.
type Inhibition struct {
	// Name is the correlation's.
	Name string
	// By is the correlation; nil for an inhibition of the stack itself.
	By                    *Correlation
	Source, Target, Equal []string
}

// Inhibition is the correlation in matchers.
func (c *Correlation) Inhibition() Inhibition {
	i := Inhibition{Name: c.Name, By: c, Source: c.SourceMatchers, Target: c.TargetMatchers, Equal: c.Equal}
	if d := c.Dependency; d != nil {
		i.Source, i.Target, i.Equal = []string{named(d.Cause)}, []string{named(d.Effects...)}, d.On
	}
	return i
}

// named is the matcher for alerts of these names.
func named(alerts ...string) string {
	m := labels.Matcher{Type: labels.MatchEqual, Name: model.AlertNameLabel}
	if len(alerts) == 1 {
		m.Value = alerts[0]
		return m.String()
	}
	patterns := make([]string, len(alerts))
	for i, alert := range alerts {
		patterns[i] = regexp.QuoteMeta(alert)
	}
	m.Type, m.Value = labels.MatchRegexp, strings.Join(patterns, "|")
	return m.String()
}

// Inhibitions are those of the stack itself, then those of its correlations by
// name.
func (s *State) Inhibitions() []Inhibition {
	var all []Inhibition
	if s.Stack.Alertmanager.SeverityInhibition {
		all = severityInhibitions()
	}
	for i := range s.Correlations {
		all = append(all, s.Correlations[i].Inhibition())
	}
	return all
}

// severityInhibitions let an alert mute itself at lower severities on the same
// instance. Alerts without an instance are left alone: they would all count as
// of the same one.
func severityInhibitions() []Inhibition {
	severity := func(list ...string) string {
		if len(list) == 1 {
			return `severity="` + list[0] + `"`
		}
		return `severity=~"` + strings.Join(list, "|") + `"`
	}
	levels := []string{SeverityCritical, SeverityWarning, SeverityInfo}
	var all []Inhibition
	for i, level := range levels[:len(levels)-1] {
		all = append(all, Inhibition{
			Name:   ReservedPrefix + "severity-" + level,
			Source: []string{severity(level)},
			Target: []string{severity(levels[i+1:]...), `instance!=""`},
			Equal:  []string{model.AlertNameLabel, model.InstanceLabel},
		})
	}
	return all
}

// Kind implements Object.
func (*Correlation) Kind() Kind { return KindCorrelation }

// StackName implements Object.
func (c *Correlation) StackName() string { return c.Stack }

// ObjectName implements Object.
func (c *Correlation) ObjectName() string { return c.Name }

// Secrets implements Object: a correlation has none.
func (*Correlation) Secrets() map[string]*Secret { return nil }

func (c *Correlation) withDefaults() {
	fillList(&c.SourceMatchers)
	fillList(&c.TargetMatchers)
	fillList(&c.Equal)
	if c.Dependency != nil {
		fillList(&c.Dependency.Effects)
		fillList(&c.Dependency.On)
	}
}
