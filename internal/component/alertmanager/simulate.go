package alertmanager

import (
	"context"
	"fmt"
	"slices"
	"time"

	upstream "github.com/prometheus/alertmanager/config"
	"github.com/prometheus/alertmanager/dispatch"
	"github.com/prometheus/alertmanager/pkg/labels"
	"github.com/prometheus/alertmanager/timeinterval"
	"github.com/prometheus/common/model"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Routing implements component.Router. It renders the configuration as for
// Alertmanager and has Alertmanager's own code walk it; the running one is only
// asked what is firing.
func (c *Component) Routing(ctx context.Context, in component.Input, query api.RoutingQuery) (api.RoutingResult, error) {
	tree, cfg, err := walkable(&in.State)
	if err != nil {
		return api.RoutingResult{}, err
	}
	alert := model.LabelSet{}
	for name, value := range query.Labels {
		alert[model.LabelName(name)] = model.LabelValue(value)
	}
	at := query.At
	if at.IsZero() {
		at = time.Now()
	}
	result := api.RoutingResult{Routes: []api.NotificationRoute{}, EscalatesTo: escalatesTo(&in.State, query.Labels)}
	inhibited, err := c.inhibitedBy(ctx, in, cfg.InhibitRules, alert)
	if err != nil {
		result.Warnings = append(result.Warnings, fmt.Sprintf("Alertmanager of stack %q could not be asked what is firing, inhibited_by is empty: %v.", in.State.Stack.Name, err))
	}
	root := dispatch.NewRoute(cfg.Route, nil)
	origins := map[*dispatch.Route]*route{}
	pair(tree, root, origins)
	windows := intervene(cfg)
	for _, r := range root.Match(alert) {
		if r.RouteOpts.Receiver == nowhere {
			continue
		}
		muted, err := mutedBy(windows, &r.RouteOpts, at)
		if err != nil {
			return api.RoutingResult{}, err
		}
		way := api.NotificationRoute{
			Channel: channelOf(r.RouteOpts.Receiver), GroupBy: groupBy(&r.RouteOpts),
			GroupWait:      model.Duration(r.RouteOpts.GroupWait).String(),
			GroupInterval:  model.Duration(r.RouteOpts.GroupInterval).String(),
			RepeatInterval: model.Duration(r.RouteOpts.RepeatInterval).String(),
			MutedBy:        muted, InhibitedBy: inhibited,
		}
		if origin, ok := origins[r].origin.(*spec.Route); ok {
			way.Route = origin.Name
		}
		result.Routes = append(result.Routes, way)
	}
	return result, nil
}

// walkable is the routing tree and the configuration made of it, with receivers
// that only have names: those of a plan have no secrets yet, and the channels of
// routes may come later.
func walkable(state *spec.State) (*route, *upstream.Config, error) {
	cfg := routing(state, state.Fallbacks())
	names := map[string]bool{}
	var visit func(route)
	visit = func(r route) {
		if !names[r.Receiver] {
			names[r.Receiver] = true
			cfg.Receivers = append(cfg.Receivers, mapping("name", scalar(r.Receiver)))
		}
		for _, child := range r.Routes {
			visit(child)
		}
	}
	visit(cfg.Route)
	text, err := component.YAML(cfg)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot render %s: %w", configFile, err)
	}
	loaded, err := upstream.Load(string(text))
	if err != nil {
		return nil, nil, fmt.Errorf("cannot read %s: %w", configFile, err)
	}
	return &cfg.Route, loaded, nil
}

// escalatesTo are the levels that the alert comes to later than at once.
func escalatesTo(state *spec.State, alert map[string]string) []api.EscalationStep {
	steps := []api.EscalationStep{}
	for _, level := range state.Escalation().Reached(alert) {
		if level.After > 0 {
			steps = append(steps, api.EscalationStep{After: model.Duration(level.After).String(), Channels: level.Channels})
		}
	}
	return steps
}

// pair finds the rendered route of every one that Alertmanager made of them.
func pair(rendered *route, made *dispatch.Route, origins map[*dispatch.Route]*route) {
	origins[made] = rendered
	for i := range rendered.Routes {
		pair(&rendered.Routes[i], made.Routes[i], origins)
	}
}

func intervene(cfg *upstream.Config) *timeinterval.Intervener {
	intervals := map[string][]timeinterval.TimeInterval{}
	for _, t := range cfg.TimeIntervals {
		intervals[t.Name] = t.TimeIntervals
	}
	return timeinterval.NewIntervener(intervals)
}

// mutedBy judges the windows of a route in Alertmanager's order: first whether
// it is active, then whether it is muted.
func mutedBy(windows *timeinterval.Intervener, r *dispatch.RouteOpts, at time.Time) ([]string, error) {
	if len(r.ActiveTimeIntervals) > 0 {
		active, _, err := windows.Mutes(r.ActiveTimeIntervals, at)
		if err != nil || !active {
			return r.ActiveTimeIntervals, err
		}
	}
	_, by, err := windows.Mutes(r.MuteTimeIntervals, at)
	return slices.Compact(append([]string{}, by...)), err
}

// inhibitedBy names the inhibitions of the alert whose source fires now.
func (c *Component) inhibitedBy(ctx context.Context, in component.Input, rules []upstream.InhibitRule, alert model.LabelSet) ([]string, error) {
	names := []string{}
	if c.address(in) == "" {
		return names, nil // it was never started: nothing fires
	}
	for i, inhibition := range in.State.Inhibitions() {
		rule := rules[i] // rendered in this order
		if !labels.Matchers(rule.TargetMatchers).Matches(alert) {
			continue
		}
		source := make([]string, 0, len(rule.SourceMatchers)+len(rule.Equal))
		for _, m := range rule.SourceMatchers {
			source = append(source, m.String())
		}
		for _, name := range rule.Equal {
			same := labels.Matcher{Type: labels.MatchEqual, Name: name, Value: string(alert[model.LabelName(name)])}
			source = append(source, same.String())
		}
		firing, err := c.Alerts(ctx, in, source)
		if err != nil {
			return []string{}, err
		}
		if len(firing) > 0 {
			names = append(names, inhibition.Name)
		}
	}
	return names, nil
}
