package spec

import (
	"cmp"
	"slices"
)

// Alertmanager's own grouping and timing. They are written out on every route,
// because a child would else inherit those of the default channel.
const (
	defaultGroupWait      = "30s"
	defaultGroupInterval  = "5m"
	defaultRepeatInterval = "4h"
)

// RouteNode is a route as Alertmanager walks it, with what it inherits filled in.
type RouteNode struct {
	// Object is the *Route, *Channel or *EscalationPolicy that the node is made
	// of; nil for a root without default channel.
	Object Object
	// Title is what a node is called that is not the only one of its object;
	// empty for the others.
	Title string
	// Receiver is the name of a channel, or NullReceiver.
	Receiver       string
	Matchers       []string
	GroupBy        []string
	GroupWait      string
	GroupInterval  string
	RepeatInterval string
	Continue       bool
	MuteWindows    []string
	ActiveWindows  []string
	// Fallback is set for the route of the channel that the root leads to.
	Fallback bool
	// Children are in the order in which they are tried.
	Children []*RouteNode
}

// PlainRoute is a route that leads nowhere and groups as Alertmanager does where
// nothing is set.
func PlainRoute() *RouteNode {
	return &RouteNode{
		Receiver: NullReceiver, GroupBy: []string{},
		GroupWait: defaultGroupWait, GroupInterval: defaultGroupInterval, RepeatInterval: defaultRepeatInterval,
	}
}

// DefaultChannel is the channel that receives what no route takes: the one that
// the stack names, else the one that says so itself; nil if there is none.
func (s *State) DefaultChannel() *Channel {
	name := s.Stack.Alertmanager.DefaultChannel
	i := slices.IndexFunc(s.Channels, func(c Channel) bool { return c.Name == name || name == "" && c.Default })
	if i < 0 {
		return nil
	}
	return &s.Channels[i]
}

// RouteTree is the one tree that the routes, channels and escalation policies
// of the state make: its root leads to the default channel; the routes of
// escalation come first, the other children are sorted by order and name.
// Routes whose parents do not lead to the root are left out; Validate reports
// them.
func (s *State) RouteTree() *RouteNode {
	root := s.ordinaryRoutes()
	root.Children = append(s.escalationRoutes(), root.Children...)
	return root
}

// ordinaryRoutes is the tree without escalation.
func (s *State) ordinaryRoutes() *RouteNode {
	plain := PlainRoute()
	children := map[string][]*RouteNode{} // by parent
	for i := range s.Routes {
		r := &s.Routes[i]
		children[r.Parent] = append(children[r.Parent], nodeOf(r))
	}
	root, fallback := PlainRoute(), s.DefaultChannel()
	if fallback != nil {
		root = nodeOfChannel(fallback)
		root.Matchers, root.Continue = nil, false
		root.inherit(plain)
	}
	for i := range s.Channels {
		c := &s.Channels[i]
		if n := ownRoute(c, c == fallback); n != nil {
			children[""] = append(children[""], n)
		}
	}
	// What is not set at the top is Alertmanager's own, never the root's.
	root.Children = grow(plain, "", children)
	return root
}

// ownRoute is the route of a channel's own matchers; nil if it has none. A
// default channel that matches everything is the root alone: as a child it would
// hide the routes after it.
func ownRoute(c *Channel, fallback bool) *RouteNode {
	if c.Matchers == nil || fallback && len(c.Matchers) == 0 {
		return nil
	}
	n := nodeOfChannel(c)
	n.Fallback = fallback
	return n
}

// grow takes the children of a parent out of all, with theirs.
func grow(parent *RouteNode, name string, all map[string][]*RouteNode) []*RouteNode {
	nodes := all[name]
	slices.SortFunc(nodes, bySequence)
	for _, n := range nodes {
		n.inherit(parent)
		if r, ok := n.Object.(*Route); ok {
			n.Children = grow(n, r.Name, all)
		}
	}
	return nodes
}

// bySequence sorts siblings: by order, then by name; between a channel and a
// route of the same name by kind.
func bySequence(a, b *RouteNode) int {
	return cmp.Or(
		cmp.Compare(orderOf(a.Object), orderOf(b.Object)),
		byName(a.Object, b.Object),
		cmp.Compare(a.Object.Kind(), b.Object.Kind()),
	)
}

func orderOf(o Object) int64 {
	switch o := o.(type) {
	case *Route:
		return o.Order
	case *Channel:
		return o.Order
	}
	return 0
}

func nodeOf(r *Route) *RouteNode {
	return &RouteNode{
		Object: r, Receiver: r.Channel, Matchers: r.Matchers, Continue: r.Continue,
		GroupBy: r.GroupBy, GroupWait: r.GroupWait, GroupInterval: r.GroupInterval, RepeatInterval: r.RepeatInterval,
		MuteWindows: r.MuteWindows, ActiveWindows: r.ActiveWindows,
	}
}

func nodeOfChannel(c *Channel) *RouteNode {
	return &RouteNode{
		Object: c, Receiver: c.Name, Matchers: c.Matchers, Continue: c.Continue,
		GroupBy: c.GroupBy, GroupWait: c.GroupWait, GroupInterval: c.GroupInterval, RepeatInterval: c.RepeatInterval,
	}
}

// inherit fills in what the node does not say itself.
func (n *RouteNode) inherit(parent *RouteNode) {
	fill(&n.Receiver, parent.Receiver)
	if n.GroupBy == nil {
		n.GroupBy = parent.GroupBy
	}
	fill(&n.GroupWait, parent.GroupWait)
	fill(&n.GroupInterval, parent.GroupInterval)
	fill(&n.RepeatInterval, parent.RepeatInterval)
}
