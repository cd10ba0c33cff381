package loki

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
)

// Loki takes up to pollInterval to notice new files.
const (
	verifyEvery = 50 * time.Millisecond
	verifyLimit = 10 * time.Second
)

// Verify implements component.Component. files must be what Render makes of in:
// the state says what has to run.
func (c *Component) Verify(ctx context.Context, in component.Input, _ component.Files, changed []string) error {
	concerns := func(beginning string) bool {
		return changed == nil || slices.ContainsFunc(changed, func(path string) bool { return strings.HasPrefix(path, beginning) })
	}
	for _, part := range []struct {
		beginning string
		verify    func(context.Context, component.Input) error
	}{{configFile, c.verifyConfig}, {limitsFile, c.verifyLimits}, {rulesFolder + "/", c.verifyRules}} {
		if !concerns(part.beginning) {
			continue
		}
		err := probe.Await(ctx, verifyEvery, verifyLimit, func(ctx context.Context) error { return part.verify(ctx, in) })
		if err != nil {
			return fmt.Errorf("cannot verify loki: %w", err)
		}
	}
	return nil
}

func (c *Component) verifyConfig(ctx context.Context, in component.Input) error {
	wanted, err := wantedConfig(in)
	if err != nil {
		return err
	}
	running, err := c.runningConfig(ctx, in)
	if err != nil {
		return err
	}
	if differing := wanted.differences(running); len(differing) > 0 {
		return fmt.Errorf("the running configuration differs from %s in %s", configFile, differing[0])
	}
	return nil
}

func (c *Component) verifyLimits(ctx context.Context, in component.Input) error {
	wanted, err := wantedLimits(in)
	if err != nil {
		return err
	}
	running, err := c.runningLimits(ctx, in)
	if err != nil {
		return err
	}
	if setting := wanted.difference(running); setting != "" {
		return fmt.Errorf("the limits that run differ from %s in %s", limitsFile, setting)
	}
	return nil
}

// verifyRules compares all groups: Loki answers with all in any case.
func (c *Component) verifyRules(ctx context.Context, in component.Input) error {
	wanted, err := wantedGroups(in)
	if err != nil {
		return err
	}
	running, err := c.runningGroups(ctx, in)
	if err != nil {
		return err
	}
	compare, err := c.comparison(ctx, in, wanted, running)
	if err != nil {
		return err
	}
	return compare.Verify(wanted, running, nil, 0)
}
