package alertmanager

import (
	"fmt"
	"reflect"
	"slices"

	upstream "github.com/prometheus/alertmanager/config"
	"github.com/prometheus/alertmanager/timeinterval"
	"go.yaml.in/yaml/v3"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func intervalsOf(w spec.MuteWindow) []interval {
	intervals := make([]interval, len(w.Intervals))
	for i, wanted := range w.Intervals {
		intervals[i] = interval{
			Weekdays: wanted.Weekdays, DaysOfMonth: wanted.DaysOfMonth, Months: wanted.Months, Years: wanted.Years, Location: wanted.Location,
		}
		for _, r := range wanted.Times {
			intervals[i].Times = append(intervals[i].Times, timeRange(r))
		}
	}
	return intervals
}

// windows compares the time intervals.
func (o *observer) windows() error {
	running := slices.Clone(o.config.TimeIntervals)
	for _, old := range o.config.MuteTimeIntervals {
		running = append(running, upstream.TimeInterval(old))
	}
	for i := range o.in.State.MuteWindows {
		wanted := &o.in.State.MuteWindows[i]
		j := slices.IndexFunc(running, func(t upstream.TimeInterval) bool { return t.Name == wanted.Name })
		if j < 0 {
			o.note(wanted, "the time interval is not loaded")
			continue
		}
		differs, err := differing(wanted, running[j].TimeIntervals)
		if err != nil {
			return err
		}
		if seen, ok := o.Observed.Get(spec.KindMuteWindow, wanted.Name).(*spec.MuteWindow); ok && differs != nil {
			seen.Intervals = differs
		}
	}
	for _, t := range running {
		if o.in.State.Get(spec.KindMuteWindow, t.Name) == nil {
			o.drift("time interval %q is loaded but not managed", t.Name)
		}
	}
	return nil
}

// differing is what runs, if it differs in meaning from what is wanted.
func differing(wanted *spec.MuteWindow, running []timeinterval.TimeInterval) ([]spec.TimeInterval, error) {
	text, err := yaml.Marshal(intervalsOf(*wanted))
	if err != nil {
		return nil, fmt.Errorf("cannot compare mute window %q: %w", wanted.Name, err)
	}
	var parsed []timeinterval.TimeInterval
	if err := yaml.Unmarshal(text, &parsed); err != nil {
		return nil, fmt.Errorf("cannot compare mute window %q: %w", wanted.Name, err)
	}
	want, err := canonical(parsed)
	if err != nil {
		return nil, err
	}
	have, err := canonical(running)
	if err != nil || reflect.DeepEqual(want, have) {
		return nil, err
	}
	for i := range min(len(want), len(have)) {
		keepWords(&have[i], want[i], wanted.Intervals[i])
	}
	return have, nil
}

// keepWords writes what is as wanted as the user did: "may", not "5".
func keepWords(have *spec.TimeInterval, want, written spec.TimeInterval) {
	keep := func(have *[]string, want, written []string) {
		if slices.Equal(*have, want) {
			*have = written
		}
	}
	keep(&have.Weekdays, want.Weekdays, written.Weekdays)
	keep(&have.DaysOfMonth, want.DaysOfMonth, written.DaysOfMonth)
	keep(&have.Months, want.Months, written.Months)
	keep(&have.Years, want.Years, written.Years)
}

// canonical is the one form in which upstream writes intervals.
func canonical(intervals []timeinterval.TimeInterval) ([]spec.TimeInterval, error) {
	text, err := yaml.Marshal(intervals)
	if err != nil {
		return nil, fmt.Errorf("cannot read the running time intervals: %w", err)
	}
	var written []interval
	if err := yaml.Unmarshal(text, &written); err != nil {
		return nil, fmt.Errorf("cannot read the running time intervals: %w", err)
	}
	w := spec.MuteWindow{Intervals: make([]spec.TimeInterval, len(written))}
	for i, t := range written {
		w.Intervals[i] = spec.TimeInterval{
			Weekdays: t.Weekdays, DaysOfMonth: t.DaysOfMonth, Months: t.Months, Years: t.Years, Location: t.Location,
		}
		for _, r := range t.Times {
			w.Intervals[i].Times = append(w.Intervals[i].Times, spec.TimeRange(r))
		}
	}
	spec.WithDefaults(&w)
	return w.Intervals, nil
}
