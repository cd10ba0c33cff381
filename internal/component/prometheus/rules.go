package prometheus

import (
	"fmt"
	"slices"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/rulegroup"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// rulesFolder holds the rule files.
const rulesFolder = "rules"

// overMetrics tells whether Prometheus evaluates the rule.
func overMetrics(r *spec.AlertRule) bool { return !r.OverLogs() }

// wantedGroups are the groups that have at least one rule over metrics that is
// not paused, in the order of the state; self-monitoring comes first. They hold
// the levels of escalation too.
func (c *Component) wantedGroups(in component.Input) ([]*rulegroup.Group, error) {
	groups, err := unescalated(in)
	if err != nil {
		return nil, err
	}
	interval, err := c.evaluationInterval(in)
	if err != nil {
		return nil, err
	}
	rulegroup.Escalate(groups, interval, in.State.Escalation(), c.held)
	return groups, nil
}

func unescalated(in component.Input) ([]*rulegroup.Group, error) {
	groups, err := rulegroup.Of(in.State.AlertRules, rulesFolder, overMetrics)
	own := selfMonitoringGroup(in)
	if err != nil || own == nil {
		return groups, err
	}
	if i := slices.IndexFunc(groups, func(g *rulegroup.Group) bool { return g.Name == own.Name }); i >= 0 {
		return nil, fmt.Errorf("cannot render alert rule %q: the group %q is reserved for self-monitoring", groups[i].Rules[0].Object.Name, own.Name)
	}
	return append([]*rulegroup.Group{own}, groups...), nil
}
