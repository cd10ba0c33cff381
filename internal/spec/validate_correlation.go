package spec

import (
	"fmt"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
)

// Validate implements Object.
func (c *Correlation) Validate() FieldErrors {
	var errs FieldErrors
	errs.stackName("stack", c.Stack)
	errs.name("a correlation", c.Name)
	if strings.HasPrefix(c.Name, ReservedPrefix) {
		errs.Add("name", "Choose another name.", "names that begin with %q are those of the stack itself", ReservedPrefix)
	}
	byMatchers := len(c.SourceMatchers)+len(c.TargetMatchers)+len(c.Equal) > 0
	switch {
	case c.Dependency != nil && byMatchers:
		errs.Add("dependency", "Write either dependency, or source_matchers, target_matchers and equal.", "it says twice what it mutes")
	case c.Dependency != nil:
		errs.dependency(c)
	default:
		errs.inhibition(c)
	}
	return errs
}

func (e *FieldErrors) dependency(c *Correlation) {
	d := c.Dependency
	e.required("dependency.cause", d.Cause)
	if len(d.Effects) == 0 {
		e.Add("dependency.effects", "Name the alerts to mute.", "it mutes nothing")
	}
	e.eachOnce("dependency.effects", d.Effects)
	for i, effect := range d.Effects {
		path := fmt.Sprintf("dependency.effects[%d]", i)
		if e.line(path, effect) && effect != "" && effect == d.Cause {
			e.Add(path, "Remove it from the effects.", "it would mute its own cause %s", quote(effect))
		}
	}
	e.labelList("dependency.on", d.On)
}

func (e *FieldErrors) inhibition(c *Correlation) {
	e.matchers("source_matchers", c.SourceMatchers)
	e.matchers("target_matchers", c.TargetMatchers)
	e.labelList("equal", c.Equal)
	source, okSource := parseDemands(c.SourceMatchers)
	target, okTarget := parseDemands(c.TargetMatchers)
	if !okSource || !okTarget {
		return
	}
	for _, side := range []struct {
		path    string
		demands demands
		what    string
	}{
		{"source_matchers", source, "while which alerts fire it mutes others"},
		{"target_matchers", target, "which alerts it mutes"},
	} {
		if len(side.demands.matchers) == 0 {
			e.Add(side.path, "Add a matcher.", "it does not say %s", side.what)
		}
	}
	if len(*e) == 0 && !source.and(target).contradict() {
		e.Add("target_matchers", "Add to target_matchers what tells the two apart, such as "+inverse(source.matchers[0]).String()+".",
			"it may mute its own sources: an alert can fit both source_matchers and target_matchers")
	}
}

// inverse is the matcher that takes what m does not. It can only be printed.
func inverse(m *labels.Matcher) *labels.Matcher {
	opposite := map[labels.MatchType]labels.MatchType{
		labels.MatchEqual: labels.MatchNotEqual, labels.MatchNotEqual: labels.MatchEqual,
		labels.MatchRegexp: labels.MatchNotRegexp, labels.MatchNotRegexp: labels.MatchRegexp,
	}
	return &labels.Matcher{Type: opposite[m.Type], Name: m.Name, Value: m.Value}
}
