package alertmanager

import (
	"cmp"
	"maps"
	"slices"
	"time"

	upstream "github.com/prometheus/alertmanager/config"
	"github.com/prometheus/alertmanager/dispatch"
	"github.com/prometheus/alertmanager/matcher/compat"
	"github.com/prometheus/alertmanager/pkg/labels"
	"github.com/prometheus/common/model"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// running is a route as it works and as it was written.
type runningRoute struct {
	*dispatch.Route
	raw *upstream.Route
}

// routes compares the routing tree.
func (o *observer) routes() {
	wanted := routeTree(&o.in.State, o.fallbacks)
	have := runningRoute{o.root, o.config.Route}
	o.rootRoute(&wanted, have)
	o.children(&wanted, have, "")
}

// rootRoute compares what becomes of alerts that no route takes.
func (o *observer) rootRoute(wanted *route, have runningRoute) {
	if receiver := have.RouteOpts.Receiver; receiver != wanted.Receiver {
		o.drift("the root route leads to %q, wanted %q", receiver, wanted.Receiver)
		if name := &o.Observed.Stack.Alertmanager.DefaultChannel; *name != "" {
			*name = receiver
			return
		}
		if lost := o.observed(wanted.Receiver); lost != nil {
			lost.Default = false
		}
		if got := o.observed(receiver); got != nil {
			got.Default = true
		}
		return
	}
	// A default channel without a route of its own has the root's options.
	ownRoute := func(r route) bool { return r.Receiver == wanted.Receiver && r.origin == wanted.origin }
	shows := settings{}
	if wanted.origin != nil && !slices.ContainsFunc(wanted.Routes, ownRoute) {
		shows = o.settingsOf(wanted.origin)
	}
	if !shows.options(wanted, have) {
		o.note(wanted.origin, "the root route was changed")
	}
}

// children compares the routes below one that was found; where says of which,
// empty for those at the top.
func (o *observer) children(parent *route, have runningRoute, where string) {
	holder := parent.origin
	if where == "" {
		holder = nil
	}
	found := assign(parent.Routes, have)
	if seen := slices.DeleteFunc(slices.Clone(found), func(j int) bool { return j < 0 }); !slices.IsSorted(seen) {
		o.note(holder, "the routes%s are loaded in another order", where)
	}
	for i := range parent.Routes {
		wanted := &parent.Routes[i]
		if j := found[i]; j >= 0 {
			child := runningRoute{have.Routes[j], have.raw.Routes[j]}
			o.route(wanted, child)
			o.children(wanted, child, " below it")
		} else {
			o.missing(wanted)
		}
	}
	for j, r := range have.Routes {
		if !slices.Contains(found, j) {
			o.note(holder, "a route to receiver %q%s is loaded but not managed", r.RouteOpts.Receiver, where)
		}
	}
}

// missing notes that a route is not there, nor any below it.
func (o *observer) missing(wanted *route) {
	o.note(wanted.origin, "%s is not loaded", wanted.name())
	for i := range wanted.Routes {
		o.missing(&wanted.Routes[i])
	}
}

func (r *route) name() string { return cmp.Or(r.title, "the route") }

// assign finds the route that runs for each wanted one, -1 for none: the same
// receiver and matchers first, then the same receiver, and last the same
// matchers for what is not a channel's own. Routes of the stack are found as
// they are or not at all.
func assign(wanted []route, have runningRoute) []int {
	found := slices.Repeat([]int{-1}, len(wanted))
	for _, alike := range []func(*route, *dispatch.Route) bool{
		func(w *route, h *dispatch.Route) bool { return w.Receiver == h.RouteOpts.Receiver && w.matches(h) },
		func(w *route, h *dispatch.Route) bool { return w.origin != nil && w.Receiver == h.RouteOpts.Receiver },
		func(w *route, h *dispatch.Route) bool {
			_, leads := w.origin.(*spec.Route)
			return leads && w.matches(h)
		},
	} {
		for i := range wanted {
			for j := 0; j < len(have.Routes) && found[i] < 0; j++ {
				if !slices.Contains(found, j) && alike(&wanted[i], have.Routes[j]) {
					found[i] = j
				}
			}
		}
	}
	return found
}

func (r *route) matches(have *dispatch.Route) bool {
	return slices.Equal(texts(have.Matchers), matchersOf(r.Matchers))
}

// route writes what runs into the object's attributes, and notes what no
// attribute shows.
func (o *observer) route(wanted *route, have runningRoute) {
	shows := o.settingsOf(wanted.origin)
	same := shows.options(wanted, have)
	if !wanted.matches(have.Route) {
		same = put(shows.matchers, texts(have.Matchers)) && same
	}
	if wanted.Continue != have.Continue {
		same = put(shows.goOn, have.Continue) && same
	}
	if wanted.Receiver != have.RouteOpts.Receiver {
		same = put(shows.receiver, have.RouteOpts.Receiver) && same
	}
	if running := have.RouteOpts.MuteTimeIntervals; !sameNames(wanted.MuteWindows, running) {
		same = put(shows.mute, append([]string{}, running...)) && same
	}
	if running := have.RouteOpts.ActiveTimeIntervals; !sameNames(wanted.ActiveWindows, running) {
		same = put(shows.active, append([]string{}, running...)) && same
	}
	if !same {
		o.note(wanted.origin, "%s was changed", wanted.name())
	}
}

// sameNames tells whether two lists have the same elements.
func sameNames(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// settings are the attributes of an observed object in which its route shows;
// nil where it does not.
type settings struct {
	receiver               *string
	matchers, groupBy      *[]string
	mute, active           *[]string
	wait, interval, repeat *string
	goOn                   *bool
}

// settingsOf finds the attributes of the observed object.
func (o *observer) settingsOf(object spec.Object) settings {
	if object == nil {
		return settings{}
	}
	switch seen := o.Observed.Get(object.Kind(), object.ObjectName()).(type) {
	case *spec.Channel:
		return settings{
			matchers: &seen.Matchers, groupBy: &seen.GroupBy, goOn: &seen.Continue,
			wait: &seen.GroupWait, interval: &seen.GroupInterval, repeat: &seen.RepeatInterval,
		}
	case *spec.Route:
		return settings{
			receiver: &seen.Channel, mute: &seen.MuteWindows, active: &seen.ActiveWindows, matchers: &seen.Matchers, groupBy: &seen.GroupBy, goOn: &seen.Continue,
			wait: &seen.GroupWait, interval: &seen.GroupInterval, repeat: &seen.RepeatInterval,
		}
	}
	return settings{}
}

// put sets an attribute, and is false if there is none that could show the value.
func put[T any](attribute *T, value T) bool {
	if attribute == nil {
		return false
	}
	*attribute = value
	return true
}

// options compares grouping and timing. It is false if they differ and no
// attribute shows it.
func (s settings) options(wanted *route, have runningRoute) bool {
	shown := true
	if running := groupBy(&have.RouteOpts); !sameNames(wanted.GroupBy, running) {
		shown = put(s.groupBy, running)
	}
	for _, d := range []struct {
		attribute *string
		wanted    string
		have      time.Duration
	}{
		{s.wait, wanted.GroupWait, have.RouteOpts.GroupWait},
		{s.interval, wanted.GroupInterval, have.RouteOpts.GroupInterval},
		{s.repeat, wanted.RepeatInterval, have.RouteOpts.RepeatInterval},
	} {
		if want, err := spec.ParseDuration(d.wanted); err != nil || want != d.have {
			shown = put(d.attribute, model.Duration(d.have).String()) && shown
		}
	}
	return shown
}

// groupBy lists the labels that a route groups by, sorted; "..." is all.
func groupBy(have *dispatch.RouteOpts) []string {
	if have.GroupByAll {
		return []string{spec.GroupByAll}
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
