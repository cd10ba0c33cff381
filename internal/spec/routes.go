package spec

import "slices"

// routes finds routes that no alert can reach, and those whose parents lead in
// a circle.
func (p *problems) routes(s *State) {
	root := s.RouteTree()
	p.siblings(root, demands{}, true)
	p.circles(s.Routes)
	catchAll := slices.IndexFunc(root.Children, func(n *RouteNode) bool { return n.Matchers != nil && len(n.Matchers) == 0 })
	fallback := s.DefaultChannel()
	if catchAll >= 0 && fallback != nil && fallback.Default && len(fallback.Matchers) == 0 {
		p.add(fallback, "default", "Give the other matchers, or remove one of the two.",
			"default channel %s receives nothing because %s takes every alert", quote(fallback.Name), root.Children[catchAll].described())
	}
}

// described names a route or a channel in a sentence.
func (n *RouteNode) described() string {
	noun := "route "
	if n.Object.Kind() == KindChannel {
		noun = "channel "
	}
	return noun + quote(n.Object.ObjectName())
}

// candidate is a route beside its siblings, with what reaches it.
type candidate struct {
	*RouteNode
	// own is what the route demands, all what its ancestors demand as well.
	own, all demands
}

// siblings compares the children of a node, and those of each below it. within
// is what reaches the node. Routes with matchers that do not parse are left
// out; they are reported on their own.
func (p *problems) siblings(parent *RouteNode, within demands, top bool) {
	candidates := make([]candidate, 0, len(parent.Children))
	for _, n := range parent.Children {
		own, ok := parseDemands(n.Matchers)
		if !ok {
			continue
		}
		c := candidate{n, own, own.and(within)}
		if !top && c.all.contradict() {
			p.add(n.Object, "matchers", "Correct the matchers, or give the route another parent.",
				"%s receives nothing because its matchers contradict those of %s, below which it lies", n.described(), parent.described())
		}
		candidates = append(candidates, c)
		p.siblings(n, c.all, false)
	}
	catchAll := top && slices.ContainsFunc(candidates, func(c candidate) bool { return len(c.own.matchers) == 0 })
	for i, later := range candidates {
		if later.Fallback && !catchAll {
			continue // it still receives what no route takes
		}
		// Pairwise is fast enough: a thousand routes compare in milliseconds.
		if at := slices.IndexFunc(candidates[:i], func(earlier candidate) bool { return earlier.hides(later) }); at >= 0 {
			p.add(later.Object, "matchers", "Narrow the matchers of the earlier one, set continue on it, or give this one a lower order.",
				"%s receives nothing because %s comes before it and takes every alert that matches", later.described(), candidates[at].described())
		}
	}
}

// hides tells whether nothing that fits gets past c to a later sibling.
func (c candidate) hides(later candidate) bool { return !c.Continue && c.own.cover(later.all) }

// circles finds routes that are their own ancestors. One that is its own parent
// is reported on its own.
func (p *problems) circles(routes []Route) {
	parents := make(map[string]string, len(routes))
	for _, r := range routes {
		parents[r.Name] = r.Parent
	}
	for i := range routes {
		r := &routes[i]
		var between []string
		at := r.Parent
		for at != "" && at != r.Name && len(between) < len(routes) {
			between = append(between, at)
			at = parents[at]
		}
		if at == r.Name && len(between) > 0 {
			p.add(r, "parent", "Leave parent out of one of them: it becomes a route at the top.",
				"route %s is its own ancestor, by way of %s", quote(r.Name), enumerate(between))
		}
	}
}
