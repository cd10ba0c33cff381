package spec

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
	return []Reference{
		{Path: "channel", Kind: KindChannel, Name: &r.Channel},
		{Path: "parent", Kind: KindRoute, Name: &r.Parent},
	}
}

func (r *Route) withDefaults() { fillList(&r.Matchers) }

// Validate implements Object.
func (r *Route) Validate() FieldErrors {
	var errs FieldErrors
	errs.stackName("stack", r.Stack)
	errs.name("a route", r.Name)
	errs.references(r)
	if r.Channel == "" && r.Parent == "" {
		errs.Add("channel", "Name a channel, best as opp_notification_channel.NAME.name.", "route %s leads nowhere: it has neither a channel nor a parent whose channel it could share", quote(r.Name))
	}
	if r.Parent != "" && r.Parent == r.Name {
		errs.Add("parent", "Name another route, or leave parent out.", "route %s cannot be its own parent", quote(r.Name))
	}
	errs.matchers("matchers", r.Matchers)
	errs.grouping(r.GroupBy, r.GroupWait, r.GroupInterval, r.RepeatInterval)
	return errs
}
