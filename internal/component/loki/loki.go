// Package loki turns desired state into a running Loki: one process that keeps
// logs on the local disk, deletes them when their retention is over, answers
// LogQL, and evaluates alert rules over logs.
//
// Loki reads its configuration at start only. What fragments change is in files
// that it reads again by itself: the limits of its one tenant, where retention
// and index labels are, and the rule files.
package loki

import (
	"context"
	"sync"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// tenant is whom everything belongs to in a Loki without tenants.
const tenant = "fake"

// grpcPort is where the parts of Loki reach each other.
const grpcPort = "grpc"

// Component implements component.Component, component.Binder,
// component.Describer, component.LogSearcher and component.Alerter. It is safe
// for use by several goroutines.
type Component struct {
	probe  *probe.Client
	search *probe.Client // with the patience that a search needs

	mu      sync.Mutex
	printed map[expression]string
}

// New returns the component.
func New() *Component {
	return &Component{
		// Limits are only told to who names a tenant.
		probe:   probe.New().WithHeader("X-Scope-OrgID", tenant),
		search:  probe.New().WithTimeout(searchTimeout),
		printed: map[expression]string{},
	}
}

// Name implements component.Component.
func (*Component) Name() string { return component.Loki }

// Spec implements component.Component.
func (*Component) Spec(stack *spec.Stack) *spec.Component { return &stack.Loki.Component }

// Binds implements component.Binder.
func (*Component) Binds() []string { return []string{grpcPort} }

// Ready implements component.Component.
func (c *Component) Ready(ctx context.Context, in component.Input) error {
	_, err := c.probe.Get(ctx, address(in), "/ready", nil)
	return err
}

// Reload implements component.Component. Loki has none: it looks for new limits
// and rules twice a second, and Verify waits until it has them.
func (*Component) Reload(context.Context, component.Input) error { return nil }

func address(in component.Input) string { return in.Addresses[component.Loki] }
