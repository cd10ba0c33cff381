package alertmanager

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/prometheus/alertmanager/dispatch"
	"github.com/prometheus/alertmanager/matcher/compat"
	"github.com/prometheus/alertmanager/pkg/labels"
	"github.com/prometheus/common/model"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// routes compares the root route and its children.
func (o *observer) routes() {
	o.rootRoute()
	taken := make([]bool, len(o.root.Routes))
	last, ordered := -1, true
	for i := range o.in.State.Channels {
		channel := &o.in.State.Channels[i]
		if !hasRoute(channel) {
			continue
		}
		j := o.find(channel, taken)
		if j < 0 {
			o.note(channel, "the route is not loaded")
			continue
		}
		taken[j] = true
		ordered = ordered && j > last
		last = j
		o.route(channel, j)
	}
	if !ordered {
		o.drift("the routes are loaded in another order")
	}
	if o.in.State.Stack.SelfMonitoring {
		silent := &spec.Channel{Name: nowhere, Matchers: watchdogMatchers()}
		if j := o.find(silent, taken); j >= 0 {
			taken[j] = true
		} else {
			o.drift("the route of the watchdog is not loaded")
		}
	}
	for j, r := range o.root.Routes {
		if !taken[j] {
			o.drift("a route to receiver %q is loaded but not managed", r.RouteOpts.Receiver)
		}
	}
}

// find is the index of the route that leads to the channel, preferring the one
// that has its matchers; -1 if there is none.
func (o *observer) find(channel *spec.Channel, taken []bool) int {
	wanted := matchersOf(channel.Matchers)
	found := -1
	for j, r := range o.root.Routes {
		if taken[j] || r.RouteOpts.Receiver != channel.Name {
			continue
		}
		if slices.Equal(texts(r.Matchers), wanted) {
			return j
		}
		if found < 0 {
			found = j
		}
	}
	return found
}

// rootRoute compares the receiver of what no route takes.
func (o *observer) rootRoute() {
	wanted := &spec.Channel{Name: nowhere}
	if i := slices.IndexFunc(o.in.State.Channels, func(c spec.Channel) bool { return c.Default }); i >= 0 {
		wanted = &o.in.State.Channels[i]
	}
	have := o.root.RouteOpts.Receiver
	if have != wanted.Name {
		o.drift("the root route leads to %q, wanted %q", have, wanted.Name)
		if lost := o.observed(wanted.Name); lost != nil {
			lost.Default = false
		}
		if got := o.observed(have); got != nil {
			got.Default = true
		}
		return
	}
	observed := o.observed(wanted.Name)
	if observed == nil {
		return
	}
	if !hasRoute(wanted) {
		options(observed, wanted, &o.root.RouteOpts)
		return
	}
	copied := *wanted
	if options(&copied, wanted, &o.root.RouteOpts) {
		o.note(wanted, "the root route was changed")
	}
}

// route writes what runs into the channel's attributes.
func (o *observer) route(channel *spec.Channel, j int) {
	observed := o.observed(channel.Name)
	if observed == nil {
		return
	}
	have, raw := o.root.Routes[j], o.config.Route.Routes[j]
	if running := texts(have.Matchers); !slices.Equal(running, matchersOf(channel.Matchers)) {
		observed.Matchers = running
	}
	if channel.Continue != have.Continue {
		observed.Continue = have.Continue
	}
	options(observed, channel, &have.RouteOpts)
	if len(raw.Routes) > 0 {
		o.note(channel, "routes below its route are loaded but not managed")
	}
	if len(raw.MuteTimeIntervals)+len(raw.ActiveTimeIntervals) > 0 {
		o.note(channel, "time intervals of its route are loaded but not managed")
	}
}

// options compares grouping and timing and tells whether any differs.
func options(observed, wanted *spec.Channel, have *dispatch.RouteOpts) bool {
	differs := false
	running := groupBy(have)
	if !slices.Equal(slices.Sorted(slices.Values(wanted.GroupBy)), running) {
		observed.GroupBy, differs = running, true
	}
	for _, d := range []struct {
		observed *string
		fallback string
		have     time.Duration
	}{
		{&observed.GroupWait, defaultGroupWait, have.GroupWait},
		{&observed.GroupInterval, defaultGroupInterval, have.GroupInterval},
		{&observed.RepeatInterval, defaultRepeatInterval, have.RepeatInterval},
	} {
		if want, err := model.ParseDuration(cmp.Or(*d.observed, d.fallback)); err != nil || time.Duration(want) != d.have {
			*d.observed, differs = model.Duration(d.have).String(), true
		}
	}
	return differs
}

// groupBy lists the labels that a route groups by, sorted; "..." is all.
func groupBy(have *dispatch.RouteOpts) []string {
	if have.GroupByAll {
		return []string{"..."}
	}
	names := make([]string, 0, len(have.GroupBy))
	for _, name := range slices.Sorted(maps.Keys(have.GroupBy)) {
		names = append(names, string(name))
	}
	return names
}

// matchersOf is the canonical form of matchers, in which equal meaning is
// equal text. What does not parse stays as it is.
func matchersOf(written []string) []string {
	var all labels.Matchers
	for _, text := range written {
		parsed, err := compat.Matchers(text, "channel")
		if err != nil {
			return written
		}
		all = append(all, parsed...)
	}
	return texts(all)
}

func texts(matchers labels.Matchers) []string {
	written := make([]string, len(matchers))
	for i, m := range matchers {
		written[i] = m.String()
	}
	slices.Sort(written)
	return written
}
