package spec

import (
	"fmt"
	"slices"
)

// Unreachable finds routes that no alert can reach. Within one plan that is an
// error. In the desired state it is not: routes change one after the other, and
// when a parent is put in between, say, what lies where passes through states
// that nobody asked for.
func (s *State) Unreachable() []ObjectError {
	var p problems
	root := s.ordinaryRoutes()
	p.siblings(root, candidates(root, demands{}), true)
	catchAll := slices.IndexFunc(root.Children, func(n *RouteNode) bool { return n.Matchers != nil && len(n.Matchers) == 0 })
	fallback := s.DefaultChannel()
	if catchAll >= 0 && fallback != nil && fallback.Default && len(fallback.Matchers) == 0 {
		p.add(fallback, "default", "Give the other matchers, or remove one of the two.",
			"it receives nothing because %s takes every alert", routeNamed(root.Children[catchAll].Object))
	}
	return p
}

// candidate is a route beside its siblings, with what reaches it.
type candidate struct {
	*RouteNode
	// own is what the route demands, all what its ancestors demand as well.
	own, all demands
	// below are its children.
	below []candidate
}

// candidates are the children of a node; within is what reaches the node. Routes
// with matchers that do not parse are left out; they are reported on their own.
func candidates(parent *RouteNode, within demands) []candidate {
	list := make([]candidate, 0, len(parent.Children))
	for _, n := range parent.Children {
		if own, ok := parseDemands(n.Matchers); ok {
			all := own.and(within)
			list = append(list, candidate{n, own, all, candidates(n, all)})
		}
	}
	return list
}

// siblings compares the children of a node, and those of each below it.
func (p *problems) siblings(parent *RouteNode, candidates []candidate, top bool) {
	for _, c := range candidates {
		if !top && c.all.contradict() {
			p.put(c.Object, contradiction(parent.Object))
		}
		p.siblings(c.RouteNode, c.below, false)
	}
	catchAll := top && slices.ContainsFunc(candidates, func(c candidate) bool { return len(c.own.matchers) == 0 })
	for i, later := range candidates {
		if later.Fallback && !catchAll {
			continue // it still receives what no route takes
		}
		// Pairwise is fast enough: a thousand routes compare in milliseconds.
		if at := slices.IndexFunc(candidates[:i], func(earlier candidate) bool { return earlier.hides(later) }); at >= 0 {
			p.put(later.Object, hiddenBy(candidates[at].Object))
		}
	}
}

// hides tells whether nothing that fits gets past c to a later sibling.
func (c candidate) hides(later candidate) bool { return !c.Continue && c.own.cover(later.all) }

// hiddenBy says that a route receives nothing because of an earlier one.
func hiddenBy(earlier Object) FieldError {
	return FieldError{
		Path: "matchers", Hint: "Narrow the matchers of the earlier one, set continue on it, or give this one a lower order.",
		Message: fmt.Sprintf("it receives nothing because %s comes before it and takes every alert that matches", routeNamed(earlier)),
	}
}

// hiding says that a route leaves nothing to a later one.
func hiding(later Object) FieldError {
	return FieldError{
		Path: "matchers", Hint: "Narrow the matchers, set continue, or give the later one a lower order.",
		Message: fmt.Sprintf("it leaves nothing to %s, because it comes before and takes every alert that matches", routeNamed(later)),
	}
}

// contradiction says that a route receives nothing because of its parent.
func contradiction(parent Object) FieldError {
	return FieldError{
		Path: "matchers", Hint: "Correct the matchers, or give the route another parent.",
		Message: fmt.Sprintf("it receives nothing because its matchers contradict those of %s, below which it lies", routeNamed(parent)),
	}
}

// ownAncestor says that parents lead in a circle.
func ownAncestor(between []string) FieldError {
	return FieldError{
		Path: "parent", Hint: "Leave parent out of one of them: it becomes a route at the top.",
		Message: fmt.Sprintf("it is its own ancestor, by way of %s", enumerate(between)),
	}
}

// routeNamed names a route or a channel in a sentence.
func routeNamed(o Object) string {
	if o.Kind() == KindChannel {
		return "channel " + quote(o.ObjectName())
	}
	return "route " + quote(o.ObjectName())
}

// circles finds routes that are their own ancestors.
func (p *problems) circles(routes []Route) {
	parents := make(map[string]string, len(routes))
	for _, r := range routes {
		parents[r.Name] = r.Parent
	}
	for i := range routes {
		if between := circle(&routes[i], parents, len(routes)); len(between) > 0 {
			p.put(&routes[i], ownAncestor(between))
		}
	}
}

// circle lists the ancestors of a route if they lead back to it within so many
// steps. One that is its own parent is reported on its own.
func circle(r *Route, parents map[string]string, steps int) []string {
	var between []string
	at := r.Parent
	for at != "" && at != r.Name && len(between) < steps {
		between = append(between, at)
		at = parents[at]
	}
	if at != r.Name {
		return nil
	}
	return between
}
