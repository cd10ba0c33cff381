package api

import (
	"encoding/json"
	"fmt"
	"net/url"
	"time"
)

// PathRouting answers whom an alert would reach.
const PathRouting = "/v1/stacks/{stack}/routing"

// RoutingURL is where a stack's routing is asked.
func RoutingURL(stack string) string { return StackURL(stack) + "/routing" }

// RoutingQuery is an alert of which to tell whom it would reach.
type RoutingQuery struct {
	// Labels are those that Alertmanager gets, the external labels of
	// Prometheus included.
	Labels map[string]string
	// At is the time of its notification; zero means now.
	At time.Time
}

// Values are the query as parameters of a request.
func (q RoutingQuery) Values() (url.Values, error) {
	text, err := json.Marshal(q.Labels)
	if err != nil {
		return nil, err
	}
	values := url.Values{"labels": {string(text)}}
	if !q.At.IsZero() {
		values.Set("at", q.At.UTC().Format(time.RFC3339Nano))
	}
	return values, nil
}

// ParseRoutingQuery reads the parameters of a request.
func ParseRoutingQuery(values url.Values) (RoutingQuery, error) {
	var q RoutingQuery
	if err := json.Unmarshal([]byte(values.Get("labels")), &q.Labels); err != nil {
		return q, fmt.Errorf("labels are %q, not a JSON object of texts", values.Get("labels"))
	}
	if text := values.Get("at"); text != "" {
		var err error
		if q.At, err = time.Parse(time.RFC3339Nano, text); err != nil {
			return q, fmt.Errorf("at is %q, not a time in RFC 3339", text)
		}
	}
	return q, nil
}

// RoutingResult answers GET PathRouting.
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
