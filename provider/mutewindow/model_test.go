package mutewindow

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	minimal := spec.MuteWindow{Stack: "production", Name: "nights", Intervals: []spec.TimeInterval{{Weekdays: []string{"sunday"}}}}
	spec.WithDefaults(&minimal)
	for name, want := range map[string]spec.MuteWindow{
		"minimal": minimal,
		"full": {Stack: "production", Name: "nights", Intervals: []spec.TimeInterval{
			{
				Times:    []spec.TimeRange{{StartTime: "00:00", EndTime: "06:00"}, {StartTime: "22:00", EndTime: "24:00"}},
				Weekdays: []string{"monday:friday"}, DaysOfMonth: []string{"1:7", "-1"}, Months: []string{"may"}, Years: []string{"2026"},
				Location: "Europe/Berlin",
			},
			minimal.Intervals[0],
		}},
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
	list := types.ListUnknown(types.StringType)
	for name, m := range map[string]model{
		"null":    {Intervals: []*interval{{Times: []*timeRange{{}}}}},
		"unknown": {Intervals: []*interval{{Times: []*timeRange{nil}, Weekdays: list, DaysOfMonth: list, Months: list, Years: list, Location: types.StringUnknown()}}},
	} {
		want := spec.MuteWindow{Intervals: []spec.TimeInterval{{Times: []spec.TimeRange{{}}}}}
		spec.WithDefaults(&want)
		if diff := cmp.Diff(want, m.ToSpec()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if got := (&model{Intervals: []*interval{nil}}).ToSpec(); len(got.Intervals) != 1 {
		t.Errorf("an interval that is not known yet is lost: %+v", got)
	}
}

func TestLocationStaysNull(t *testing.T) {
	t.Parallel()
	var m model
	m.FromSpec(spec.MuteWindow{Intervals: []spec.TimeInterval{{}}})
	if !m.Intervals[0].Location.IsNull() {
		t.Error("an absent location is not null")
	}
}
