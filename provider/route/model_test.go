package route

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	minimal := spec.Route{Stack: "production", Name: "db", Channel: "oncall"}
	spec.WithDefaults(&minimal)
	for name, want := range map[string]spec.Route{
		"minimal": minimal,
		"full": {
			Stack: "production", Name: "db", Channel: "oncall", Matchers: []string{`team="db"`}, Parent: "all", Order: 2, Continue: true,
			GroupBy: []string{"alertname"}, GroupWait: "1s", GroupInterval: "2s", RepeatInterval: "3s",
			MuteWindows: []string{"nights"}, ActiveWindows: []string{"office-hours", "saturdays"},
		},
		"one group": {
			Stack: "production", Name: "db", Parent: "all", Matchers: []string{}, GroupBy: []string{}, MuteWindows: []string{}, ActiveWindows: []string{},
		},
	} {
		var m model
		m.FromSpec(want)
		if diff := cmp.Diff(want, m.ToSpec()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAbsentAttributes(t *testing.T) {
	t.Parallel()
	var want spec.Route
	spec.WithDefaults(&want)
	unknown := model{
		Common: tfkit.Common{Name: types.StringUnknown()}, Stack: types.StringUnknown(), Channel: types.StringUnknown(),
		Matchers: types.ListUnknown(types.StringType), Parent: types.StringUnknown(), Order: types.Int64Unknown(), Continue: types.BoolUnknown(),
		GroupBy: types.ListUnknown(types.StringType), GroupWait: types.StringUnknown(), GroupInterval: types.StringUnknown(),
		RepeatInterval: types.StringUnknown(), MuteWindows: types.ListUnknown(types.StringType), ActiveWindows: types.ListUnknown(types.StringType),
	}
	for name, m := range map[string]model{"null": {}, "unknown": unknown} {
		if diff := cmp.Diff(want, m.ToSpec()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// What a route takes from its parent is null, and stays it.
func TestAbsenceStays(t *testing.T) {
	t.Parallel()
	var m model
	m.FromSpec(spec.Route{Stack: "production", Name: "db", Parent: "all", Matchers: []string{}})
	for name, null := range map[string]bool{
		"channel": m.Channel.IsNull(), "group_by": m.GroupBy.IsNull(), "group_wait": m.GroupWait.IsNull(),
		"group_interval": m.GroupInterval.IsNull(), "repeat_interval": m.RepeatInterval.IsNull(),
	} {
		if !null {
			t.Errorf("%s is not null", name)
		}
	}
}
