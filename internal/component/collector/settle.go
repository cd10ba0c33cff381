package collector

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// pollInterval is how often receivers look for files. They do not look at once.
const pollInterval = 200 * time.Millisecond

// settleLimit bounds the wait for that, on a machine that has much else to do.
const settleLimit = 10 * time.Second

// Settle implements component.Settler. What is in a file when it is first looked
// at is skipped, unless the source says otherwise: so a source is in effect only
// then, or the first lines that are written to it would be lost.
func (c *Component) Settle(ctx context.Context, in component.Input, object spec.Object) error {
	s, ok := object.(*spec.LogSource)
	if !ok || s.Files == nil && s.Docker == nil {
		return nil
	}
	err := probe.Await(ctx, verifyEvery, settleLimit, func(ctx context.Context) error {
		metrics, err := c.probe.Metrics(ctx, further(in, metricsPort), nil)
		if err == nil && metrics["otelcol_fileconsumer_open_files"] == nil {
			err = errors.New("it has not looked for files yet")
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("cannot wait for the collector: %w", err)
	}
	// That was the first receiver that looked; the others began at the same time.
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(pollInterval):
		return nil
	}
}
