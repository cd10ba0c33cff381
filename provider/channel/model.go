package channel

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

type model struct {
	tfkit.Common
	receiverModels
	Stack          types.String `tfsdk:"stack"`
	Matchers       types.List   `tfsdk:"matchers"`
	GroupBy        types.List   `tfsdk:"group_by"`
	GroupWait      types.String `tfsdk:"group_wait"`
	GroupInterval  types.String `tfsdk:"group_interval"`
	RepeatInterval types.String `tfsdk:"repeat_interval"`
	Continue       types.Bool   `tfsdk:"continue"`
	Order          types.Int64  `tfsdk:"order"`
	SendResolved   types.Bool   `tfsdk:"send_resolved"`
	Default        types.Bool   `tfsdk:"default"`
}

// ToSpec implements tfkit.Model.
func (m *model) ToSpec() spec.Channel {
	c := spec.Channel{
		Stack:          m.Stack.ValueString(),
		Name:           m.Name.ValueString(),
		Matchers:       tfkit.StringsOrNil(m.Matchers),
		GroupBy:        tfkit.Strings(m.GroupBy),
		GroupWait:      m.GroupWait.ValueString(),
		GroupInterval:  m.GroupInterval.ValueString(),
		RepeatInterval: m.RepeatInterval.ValueString(),
		Continue:       m.Continue.ValueBool(),
		Order:          m.Order.ValueInt64(),
		SendResolved:   tfkit.BoolOr(m.SendResolved, true),
		Default:        m.Default.ValueBool(),
	}
	for _, r := range receivers(&m.receiverModels, &c) {
		r.toSpec()
	}
	spec.WithDefaults(&c)
	return c
}

// FromSpec implements tfkit.Model.
func (m *model) FromSpec(c spec.Channel) {
	m.Stack = types.StringValue(c.Stack)
	m.Name = types.StringValue(c.Name)
	for _, r := range receivers(&m.receiverModels, &c) {
		r.fromSpec()
	}
	m.Matchers = tfkit.StringListOrNull(c.Matchers)
	m.GroupBy = tfkit.StringList(c.GroupBy)
	m.GroupWait = tfkit.StringOrNull(m.GroupWait, c.GroupWait)
	m.GroupInterval = tfkit.StringOrNull(m.GroupInterval, c.GroupInterval)
	m.RepeatInterval = tfkit.StringOrNull(m.RepeatInterval, c.RepeatInterval)
	m.Continue = types.BoolValue(c.Continue)
	m.Order = types.Int64Value(c.Order)
	m.SendResolved = types.BoolValue(c.SendResolved)
	m.Default = types.BoolValue(c.Default)
}
