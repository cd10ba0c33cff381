package alertmanager

import (
	"fmt"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// routeTree is the whole routing tree of a stack. What is not among the users'
// own routes is put before or after them here, and nowhere else.
func routeTree(state *spec.State) route {
	root := routeOf(state.RouteTree())
	if state.Stack.SelfMonitoring {
		root.Routes = append(root.Routes, watchdogRoute())
	}
	return root
}

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
