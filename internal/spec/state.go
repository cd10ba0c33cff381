package spec

import (
	"cmp"
	"slices"
)

// State is the whole desired state of one stack: all fragments, merged.
type State struct {
	Stack         Stack          `json:"stack"`
	ScrapeJobs    []ScrapeJob    `json:"scrape_jobs"`
	AlertRules    []AlertRule    `json:"alert_rules"`
	Channels      []Channel      `json:"notification_channels"`
	Routes        []Route        `json:"routes"`
	MuteWindows   []MuteWindow   `json:"mute_windows"`
	Correlations  []Correlation  `json:"correlations"`
	Dashboards    []Dashboard    `json:"dashboards"`
	LogSources    []LogSource    `json:"log_sources"`
	LogRetentions []LogRetention `json:"log_retentions"`

	EscalationPolicies []EscalationPolicy `json:"escalation_policies"`
	Silences           []Silence          `json:"silences"`

	NotificationTemplates []NotificationTemplate `json:"notification_templates"`
}

// collections lists the fragments of every kind, in the order in which they are
// rendered: explicit order first, then name, so that the order in which they
// were created leaves no trace. A new kind is a line here.
func (s *State) collections() []collection {
	return []collection{
		list(&s.ScrapeJobs, byName),
		list(&s.AlertRules, func(a, b *AlertRule) int {
			return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Order, b.Order), byName(a, b))
		}),
		list(&s.Channels, func(a, b *Channel) int { return cmp.Or(cmp.Compare(a.Order, b.Order), byName(a, b)) }),
		list(&s.Routes, func(a, b *Route) int { return cmp.Or(cmp.Compare(a.Order, b.Order), byName(a, b)) }),
		list(&s.MuteWindows, byName),
		list(&s.Correlations, byName),
		list(&s.Dashboards, byName),
		list(&s.LogSources, byName),
		list(&s.LogRetentions, byPriority),
		list(&s.EscalationPolicies, byName),
		list(&s.Silences, byName),
		list(&s.NotificationTemplates, byName),
	}
}

// Sort puts the fragments into the one order in which they are rendered.
func (s *State) Sort() {
	for _, c := range s.collections() {
		c.sort()
	}
}

// Objects lists every object but the stack itself, in render order.
func (s *State) Objects() []Object {
	var objects []Object
	for _, c := range s.collections() {
		objects = c.objects(objects)
	}
	return objects
}

// Kinds lists the kinds of fragments, in render order.
func Kinds() []Kind {
	var kinds []Kind
	for _, c := range new(State).collections() {
		kinds = append(kinds, c.blank().Kind())
	}
	return kinds
}

// New returns an empty object of the kind, for decoding; nil for an unknown kind.
func New(kind Kind) Object {
	if kind == KindStack {
		return &Stack{}
	}
	if c := new(State).of(kind); c != nil {
		return c.blank()
	}
	return nil
}

// Get returns the object of that kind and name, nil if there is none. The
// pointer leads into the state.
func (s *State) Get(kind Kind, name string) Object {
	if kind == KindStack && s.Stack.Name == name {
		return &s.Stack
	}
	if c := s.of(kind); c != nil {
		return c.get(name)
	}
	return nil
}

// Add appends an object that the state does not have yet. Call Sort when all are added.
func (s *State) Add(object Object) {
	if stack, ok := object.(*Stack); ok {
		s.Stack = *stack
		return
	}
	s.of(object.Kind()).add(object)
}

// Put adds the object or replaces the one of the same kind and name, and keeps the order.
func (s *State) Put(object Object) {
	if stack, ok := object.(*Stack); ok {
		s.Stack = *stack
		return
	}
	c := s.of(object.Kind())
	c.put(object)
	c.sort()
}

// Delete removes the object of that kind and name, if there is one. A stack is
// not removed this way.
func (s *State) Delete(kind Kind, name string) {
	if c := s.of(kind); c != nil {
		c.delete(name)
	}
}

// Clone copies the state so that Put and Delete on one leave the other alone.
func (s *State) Clone() State {
	c := *s
	for _, fragments := range c.collections() {
		fragments.detach()
	}
	return c
}

// of is the collection of a kind; nil for the stack and for unknown kinds.
func (s *State) of(kind Kind) collection {
	all := s.collections()
	if i := slices.IndexFunc(all, func(c collection) bool { return c.blank().Kind() == kind }); i >= 0 {
		return all[i]
	}
	return nil
}
