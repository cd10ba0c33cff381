package spec

import (
	"fmt"
	"slices"

	"github.com/prometheus/common/model"
)

// noLevel fits the alerts themselves, and none of their levels.
const noLevel = EscalationStepLabel + `=""`

// escalationRoutes lead alerts and their levels to the channels of the steps.
// They come before all other routes and let everything pass, but for what ends
// with them: alerts that a policy took over at once, and levels, which nobody
// but their policy knows.
func (s *State) escalationRoutes() []*RouteNode {
	var steps, ends []*RouteNode
	for i := range s.EscalationPolicies {
		p := &s.EscalationPolicies[i]
		steps = append(steps, s.stepRoutes(p)...)
		if p.AtOnce() {
			end := PlainRoute()
			end.Object, end.Title = p, "the route that takes its alerts over"
			end.Matchers = s.alertMatchers(p, noLevel)
			ends = append(ends, end)
		}
	}
	// This one is there without any policy too: the levels of a policy that was
	// removed go on firing for some minutes, and would notify others.
	levels := PlainRoute()
	levels.Title = "the route that ends escalation"
	levels.Matchers = []string{EscalationStepLabel + `!=""`}
	return slices.Concat(steps, ends, []*RouteNode{levels})
}

// stepRoutes lead to the channels of every step of a policy.
func (s *State) stepRoutes(p *EscalationPolicy) []*RouteNode {
	var routes []*RouteNode
	for i, step := range p.Steps {
		level := slices.Concat(p.Matchers, []string{
			fmt.Sprintf("%s=%q", EscalationLabel, p.Name), fmt.Sprintf("%s=%q", EscalationStepLabel, fmt.Sprint(i+1)),
		})
		for _, name := range step.Channels {
			if i == 0 && p.AtOnce() {
				routes = append(routes, s.stepRoute(p, i, name, s.alertMatchers(p, noLevel)))
			}
			if i > 0 || !p.AtOnce() || p.Repeat != nil {
				routes = append(routes, s.stepRoute(p, i, name, level))
			}
		}
	}
	return routes
}

// alertMatchers choose the alerts of a policy, as far as they fit more matchers,
// without the watchdog, which always fires.
func (s *State) alertMatchers(p *EscalationPolicy, more ...string) []string {
	matchers := slices.Concat(p.Matchers, more)
	if own, ok := parseDemands(p.Matchers); ok && s.Stack.SelfMonitoring && own.mayWatch() {
		matchers = append(matchers, fmt.Sprintf("%s!=%q", model.AlertNameLabel, Watchdog))
	}
	return matchers
}

// mayWatch tells whether the watchdog may fit the demands.
func (d demands) mayWatch() bool {
	return d.fits(model.AlertNameLabel, Watchdog) && d.fits("severity", WatchdogSeverity)
}

// stepRoute leads to one channel, with its grouping and timing. Each level is
// told once: Alertmanager knows for the time of its retention what it told.
func (s *State) stepRoute(p *EscalationPolicy, step int, channel string, matchers []string) *RouteNode {
	n := PlainRoute()
	if c, ok := s.Get(KindChannel, channel).(*Channel); ok {
		n = nodeOfChannel(c)
		n.inherit(PlainRoute())
	}
	n.Object, n.Receiver, n.Matchers, n.Continue = p, channel, matchers, true
	n.Title = fmt.Sprintf("the route of step %d to %s", step+1, quote(channel))
	n.RepeatInterval = s.Stack.Alertmanager.Retention
	apart := slices.Contains(n.GroupBy, GroupByAll) || slices.Contains(n.GroupBy, EscalationRoundLabel)
	if p.Repeat != nil && !apart {
		// Rounds are alerts of their own, which have to come on time.
		n.GroupBy = append(slices.Clone(n.GroupBy), EscalationRoundLabel)
	}
	return n
}
