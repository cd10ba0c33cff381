package spec

import (
	"fmt"
	"slices"
)

// KindRoute is the kind of Route.
const KindRoute Kind = "route"

// Route leads alerts to a channel. The routes of a stack and the matchers of
// its channels together are one tree (see State.RouteTree).
type Route struct {
	Stack string `json:"stack"`
	// Name is the identity within the stack.
	Name string `json:"name"`
	// Channel receives what fits and no child takes; empty means the parent's.
	Channel string `json:"channel,omitempty"`
	// Matchers in Alertmanager syntax; all must match, none matches everything
	// that reaches the parent.
	Matchers []string `json:"matchers"`
	// Parent is the route below which this one lies; empty for the top.
	Parent string `json:"parent,omitempty"`
	// Order sorts siblings before their names do; default 0.
	Order int64 `json:"order"`
	// Continue lets later siblings see the alert as well.
	Continue bool `json:"continue"`
	// GroupBy is nil, and the durations are empty, for the parent's; at the top
	// for Alertmanager's own: one group, 30s, 5m, 4h.
	GroupBy        []string `json:"group_by,omitzero"`
	GroupWait      string   `json:"group_wait,omitempty"`
	GroupInterval  string   `json:"group_interval,omitempty"`
	RepeatInterval string   `json:"repeat_interval,omitempty"`
	// MuteWindows are those within which the route does not notify,
	// ActiveWindows, if there are any, those outside of which it does not. What
	// it takes it takes all the same. Children do not inherit them.
	MuteWindows   []string `json:"mute_windows"`
	ActiveWindows []string `json:"active_windows"`
}

// Kind implements Object.
func (*Route) Kind() Kind { return KindRoute }

// StackName implements Object.
func (r *Route) StackName() string { return r.Stack }

// ObjectName implements Object.
func (r *Route) ObjectName() string { return r.Name }

// Secrets implements Object: a route has none.
func (*Route) Secrets() map[string]*Secret { return nil }

// References implements Referrer.
func (r *Route) References() []Reference {
	references := []Reference{
		{Path: "channel", Kind: KindChannel, Name: &r.Channel},
		{Path: "parent", Kind: KindRoute, Name: &r.Parent},
	}
	references = append(references, referencesIn("mute_windows", KindMuteWindow, r.MuteWindows)...)
	return append(references, referencesIn("active_windows", KindMuteWindow, r.ActiveWindows)...)
}

func (r *Route) withDefaults() {
	fillList(&r.Matchers)
	fillList(&r.MuteWindows)
	fillList(&r.ActiveWindows)
}

// Validate implements Object.
func (r *Route) Validate() FieldErrors {
	var errs FieldErrors
	errs.stackName("stack", r.Stack)
	errs.name("a route", r.Name)
	errs.references(r)
	if r.Channel == "" && r.Parent == "" {
		errs.Add("channel", "Name a channel, best as opp_notification_channel.NAME.name.", "it leads nowhere: it has neither a channel nor a parent whose channel it could share")
	}
	if r.Parent != "" && r.Parent == r.Name {
		errs.Add("parent", "Name another route, or leave parent out.", "it cannot be its own parent")
	}
	errs.matchers("matchers", r.Matchers)
	errs.grouping(r.GroupBy, r.GroupWait, r.GroupInterval, r.RepeatInterval)
	errs.windows(r)
	return errs
}

func (e *FieldErrors) windows(r *Route) {
	e.eachOnce("mute_windows", r.MuteWindows)
	e.eachOnce("active_windows", r.ActiveWindows)
	for i, name := range r.ActiveWindows {
		if slices.Contains(r.MuteWindows, name) {
			e.Add(fmt.Sprintf("active_windows[%d]", i), "Remove it from one of the two lists.",
				"it would never notify: %s is among its mute_windows too", quote(name))
		}
	}
}

// eachOnce checks a list of names of other objects.
func (e *FieldErrors) eachOnce(path string, names []string) {
	for i, name := range names {
		at := fmt.Sprintf("%s[%d]", path, i)
		if name == "" {
			e.Add(at, "Give a name, or remove the element.", "%s is empty", at)
		} else if slices.Contains(names[:i], name) {
			e.Add(at, "List every name once.", "%s is listed twice", quote(name))
		}
	}
}
