package loki

import (
	"context"
	"fmt"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/rulegroup"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// wantedGroups are the groups that have at least one rule over logs that is not
// paused, with the levels of escalation. Each says its interval, so that Loki need not be started again when
// the one of the stack changes.
func wantedGroups(in component.Input) ([]*rulegroup.Group, error) {
	var d component.Durations
	interval := d.Parse("evaluation_interval", in.State.Stack.Prometheus.EvaluationInterval)
	if d.Err != nil {
		return nil, fmt.Errorf("cannot render the rules over logs: %w", d.Err)
	}
	groups, err := rulegroup.Of(in.State.AlertRules, rulesFolder, (*spec.AlertRule).OverLogs)
	for _, g := range groups {
		if g.Interval == 0 {
			g.Interval = interval
		}
	}
	rulegroup.Escalate(groups, interval, in.State.Escalation(), nil)
	return groups, err
}

// runningGroups asks for all groups.
func (c *Component) runningGroups(ctx context.Context, in component.Input) ([]rulegroup.Running, error) {
	var rules rulegroup.Answer
	if err := c.probe.GetJSON(ctx, address(in), "/prometheus/api/v1/rules", nil, &rules); err != nil {
		return nil, err
	}
	groups := rules.Data.Groups
	for i := range groups {
		groups[i].File = rulesFolder + "/" + groups[i].File
	}
	return groups, nil
}

// comparison compares the rules of the groups as Loki understands them.
func (c *Component) comparison(
	ctx context.Context, in component.Input, wanted []*rulegroup.Group, running []rulegroup.Running,
) (rulegroup.Comparison, error) {
	var exprs []string
	for _, g := range wanted {
		for i := range g.Rules {
			exprs = append(exprs, g.Rules[i].Expr)
		}
	}
	for i := range running {
		for _, r := range running[i].Rules {
			exprs = append(exprs, r.Query)
		}
	}
	printed, err := c.print(ctx, in, exprs)
	if err != nil {
		return rulegroup.Comparison{}, err
	}
	return rulegroup.Comparison{SameExpr: func(a, b string) bool { return a == b || printed[a] == printed[b] }}, nil
}
