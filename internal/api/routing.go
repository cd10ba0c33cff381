package api

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// PathRouting answers whom an alert would reach.
const PathRouting = "/v1/stacks/{stack}/routing"

// RoutingURL is where a stack's routing is asked.
func RoutingURL(stack string) string { return StackURL(stack) + "/routing" }

// RoutingQuery is an alert of which to tell whom it would reach, the body of
// POST PathRouting.
type RoutingQuery struct {
	// Labels are those that Alertmanager gets, the external labels of
	// Prometheus included.
	Labels map[string]string `json:"labels"`
	// At is the time of its notification; zero means now.
	At time.Time `json:"at,omitzero"`
	// Changes are reckoned with as if they had been made. With one that makes
	// the stack, it need not exist.
	Changes []Change `json:"changes,omitempty"`
}

// Change is an object as it is going to be.
type Change struct {
	Kind spec.Kind `json:"kind"`
	Name string    `json:"name"`
	// Object is nil if it is going to be deleted.
	Object spec.Object `json:"object,omitempty"`
}

// UnmarshalJSON decodes the object as what its kind says.
func (c *Change) UnmarshalJSON(data []byte) error {
	var raw struct {
		Kind   spec.Kind       `json:"kind"`
		Name   string          `json:"name"`
		Object json.RawMessage `json:"object"`
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	object := spec.New(raw.Kind)
	if object == nil {
		return fmt.Errorf("there is no kind %q", raw.Kind)
	}
	*c = Change{Kind: raw.Kind, Name: raw.Name}
	if raw.Object == nil {
		return nil
	}
	if err := json.Unmarshal(raw.Object, object); err != nil {
		return fmt.Errorf("cannot read %s %q: %w", raw.Kind.Noun(), raw.Name, err)
	}
	c.Object = object
	return nil
}

// RoutingResult answers POST PathRouting.
type RoutingResult struct {
	// Routes are where the alert goes, in the order in which Alertmanager tries
	// them; empty if nobody is notified. Never nil.
	Routes []NotificationRoute `json:"routes"`
	// EscalatesTo is who hears of it later when nobody reacts, whether or not
	// somebody does at once. Never nil.
	EscalatesTo []EscalationStep `json:"escalates_to"`
	// Warnings are sentences for the user.
	Warnings []string `json:"warnings,omitempty"`
}

// NotificationRoute is one way that an alert takes.
type NotificationRoute struct {
	Channel string `json:"channel"`
	// Route is the name of the route that leads there; empty for a channel's own
	// and for the default channel.
	Route   string   `json:"route,omitempty"`
	GroupBy []string `json:"group_by"`
	// GroupWait, GroupInterval and RepeatInterval are Prometheus durations.
	GroupWait      string `json:"group_wait"`
	GroupInterval  string `json:"group_interval"`
	RepeatInterval string `json:"repeat_interval"`
	// MutedBy are the mute windows because of which it does not notify at that
	// time: those that contain it, or the active ones, none of which does.
	MutedBy []string `json:"muted_by"`
	// InhibitedBy are the correlations that mute the alert now, because another
	// one is firing.
	InhibitedBy []string `json:"inhibited_by"`
}

// EscalationStep is one step of an escalation.
type EscalationStep struct {
	// After is a Prometheus duration, counted from when the alert fires.
	After    string   `json:"after"`
	Channels []string `json:"channels"`
}
