package spec_test

import (
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func soundRoute() spec.Route {
	r := spec.Route{
		Stack: "production", Name: "db", Channel: "oncall", Matchers: []string{`team="db"`}, GroupBy: []string{"alertname"},
	}
	spec.WithDefaults(&r)
	return r
}

func TestSoundRoutes(t *testing.T) {
	accept(t, soundRoute, map[string]func(*spec.Route){
		"matchers":              func(*spec.Route) {},
		"takes all":             func(r *spec.Route) { r.Matchers = []string{} },
		"channel of its own":    func(r *spec.Route) { r.Parent = "all" },
		"channel of another":    func(r *spec.Route) { r.Channel, r.Parent = "", "all" },
		"grouping of another":   func(r *spec.Route) { r.GroupBy = nil },
		"windows":               func(r *spec.Route) { r.MuteWindows, r.ActiveWindows = []string{"a", "b"}, []string{"c"} },
		"one group":             func(r *spec.Route) { r.GroupBy = []string{} },
		"every alert by itself": func(r *spec.Route) { r.GroupBy = []string{"..."} },
		"all times":             func(r *spec.Route) { r.GroupWait, r.GroupInterval, r.RepeatInterval = "0s", "1m", "1d" },
	})
}

func TestRouteMistakes(t *testing.T) {
	try(t, soundRoute, []mistake[spec.Route]{
		{"bad stack", func(r *spec.Route) { r.Stack = "" }, "stack", "is not a stack name"},
		{"slash in name", func(r *spec.Route) { r.Name = "a/b" }, "name", "is not a name for a route"},
		{"nowhere", func(r *spec.Route) { r.Channel = "" }, "channel", `it leads nowhere`},
		{"no name of a channel", func(r *spec.Route) { r.Channel = "a\nb" }, "channel", `"a\nb" is not a name for a notification channel`},
		{"no name of a route", func(r *spec.Route) { r.Parent = "a/b" }, "parent", `"a/b" is not a name for a route`},
		{"its own parent", func(r *spec.Route) { r.Parent = "db" }, "parent", "cannot be its own parent"},
		{"matcher", func(r *spec.Route) { r.Matchers = []string{`a="b"`, "severity"} }, "matchers[1]", `"severity" is not a matcher`},
		{"one of two values", func(r *spec.Route) { r.Matchers = []string{`severity="critical"`, `severity="warning"`} }, "matchers", "no alert can fit all matchers"},
		{"group by a bad label", func(r *spec.Route) { r.GroupBy = []string{"b-c"} }, "group_by[0]", `"b-c" is not a label name`},
		{"group by all and one", func(r *spec.Route) { r.GroupBy = []string{"a", "..."} }, "group_by[1]", "cannot stand beside"},
		{"group wait", func(r *spec.Route) { r.GroupWait = "10" }, "group_wait", `"10" is not a duration`},
		{"group interval zero", func(r *spec.Route) { r.GroupInterval = "0s" }, "group_interval", "longer than zero"},
		{"window twice", func(r *spec.Route) { r.MuteWindows = []string{"a", "a"} }, "mute_windows[1]", `"a" is listed twice`},
		{"empty window", func(r *spec.Route) { r.ActiveWindows = []string{""} }, "active_windows[0]", "is empty"},
		{"no name of a window", func(r *spec.Route) { r.ActiveWindows = []string{"a b"} }, "active_windows[0]", `"a b" is not a name for a mute window`},
		{"never", func(r *spec.Route) { r.MuteWindows, r.ActiveWindows = []string{"a"}, []string{"b", "a"} }, "active_windows[1]", "would never notify"},
		{"repeat interval zero", func(r *spec.Route) { r.RepeatInterval = "0" }, "repeat_interval", "longer than zero"},
	})
}
