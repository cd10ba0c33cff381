package prometheus

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
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
	groups, err := wantedGroups(in)
	if err != nil {
		return err
	}
	wantsConfig := changed == nil || slices.Contains(changed, configFile)
	var paths []string
	for _, path := range changed {
		if strings.HasPrefix(path, "rules/") {
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
func (c *Component) verifyRules(ctx context.Context, in component.Input, groups []*group, paths []string) error {
	running, err := c.runningGroups(ctx, in, paths...)
	if err != nil {
		return err
	}
	global, err := c.evaluationInterval(in)
	if err != nil {
		return err
	}
	asked := func(path string) bool { return len(paths) == 0 || slices.Contains(paths, path) }
	for _, g := range groups {
		if !asked(g.path) {
			continue
		}
		i := slices.IndexFunc(running, g.is)
		if i < 0 {
			return fmt.Errorf("rule group %q is not loaded", g.name)
		}
		if err := c.verifyGroup(g, &running[i], global); err != nil {
			return err
		}
	}
	for i := range running {
		r := &running[i]
		if asked(r.File) && !slices.ContainsFunc(groups, func(g *group) bool { return g.is(*r) }) {
			return fmt.Errorf("rule group %q of %s is still loaded", r.Name, filepath.Base(r.File))
		}
	}
	return nil
}

// is tells whether the running group is g.
func (g *group) is(running runningGroup) bool {
	return running.File == g.path && running.Name == g.name
}

func (c *Component) verifyGroup(g *group, running *runningGroup, global model.Duration) error {
	interval := g.interval
	if interval == 0 {
		interval = global
	}
	if got := seconds(running.Interval); got != interval {
		return fmt.Errorf("rule group %q runs every %s, wanted %s", g.name, got, interval)
	}
	if got, want := len(running.Rules), len(g.rules); got != want {
		return fmt.Errorf("rule group %q runs %d rules, wanted %d", g.name, got, want)
	}
	for i := range g.rules {
		got := running.Rules[i].rule()
		if field := c.difference(&g.rules[i].Rule, &got); field != "" {
			return fmt.Errorf("rule %q of group %q runs with another %s", g.rules[i].Alert, g.name, field)
		}
	}
	return nil
}

// evaluationInterval is that of groups without one of their own.
func (*Component) evaluationInterval(in component.Input) (model.Duration, error) {
	var d durations
	interval := d.parse("evaluation_interval", in.State.Stack.Prometheus.EvaluationInterval)
	return interval, d.err
}
