package collector

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
)

// A collector that reads its files again stops everything and starts it anew,
// which takes a second for every journal. In between nobody answers: each of its
// HTTP servers waits five seconds for a connection that has not asked anything
// yet, and where it ends, the supervisor starts it again within half a minute.
// Only if nobody answers for longer is it the files that it ends of.
const (
	verifyEvery = 20 * time.Millisecond
	verifyLimit = 5 * time.Second
	reloadLimit = 2 * time.Minute
	endedAfter  = 40 * time.Second
)

// running is the text of the configuration that the collector runs, as it was
// when it was loaded. While it loads one, it is not told.
func (c *Component) running(ctx context.Context, in component.Input) (string, error) {
	text, err := c.probe.Get(ctx, further(in, healthPort), "/", nil)
	return string(text), err
}

// Reload implements component.Component: it returns when the collector runs
// what is in its files.
func (c *Component) Reload(ctx context.Context, in component.Input) error {
	wanted, err := os.ReadFile(filepath.Join(in.ConfigDir, configFile))
	if err != nil {
		return fmt.Errorf("cannot reload the collector: %w", err)
	}
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	var refused time.Time
	err = probe.Await(waiting, verifyEvery, reloadLimit, func(ctx context.Context) error {
		err := c.runs(ctx, in, wanted)
		switch {
		case !errors.Is(err, syscall.ECONNREFUSED):
			refused = time.Time{}
		case refused.IsZero():
			refused = time.Now()
		case time.Since(refused) > endedAfter:
			cancel()
		}
		return err
	})
	switch {
	case err == nil:
		return nil
	case waiting.Err() != nil && ctx.Err() == nil:
		return &api.Error{
			Code:    api.CodeRefused,
			Message: "cannot reload the collector: it ended when it read its configuration",
			Detail:  "Its log says why.",
		}
	}
	return probe.Unavailable("reload the collector", err)
}

// Verify implements component.Component. The collector tells the text that it
// runs, so the comparison is exact.
func (c *Component) Verify(ctx context.Context, in component.Input, files component.Files, changed []string) error {
	if changed != nil && len(changed) == 0 {
		return nil
	}
	err := probe.Await(ctx, verifyEvery, verifyLimit, func(ctx context.Context) error {
		return c.runs(ctx, in, files[configFile].Data)
	})
	if err != nil {
		return fmt.Errorf("cannot verify the collector: %w", err)
	}
	return nil
}

// runs returns nil when the collector runs a configuration as it is written.
func (c *Component) runs(ctx context.Context, in component.Input, text []byte) error {
	running, err := c.running(ctx, in)
	if err != nil {
		return err
	}
	if running != string(unescape(text)) {
		return fmt.Errorf("it does not run %s as written", configFile)
	}
	return nil
}
