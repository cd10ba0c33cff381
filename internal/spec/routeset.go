package spec

import (
	"cmp"
	"slices"
)

// RouteSet checks routes one after the other, as a plan comes to know them. It
// does not know those of others, so what it finds wrong is wrong. The zero value
// is empty.
type RouteSet struct {
	nodes map[identity]candidate
	// parents maps route to parent.
	parents map[string]string
	// policies are those that take alerts over at once.
	policies map[identity]taker
}

// Add notes a route, or a channel with its own, and returns why it receives
// nothing, or why one that was noted before does not because of it. It notes
// policies, too. What it is given must be complete: nothing about it may be
// unknown. Adding it again replaces it.
func (s *RouteSet) Add(object Object) FieldErrors {
	if s.nodes == nil {
		s.nodes, s.parents, s.policies = map[identity]candidate{}, map[string]string{}, map[identity]taker{}
	}
	delete(s.nodes, identityOf(object))
	delete(s.policies, identityOf(object))
	if p, ok := object.(*EscalationPolicy); ok {
		// The stack may not be known; if it monitors itself, policies take less.
		if t, ok := takerOf(p, true); ok {
			s.policies[identityOf(p)] = t
		}
	}
	n := routeOf(object)
	if r, ok := object.(*Route); ok {
		s.parents[r.Name] = r.Parent
		if between := circle(r, s.parents, len(s.parents)); len(between) > 0 {
			return FieldErrors{ownAncestor(between)}
		}
	}
	own, ok := demands{}, n != nil
	if ok {
		own, ok = parseDemands(n.Matchers)
	}
	if !ok {
		return nil
	}
	added := candidate{RouteNode: n, own: own, all: own}
	for parent := s.parentOf(object); parent != nil; parent = s.parentOf(parent.Object) {
		added.all = added.all.and(parent.own)
		if added.all.contradict() {
			return FieldErrors{contradiction(parent.Object)}
		}
	}
	s.nodes[identityOf(object)] = added
	return s.beside(added)
}

// beside compares a route with its siblings.
func (s *RouteSet) beside(added candidate) FieldErrors {
	for _, other := range s.nodes {
		if other.Object == added.Object || parentName(other.Object) != parentName(added.Object) {
			continue
		}
		earlier, later := added, other
		if bySequence(other.RouteNode, added.RouteNode) < 0 {
			earlier, later = other, added
		}
		// A default channel still receives what no route takes.
		if !later.Fallback && earlier.hides(later) {
			if later.Object == added.Object {
				return FieldErrors{hiddenBy(earlier.Object)}
			}
			return FieldErrors{hiding(later.Object)}
		}
	}
	return nil
}

// Takeovers warns of those that an object has part in, which has been added, if
// it or the other one changes.
func (s *RouteSet) Takeovers(object Object, changes func(Object) bool) FieldErrors {
	var found []takeover
	try := func(t taker, c candidate) {
		parent := s.parentOf(c.Object)
		below := parent != nil && t.empties(*parent)
		if t.empties(c) && !below && (changes(t.EscalationPolicy) || changes(c.Object)) {
			found = append(found, takeover{t.EscalationPolicy, c.Object})
		}
	}
	if t, ok := s.policies[identityOf(object)]; ok {
		for _, c := range s.nodes {
			try(t, c)
		}
	}
	if c, ok := s.nodes[identityOf(object)]; ok {
		for _, t := range s.policies {
			try(t, c)
		}
	}
	slices.SortFunc(found, func(a, b takeover) int {
		return cmp.Or(cmp.Compare(a.by.Name, b.by.Name), cmp.Compare(routeNamed(a.route), routeNamed(b.route)))
	})
	var errs FieldErrors
	errs.takenOver(object, found)
	return errs
}

// parentOf is the parent of a route, nil if it is not known or the route is at
// the top.
func (s *RouteSet) parentOf(object Object) *candidate {
	parent, ok := s.nodes[identity{KindRoute, parentName(object)}]
	if !ok {
		return nil
	}
	return &parent
}

// routeOf is the route that an object makes; nil if it makes none.
func routeOf(object Object) *RouteNode {
	switch o := object.(type) {
	case *Route:
		return nodeOf(o)
	case *Channel:
		return ownRoute(o, o.Default)
	}
	return nil
}

func parentName(object Object) string {
	if r, ok := object.(*Route); ok {
		return r.Parent
	}
	return ""
}
