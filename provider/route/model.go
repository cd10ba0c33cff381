package route

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

type model struct {
	tfkit.Common
	Stack          types.String `tfsdk:"stack"`
	Channel        types.String `tfsdk:"channel"`
	Matchers       types.List   `tfsdk:"matchers"`
	Parent         types.String `tfsdk:"parent"`
	Order          types.Int64  `tfsdk:"order"`
	Continue       types.Bool   `tfsdk:"continue"`
	GroupBy        types.List   `tfsdk:"group_by"`
	GroupWait      types.String `tfsdk:"group_wait"`
	GroupInterval  types.String `tfsdk:"group_interval"`
	RepeatInterval types.String `tfsdk:"repeat_interval"`
	MuteWindows    types.List   `tfsdk:"mute_windows"`
	ActiveWindows  types.List   `tfsdk:"active_windows"`
}

// ToSpec implements tfkit.Model.
func (m *model) ToSpec() spec.Route {
	return spec.Route{
		Stack:          m.Stack.ValueString(),
		Name:           m.Name.ValueString(),
		Channel:        m.Channel.ValueString(),
		Matchers:       tfkit.Strings(m.Matchers),
		Parent:         m.Parent.ValueString(),
		Order:          m.Order.ValueInt64(),
		Continue:       m.Continue.ValueBool(),
		GroupBy:        tfkit.StringsOrNil(m.GroupBy),
		GroupWait:      m.GroupWait.ValueString(),
		GroupInterval:  m.GroupInterval.ValueString(),
		RepeatInterval: m.RepeatInterval.ValueString(),
		MuteWindows:    tfkit.Strings(m.MuteWindows),
		ActiveWindows:  tfkit.Strings(m.ActiveWindows),
	}
}

// DependsOn implements tfkit.Depender: without a channel the parent's counts.
func (*model) DependsOn(field string) []string {
	if field == "channel" {
		return []string{"parent"}
	}
	return nil
}

// FromSpec implements tfkit.Model.
func (m *model) FromSpec(r spec.Route) {
	m.Stack = types.StringValue(r.Stack)
	m.Name = types.StringValue(r.Name)
	m.Channel = tfkit.StringOrNull(m.Channel, r.Channel)
	m.Matchers = tfkit.StringList(r.Matchers)
	m.Parent = tfkit.StringOrNull(m.Parent, r.Parent)
	m.Order = types.Int64Value(r.Order)
	m.Continue = types.BoolValue(r.Continue)
	m.GroupBy = tfkit.StringListOrNull(r.GroupBy)
	m.GroupWait = tfkit.StringOrNull(m.GroupWait, r.GroupWait)
	m.GroupInterval = tfkit.StringOrNull(m.GroupInterval, r.GroupInterval)
	m.RepeatInterval = tfkit.StringOrNull(m.RepeatInterval, r.RepeatInterval)
	m.MuteWindows = tfkit.StringList(r.MuteWindows)
	m.ActiveWindows = tfkit.StringList(r.ActiveWindows)
}
