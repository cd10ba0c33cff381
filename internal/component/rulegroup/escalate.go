package rulegroup

import (
	"cmp"
	"maps"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Escalate adds the rules by which escalation policies notify again: for every
// rule and every level that its alerts may come to, the same rule with a longer
// for and the labels of the level. They stand in the group of the rule, behind
// its own rules, so that both are evaluated at the same instants: a level that
// looked at other times might never see what the alert sees, or escalate what
// has resolved (see docs/adr). held is the rule that is active exactly as long
// as the alert of the given one, nil if that is the rule itself.
// Groups without an interval of their own run every global.
func Escalate(groups []*Group, global model.Duration, escalation spec.Escalation, held func(rulefmt.Rule) rulefmt.Rule) {
	for _, g := range groups {
		interval := cmp.Or(g.Interval, global)
		for _, base := range g.Rules {
			levels := escalation.Of(base.Alert, base.Labels)
			if len(levels) == 0 {
				continue
			}
			same := base.Rule
			same.For = firesAfter(same.For, interval)
			if held != nil {
				same = held(same)
			}
			for i := range levels {
				g.Rules = append(g.Rules, levelOf(same, &levels[i]))
			}
		}
	}
}

// firesAfter is how long an alert has been active when it fires: that is at an
// evaluation.
func firesAfter(hold, interval model.Duration) model.Duration {
	if rest := hold % interval; rest > 0 {
		return hold - rest + interval
	}
	return hold
}

func levelOf(base rulefmt.Rule, level *spec.Level) Rule {
	labels := maps.Clone(base.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	maps.Copy(labels, level.Labels())
	base.Labels = labels
	base.For += model.Duration(level.After)
	return Rule{Rule: base, Policy: level.Policy}
}
