package grafana

import (
	"context"
	"errors"
	"fmt"
	"net/http"

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
	var seen []sight
	var problems []string
	published := c.Published(in)
	err = c.with(ctx, in, func(g *session) error {
		if seen, err = g.look(ctx, published); err != nil {
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
		if want.Name == builtInName {
			for _, sentence := range seen[i].drift {
				report.AddDrift(spec.KindStack, stack, fmt.Sprintf("grafana: dashboard %q: %s", want.Name, sentence))
			}
			continue
		}
		observed := &report.Observed.Dashboards[i]
		observed.Version, observed.URL = 0, ""
		if have := seen[i].found; have != nil {
			observed.Version, observed.URL = have.version, have.url
		}
		for _, sentence := range seen[i].drift {
			report.AddDrift(spec.KindDashboard, want.Name, sentence)
		}
	}
	return nil
}

// sight is a dashboard as Grafana has it, nil if it has none, and in sentences
// how that differs from what is wanted.
type sight struct {
	found *found
	drift []string
}

// look reads the dashboards of the same names and compares them while others
// are being read; in the same order.
func (g *session) look(ctx context.Context, wanted []spec.Object) ([]sight, error) {
	all := make([]sight, len(wanted))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for i, object := range wanted {
		group.Go(func() error {
			have, err := g.dashboard(ctx, object.ObjectName())
			switch status(err) {
			case http.StatusForbidden, http.StatusNotAcceptable:
				all[i] = sight{drift: unreadable(err)}
				return nil
			}
			if err == nil {
				all[i] = sight{have, drift(object.(*spec.Dashboard), have)}
			}
			return err
		})
	}
	return all, group.Wait()
}

// unreadable says why one dashboard cannot be compared: somebody kept us from it,
// or saved it in a newer format. The others can.
func unreadable(err error) []string {
	var answer *statusError
	errors.As(err, &answer)
	return []string{"cannot be read: " + answer.words}
}

// drift says how what Grafana has differs from what is wanted.
func drift(want *spec.Dashboard, have *found) []string {
	switch {
	case have == nil:
		return []string{"deleted in Grafana"}
	case want.UIEdits == spec.UIEditsKeep:
		return nil
	}
	return edits(want, have)
}
