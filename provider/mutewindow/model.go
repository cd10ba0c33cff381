package mutewindow

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

type model struct {
	tfkit.Common
	Stack     types.String `tfsdk:"stack"`
	Intervals []*interval  `tfsdk:"intervals"`
}

type interval struct {
	Times       []*timeRange `tfsdk:"times"`
	Weekdays    types.List   `tfsdk:"weekdays"`
	DaysOfMonth types.List   `tfsdk:"days_of_month"`
	Months      types.List   `tfsdk:"months"`
	Years       types.List   `tfsdk:"years"`
	Location    types.String `tfsdk:"location"`
}

type timeRange struct {
	StartTime types.String `tfsdk:"start_time"`
	EndTime   types.String `tfsdk:"end_time"`
}

// ToSpec implements tfkit.Model. What is not known yet is nil, and empty.
func (m *model) ToSpec() spec.MuteWindow {
	w := spec.MuteWindow{Stack: m.Stack.ValueString(), Name: m.Name.ValueString(), Intervals: make([]spec.TimeInterval, len(m.Intervals))}
	for i, known := range m.Intervals {
		if known != nil {
			w.Intervals[i] = known.toSpec()
		}
	}
	spec.WithDefaults(&w)
	return w
}

func (i *interval) toSpec() spec.TimeInterval {
	t := spec.TimeInterval{
		Times:       make([]spec.TimeRange, len(i.Times)),
		Weekdays:    tfkit.Strings(i.Weekdays),
		DaysOfMonth: tfkit.Strings(i.DaysOfMonth),
		Months:      tfkit.Strings(i.Months),
		Years:       tfkit.Strings(i.Years),
		Location:    i.Location.ValueString(),
	}
	for k, known := range i.Times {
		if known != nil {
			t.Times[k] = spec.TimeRange{StartTime: known.StartTime.ValueString(), EndTime: known.EndTime.ValueString()}
		}
	}
	return t
}

// FromSpec implements tfkit.Model.
func (m *model) FromSpec(w spec.MuteWindow) {
	old := m.Intervals
	m.Stack = types.StringValue(w.Stack)
	m.Name = types.StringValue(w.Name)
	m.Intervals = make([]*interval, len(w.Intervals))
	for i, t := range w.Intervals {
		var before interval
		if i < len(old) && old[i] != nil {
			before = *old[i]
		}
		m.Intervals[i] = newInterval(before, t)
	}
}

func newInterval(old interval, t spec.TimeInterval) *interval {
	i := &interval{
		Times:       make([]*timeRange, len(t.Times)),
		Weekdays:    tfkit.StringList(t.Weekdays),
		DaysOfMonth: tfkit.StringList(t.DaysOfMonth),
		Months:      tfkit.StringList(t.Months),
		Years:       tfkit.StringList(t.Years),
		Location:    tfkit.StringOrNull(old.Location, t.Location),
	}
	for k, r := range t.Times {
		i.Times[k] = &timeRange{StartTime: types.StringValue(r.StartTime), EndTime: types.StringValue(r.EndTime)}
	}
	return i
}
