package spec

import (
	"cmp"
	"slices"
)

// route is a channel as Alertmanager walks it.
type route struct {
	channel *Channel
	// matchers are canonical, sorted, each once.
	matchers []string
}

// routesOf lists the routes in the order in which Alertmanager tries them. A
// default channel without matchers has no route: it is what the root of the
// tree falls back to. Channels with matchers that do not parse are left out;
// they are reported on their own.
func routesOf(channels []Channel) []route {
	var routes []route
	for i := range channels {
		c := &channels[i]
		set, ok := matcherSet(c.Matchers)
		if !ok || c.IsFallback() {
			continue
		}
		routes = append(routes, route{channel: c, matchers: set})
	}
	slices.SortStableFunc(routes, func(a, b route) int {
		return cmp.Or(cmp.Compare(a.channel.Order, b.channel.Order), cmp.Compare(a.channel.Name, b.channel.Name))
	})
	return routes
}

// IsFallback tells whether the channel only receives what no route takes, so
// that it needs no route of its own.
func (c *Channel) IsFallback() bool { return c.Default && len(c.Matchers) == 0 }

// routes finds channels that no alert can reach.
func (p *problems) routes(channels []Channel) {
	routes := routesOf(channels)
	var catchAll *Channel
	if i := slices.IndexFunc(routes, func(r route) bool { return len(r.matchers) == 0 }); i >= 0 {
		catchAll = routes[i].channel
	}
	for i, later := range routes {
		if later.channel.Default && catchAll == nil {
			continue // it still receives what no route takes
		}
		// Pairwise is fast enough: a thousand channels compare in milliseconds.
		hides := func(earlier route) bool { return !earlier.channel.Continue && earlier.covers(later) }
		if at := slices.IndexFunc(routes[:i], hides); at >= 0 {
			p.add(later.channel, "matchers", "Narrow the matchers of the earlier channel, set continue on it, or give this one a lower order.",
				"channel %s receives nothing because channel %s comes before it and takes every alert that matches",
				quote(later.channel.Name), quote(routes[at].channel.Name))
		}
	}
	for i := range channels {
		if c := &channels[i]; catchAll != nil && c.IsFallback() {
			p.add(c, "default", "Give the other channel matchers, or remove one of the two.",
				"default channel %s receives nothing because channel %s takes every alert", quote(c.Name), quote(catchAll.Name))
		}
	}
}

// covers tells whether every alert that matches other also matches r: r
// demands nothing that other does not.
func (r route) covers(other route) bool {
	for _, m := range r.matchers {
		if _, found := slices.BinarySearch(other.matchers, m); !found {
			return false
		}
	}
	return true
}
