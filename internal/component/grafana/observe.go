package grafana

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Observe implements component.Component. What Grafana has of a dashboard is
// told in sentences; its JSON is not carried around.
func (c *Component) Observe(
	ctx context.Context, in component.Input, _ component.Files, report *component.Report,
) error {
	version, err := c.health(ctx, in)
	if err != nil {
		return fmt.Errorf("cannot observe grafana: %w", err)
	}
	report.Versions[component.Grafana] = version
	var theirs []*found
	var problems []string
	published := c.Published(in)
	err = c.with(ctx, in, func(g *session) error {
		if theirs, err = g.dashboards(ctx, published); err != nil {
			return err
		}
		problems, err = g.awaitDataSources(ctx, in, observeLimit)
		return err
	})
	if err != nil {
		return fmt.Errorf("cannot observe grafana: %w", err)
	}
	stack := in.State.Stack.Name
	for _, problem := range problems {
		report.AddDrift(spec.KindStack, stack, "grafana: "+problem)
	}
	for i, object := range published {
		want := object.(*spec.Dashboard)
		sentences := c.drift(want, theirs[i])
		if want.Name == builtInName {
			for _, sentence := range sentences {
				report.AddDrift(spec.KindStack, stack, fmt.Sprintf("grafana: dashboard %q: %s", want.Name, sentence))
			}
			continue
		}
		observed := &report.Observed.Dashboards[i]
		observed.Version, observed.URL = 0, ""
		if theirs[i] != nil {
			observed.Version, observed.URL = theirs[i].version, theirs[i].url
		}
		for _, sentence := range sentences {
			report.AddDrift(spec.KindDashboard, want.Name, sentence)
		}
	}
	return nil
}

// dashboards reads those of the same names, in the same order.
func (g *session) dashboards(ctx context.Context, wanted []spec.Object) ([]*found, error) {
	all := make([]*found, len(wanted))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for i, object := range wanted {
		group.Go(func() (err error) {
			all[i], err = g.dashboard(ctx, object.ObjectName())
			return err
		})
	}
	return all, group.Wait()
}

// drift says how what Grafana has differs from what is wanted.
func (c *Component) drift(want *spec.Dashboard, have *found) []string {
	switch {
	case have == nil:
		return []string{"deleted in Grafana"}
	case want.UIEdits == spec.UIEditsKeep:
		return nil
	}
	return c.edits(want, have)
}
