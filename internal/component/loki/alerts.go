package loki

import (
	"context"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/rulegroup"
)

// Alerts implements component.Alerter for stacks without Alertmanager.
func (c *Component) Alerts(ctx context.Context, in component.Input, matchers []string) ([]api.Alert, error) {
	running, err := c.runningAlerts(ctx, in)
	if err != nil {
		return nil, probe.Unavailable("list the alerts of loki", err)
	}
	return running.Matching(matchers)
}

func (c *Component) runningAlerts(ctx context.Context, in component.Input) (*rulegroup.AlertAnswer, error) {
	var running rulegroup.AlertAnswer
	return &running, c.probe.GetJSON(ctx, address(in), "/prometheus/api/v1/alerts", nil, &running)
}
