package alertmanager

import (
	"fmt"
	"slices"
	"strings"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// routeTree is the whole routing tree of a stack. What is not among the users'
// own routes is put before or after them here, and nowhere else. fallbacks are
// those of the state.
func routeTree(state *spec.State, fallbacks []spec.Channel) route {
	root := routeOf(state.RouteTree())
	if state.Stack.SelfMonitoring {
		root.Routes = slices.Concat(fallbackRoutes(fallbacks), root.Routes, besideFallbacks(root, fallbacks), []route{watchdogRoute()})
	}
	return root
}

// besideFallbacks comes after the users' own routes. The root receives what no
// route takes, and one that lets an alert pass has taken it: without this one,
// the default channel would not hear of channels that have fallbacks.
func besideFallbacks(root route, fallbacks []spec.Channel) []route {
	if root.Receiver == nowhere || len(fallbacks) == 0 {
		return nil
	}
	r := root
	r.origin, r.title, r.Routes = nil, "the route of the default channel beside the fallbacks", nil
	r.Matchers = []string{fmt.Sprintf("alertname=%q", component.NotificationsFailing), `receiver_name!=""`}
	return []route{r}
}

// fallbackRoutes come first and let everything pass: that a channel fails is told
// by its fallback as well as by whatever hears of such alerts anyway. It is told
// once, and not at every step of an escalation.
func fallbackRoutes(fallbacks []spec.Channel) []route {
	var routes []route
	for _, fallback := range fallbacks {
		r := routeOf(spec.PlainRoute())
		r.Receiver, r.Continue, r.GroupWait = fallback.Name, true, "0s"
		r.title = "the route of the fallback of " + channelOf(fallback.Name)
		r.Matchers = []string{
			fmt.Sprintf("alertname=%q", component.NotificationsFailing),
			fmt.Sprintf("receiver_name=%q", channelOf(fallback.Name)),
			spec.EscalationStepLabel + `=""`,
		}
		routes = append(routes, r)
	}
	return routes
}

// channelOf is the channel that a receiver is of.
func channelOf(receiver string) string { return strings.TrimSuffix(receiver, spec.FallbackSuffix) }

func routeOf(n *spec.RouteNode) route {
	r := route{
		origin:         n.Object,
		title:          n.Title,
		Receiver:       n.Receiver,
		Matchers:       n.Matchers,
		GroupBy:        n.GroupBy,
		GroupWait:      n.GroupWait,
		GroupInterval:  n.GroupInterval,
		RepeatInterval: n.RepeatInterval,
		MuteWindows:    n.MuteWindows,
		ActiveWindows:  n.ActiveWindows,
		Continue:       n.Continue,
	}
	for _, child := range n.Children {
		r.Routes = append(r.Routes, routeOf(child))
	}
	return r
}

// watchdogRoute comes last. The watchdog reaches who asks for it by a route of
// their own; without this one the default channel would hear from it every few
// hours.
func watchdogRoute() route {
	silent := routeOf(spec.PlainRoute())
	silent.title = "the route of the watchdog"
	silent.Matchers = []string{
		fmt.Sprintf("alertname=%q", component.Watchdog),
		fmt.Sprintf("severity=%q", component.WatchdogSeverity),
	}
	return silent
}
