package loki

import (
	"context"
	"slices"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// limits compares retention and index labels.
func (o *observer) limits(ctx context.Context) error {
	wanted, err := wantedLimits(o.in)
	if err != nil {
		return err
	}
	running, err := o.c.runningLimits(ctx, o.in)
	if err != nil {
		return err
	}
	o.running.limits = running
	o.differs[limitsFile] = wanted.difference(running) != ""
	if wanted.Retention != running.Retention {
		o.Observed.Stack.Loki.Retention = running.Retention.String()
	}
	if wanted.MaxAge != running.MaxAge {
		o.drift("takes entries that are up to %s old, wanted %s", running.MaxAge, wanted.MaxAge)
	}
	o.streamRetentions(wanted.StreamRetention, running.StreamRetention)
	o.indexLabels(wanted.indexLabels(), running.indexLabels())
	return nil
}

// streamRetentions writes the running values of retentions into their
// attributes. They have no names in Loki: those that are as wanted are paired
// first, then those with the same selector, then those that differ in nothing
// else.
func (o *observer) streamRetentions(wanted, running []streamRetention) {
	taken := make([]bool, len(running))
	found := make([]int, len(wanted))
	for i := range found {
		found[i] = -1
	}
	for _, alike := range []func(a, b streamRetention) bool{
		func(a, b streamRetention) bool {
			return sameSelector(a, b) && a.Period == b.Period && a.Priority == b.Priority
		},
		sameSelector,
		func(a, b streamRetention) bool { return a.Period == b.Period && a.Priority == b.Priority },
	} {
		for i := range wanted {
			for j := range running {
				if found[i] < 0 && !taken[j] && alike(wanted[i], running[j]) {
					found[i], taken[j] = j, true
				}
			}
		}
	}
	for i, j := range found {
		observed := &o.Observed.LogRetentions[i] // rendered in the same order
		if j < 0 {
			o.AddDrift(spec.KindLogRetention, observed.Name, "loki: the retention is not loaded")
			continue
		}
		if !sameSelector(wanted[i], running[j]) {
			observed.Selector = running[j].Selector
		}
		if wanted[i].Period != running[j].Period {
			observed.Period = running[j].Period.String()
		}
		if wanted[i].Priority != running[j].Priority {
			observed.Priority = running[j].Priority
		}
	}
	for j := range running {
		if !taken[j] {
			o.drift("a retention of %s for %s is loaded but not managed", running[j].Period, running[j].Selector)
		}
	}
}

// effects tells whether the retentions are effective.
func (o *observer) effects(ctx context.Context) error {
	wanted, err := wantedLimits(o.in)
	if err != nil || len(wanted.StreamRetention) == 0 {
		return err
	}
	var names []string
	for i := range o.in.State.LogRetentions {
		names = append(names, o.in.State.LogRetentions[i].Name)
	}
	e, err := o.c.gather(ctx, o.in, o.running.config, o.running.limits, names...)
	if err != nil {
		return err
	}
	now := time.Now()
	for i := range o.Observed.LogRetentions {
		e.tell(&o.Observed.LogRetentions[i], wanted.StreamRetention[i], now)
	}
	return nil
}

func sameSelector(a, b streamRetention) bool { return spec.EqualSelector(a.Selector, b.Selector) }

// indexLabels tells of labels that are searched by and are not in the index, on
// the log sources that have them.
func (o *observer) indexLabels(wanted, running []string) {
	for _, name := range wanted {
		if slices.Contains(running, name) {
			continue
		}
		for i := range o.in.State.LogSources {
			if s := &o.in.State.LogSources[i]; slices.Contains(s.LabelNames(), name) {
				o.AddDrift(spec.KindLogSource, s.Name, "loki: label \""+name+"\" is not an index label")
			}
		}
	}
	for _, name := range running {
		if !slices.Contains(wanted, name) {
			o.drift("label %q is an index label but not managed", name)
		}
	}
}
