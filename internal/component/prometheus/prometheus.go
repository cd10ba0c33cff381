// Package prometheus turns desired state into a running Prometheus: scrape
// jobs become prometheus.yml and file_sd targets, alert rules become one rule
// file per group.
package prometheus

import (
	"context"
	"sync"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/rulegroup"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Component implements component.Component, component.Settler,
// component.Alerter and component.Querier. It is safe for use by several
// goroutines.
type Component struct {
	probe   *probe.Client
	parser  parser.Parser
	compare rulegroup.Comparison

	mu       sync.Mutex
	accepted map[string]acceptedFile // path → what passed the last Check
	rendered map[string]renderedFile // path → what the last Render made
}

// New returns the component.
func New() *Component {
	c := &Component{probe: probe.New(), parser: parser.NewParser(parser.Options{})}
	c.compare.SameExpr = c.sameExpr
	return c
}

// Name implements component.Component.
func (*Component) Name() string { return component.Prometheus }

// Spec implements component.Component.
func (*Component) Spec(stack *spec.Stack) *spec.Component { return &stack.Prometheus.Component }

// Ready implements component.Component.
func (c *Component) Ready(ctx context.Context, in component.Input) error {
	_, err := c.probe.Get(ctx, in.Addresses[component.Prometheus], "/-/ready", nil)
	return err
}

// Reload implements component.Component. A 200 does not prove that everything
// was applied, which is why Verify asks.
func (c *Component) Reload(ctx context.Context, in component.Input) error {
	return c.probe.Reload(ctx, component.Prometheus, in.Addresses[component.Prometheus])
}
