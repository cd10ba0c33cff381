package prometheus

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/rulegroup"
)

// A reload applies rules and configuration before it answers; the wait is for
// servers that are still starting.
const (
	verifyEvery = 50 * time.Millisecond
	verifyLimit = 5 * time.Second
)

// Verify implements component.Component. files must be what Render makes of
// in: the state says what has to run, files only what there is.
func (c *Component) Verify(ctx context.Context, in component.Input, files component.Files, changed []string) error {
	groups, err := c.wantedGroups(in)
	if err != nil {
		return err
	}
	wantsConfig := changed == nil || slices.Contains(changed, configFile)
	var paths []string
	for _, path := range changed {
		if strings.HasPrefix(path, rulesFolder+"/") {
			paths = append(paths, path)
		}
	}
	wantsRules := changed == nil || len(paths) > 0
	err = probe.Await(ctx, verifyEvery, verifyLimit, func(ctx context.Context) error {
		if wantsConfig {
			if err := c.verifyConfig(ctx, in); err != nil {
				return err
			}
		}
		if wantsRules {
			return c.verifyRules(ctx, in, groups, paths)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("cannot verify prometheus: %w", err)
	}
	return nil
}

func (c *Component) verifyConfig(ctx context.Context, in component.Input) error {
	wanted, err := wantedConfig(in)
	if err != nil {
		return err
	}
	wanted.resolve(in.ConfigDir)
	running, err := c.runningConfig(ctx, in)
	if err != nil {
		return err
	}
	if part := wanted.difference(running); part != "" {
		return fmt.Errorf("the running configuration differs from %s in %s", configFile, part)
	}
	return nil
}

// verifyRules compares the groups in paths, all if there are none. A path
// without a wanted group must not be loaded.
func (c *Component) verifyRules(ctx context.Context, in component.Input, groups []*rulegroup.Group, paths []string) error {
	running, err := c.runningGroups(ctx, in, paths...)
	if err != nil {
		return err
	}
	global, err := c.evaluationInterval(in)
	if err != nil {
		return err
	}
	return c.compare.Verify(groups, running, paths, global)
}

// evaluationInterval is that of groups without one of their own.
func (*Component) evaluationInterval(in component.Input) (model.Duration, error) {
	var d component.Durations
	interval := d.Parse("evaluation_interval", in.State.Stack.Prometheus.EvaluationInterval)
	return interval, d.Err
}
