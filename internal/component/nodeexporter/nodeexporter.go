// Package nodeexporter runs node_exporter. It has no files: what it exports is
// decided by its command line alone.
package nodeexporter

import (
	"context"
	"fmt"
	"net/url"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Component implements component.Component.
type Component struct{ probe *probe.Client }

// New returns the component.
func New() *Component { return &Component{probe: probe.New()} }

// Name implements component.Component.
func (*Component) Name() string { return component.NodeExporter }

// Spec implements component.Component.
func (*Component) Spec(stack *spec.Stack) *spec.Component { return &stack.NodeExporter.Component }

// Render implements component.Component: there are no files.
func (*Component) Render(component.Input) (component.Files, error) { return component.Files{}, nil }

// Check implements component.Component: there is nothing to check.
func (*Component) Check(component.Input, component.Files) error { return nil }

// Launch implements component.Component.
func (*Component) Launch(in component.Input) (component.Launch, error) {
	address := in.Addresses[component.NodeExporter]
	return component.Launch{
		Args:   []string{"--web.listen-address=" + address},
		Listen: []string{address},
	}, nil
}

// Ready implements component.Component. The landing page answers without
// collecting anything.
func (c *Component) Ready(ctx context.Context, in component.Input) error {
	_, err := c.probe.Get(ctx, in.Addresses[component.NodeExporter], "/", nil)
	return err
}

// Reload implements component.Component: there is nothing to read again.
func (*Component) Reload(context.Context, component.Input) error { return nil }

// Verify implements component.Component: there is no configuration to differ.
func (*Component) Verify(context.Context, component.Input, component.Files, []string) error {
	return nil
}

// Observe implements component.Component: it reads the version. One cheap
// collector is named, so that the answer does not collect the whole host.
func (c *Component) Observe(
	ctx context.Context, in component.Input, _ component.Files, report *component.Report,
) error {
	metrics, err := c.probe.Metrics(ctx, in.Addresses[component.NodeExporter], url.Values{"collect[]": {"time"}})
	if err != nil {
		return fmt.Errorf("cannot observe node_exporter: %w", err)
	}
	report.Versions[component.NodeExporter] = metrics.Label("node_exporter_build_info", "version")
	return nil
}
