package spec

import (
	"cmp"
	"slices"
)

// State is the whole desired state of one stack: all fragments, merged.
type State struct {
	Stack      Stack       `json:"stack"`
	ScrapeJobs []ScrapeJob `json:"scrape_jobs"`
	AlertRules []AlertRule `json:"alert_rules"`
	Channels   []Channel   `json:"notification_channels"`
}

// Sort puts the fragments into the one order in which they are rendered:
// explicit order first, then name. The order in which they were created
// leaves no trace.
func (s *State) Sort() {
	slices.SortFunc(s.ScrapeJobs, func(a, b ScrapeJob) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(s.AlertRules, func(a, b AlertRule) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Order, b.Order), cmp.Compare(a.Name, b.Name))
	})
	slices.SortFunc(s.Channels, func(a, b Channel) int {
		return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.Name, b.Name))
	})
}

// Objects lists every object but the stack itself, in render order.
func (s *State) Objects() []Object {
	objects := make([]Object, 0, len(s.ScrapeJobs)+len(s.AlertRules)+len(s.Channels))
	for i := range s.ScrapeJobs {
		objects = append(objects, &s.ScrapeJobs[i])
	}
	for i := range s.AlertRules {
		objects = append(objects, &s.AlertRules[i])
	}
	for i := range s.Channels {
		objects = append(objects, &s.Channels[i])
	}
	return objects
}

// New returns an empty object of the kind, for decoding; nil for an unknown kind.
func New(kind Kind) Object {
	switch kind {
	case KindStack:
		return &Stack{}
	case KindScrapeJob:
		return &ScrapeJob{}
	case KindAlertRule:
		return &AlertRule{}
	case KindChannel:
		return &Channel{}
	}
	return nil
}

// Get returns the object of that kind and name, nil if there is none. The
// pointer leads into the state.
func (s *State) Get(kind Kind, name string) Object {
	if kind == KindStack && s.Stack.Name == name {
		return &s.Stack
	}
	for _, o := range s.Objects() {
		if o.Kind() == kind && o.ObjectName() == name {
			return o
		}
	}
	return nil
}

// Add appends an object that the state does not have yet. Call Sort when all are added.
func (s *State) Add(object Object) {
	switch o := object.(type) {
	case *Stack:
		s.Stack = *o
	case *ScrapeJob:
		s.ScrapeJobs = append(s.ScrapeJobs, *o)
	case *AlertRule:
		s.AlertRules = append(s.AlertRules, *o)
	case *Channel:
		s.Channels = append(s.Channels, *o)
	}
}

// Put adds the object or replaces the one of the same kind and name, and keeps the order.
func (s *State) Put(object Object) {
	switch o := object.(type) {
	case *Stack:
		s.Stack = *o
	case *ScrapeJob:
		s.ScrapeJobs = put(s.ScrapeJobs, *o, func(x ScrapeJob) string { return x.Name })
	case *AlertRule:
		s.AlertRules = put(s.AlertRules, *o, func(x AlertRule) string { return x.Name })
	case *Channel:
		s.Channels = put(s.Channels, *o, func(x Channel) string { return x.Name })
	}
	s.Sort()
}

// Delete removes the object of that kind and name, if there is one. A stack is
// not removed this way.
func (s *State) Delete(kind Kind, name string) {
	switch kind {
	case KindScrapeJob:
		s.ScrapeJobs = slices.DeleteFunc(s.ScrapeJobs, func(x ScrapeJob) bool { return x.Name == name })
	case KindAlertRule:
		s.AlertRules = slices.DeleteFunc(s.AlertRules, func(x AlertRule) bool { return x.Name == name })
	case KindChannel:
		s.Channels = slices.DeleteFunc(s.Channels, func(x Channel) bool { return x.Name == name })
	case KindStack:
	}
}

// Clone copies the state so that Put and Delete on one leave the other alone.
func (s *State) Clone() State {
	c := *s
	c.ScrapeJobs = slices.Clone(s.ScrapeJobs)
	c.AlertRules = slices.Clone(s.AlertRules)
	c.Channels = slices.Clone(s.Channels)
	return c
}

func put[T any](list []T, item T, name func(T) string) []T {
	if i := slices.IndexFunc(list, func(x T) bool { return name(x) == name(item) }); i >= 0 {
		list[i] = item
		return list
	}
	return append(list, item)
}
