package rulegroup

import (
	"fmt"
	"path"
	"slices"

	"github.com/prometheus/common/model"
)

// Verify returns nil when the running groups are the wanted ones. It compares
// those in paths, all if there are none; a path without a wanted group must not
// be loaded. Groups without an interval of their own run every global.
func (c Comparison) Verify(wanted []*Group, running []Running, paths []string, global model.Duration) error {
	asked := func(path string) bool { return len(paths) == 0 || slices.Contains(paths, path) }
	for _, g := range wanted {
		if !asked(g.Path) {
			continue
		}
		i := slices.IndexFunc(running, g.is)
		if i < 0 {
			return fmt.Errorf("rule group %q is not loaded", g.Name)
		}
		if err := c.verifyGroup(g, &running[i], global); err != nil {
			return err
		}
	}
	for i := range running {
		r := &running[i]
		if asked(r.File) && !slices.ContainsFunc(wanted, func(g *Group) bool { return g.is(*r) }) {
			return fmt.Errorf("rule group %q of %s is still loaded", r.Name, path.Base(r.File))
		}
	}
	return nil
}

func (c Comparison) verifyGroup(g *Group, running *Running, global model.Duration) error {
	interval := g.Interval
	if interval == 0 {
		interval = global
	}
	if got := seconds(running.Interval); got != interval {
		return fmt.Errorf("rule group %q runs every %s, wanted %s", g.Name, got, interval)
	}
	if got, want := len(running.Rules), len(g.Rules); got != want {
		return fmt.Errorf("rule group %q runs %d rules, wanted %d", g.Name, got, want)
	}
	for i := range g.Rules {
		got := running.Rules[i].asWritten()
		if field := c.difference(&g.Rules[i].Rule, &got); field != "" {
			return fmt.Errorf("rule %q of group %q runs with another %s", g.Rules[i].Alert, g.Name, field)
		}
	}
	return nil
}
