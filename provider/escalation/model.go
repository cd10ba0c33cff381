package escalation

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

type model struct {
	tfkit.Common
	Stack    types.String `tfsdk:"stack"`
	Matchers types.List   `tfsdk:"matchers"`
	Steps    []*step      `tfsdk:"step"`
	Repeat   *repeat      `tfsdk:"repeat"`
}

type step struct {
	After    types.String `tfsdk:"after"`
	Channels types.List   `tfsdk:"channels"`
}

type repeat struct {
	Every types.String `tfsdk:"every"`
	Times types.Int64  `tfsdk:"times"`
}

// ToSpec implements tfkit.Model.
func (m *model) ToSpec() spec.EscalationPolicy {
	p := spec.EscalationPolicy{
		Stack:    m.Stack.ValueString(),
		Name:     m.Name.ValueString(),
		Matchers: tfkit.Strings(m.Matchers),
		Steps:    make([]spec.EscalationStep, len(m.Steps)),
	}
	for i, s := range m.Steps {
		if s != nil { // nil is not known yet
			p.Steps[i] = spec.EscalationStep{After: s.After.ValueString(), Channels: tfkit.Strings(s.Channels)}
		}
	}
	if r := m.Repeat; r != nil {
		p.Repeat = &spec.EscalationRepeat{Every: r.Every.ValueString(), Times: r.Times.ValueInt64()}
	}
	spec.WithDefaults(&p)
	return p
}

// FromSpec implements tfkit.Model.
func (m *model) FromSpec(p spec.EscalationPolicy) {
	m.Stack = types.StringValue(p.Stack)
	m.Name = types.StringValue(p.Name)
	m.Matchers = tfkit.StringList(p.Matchers)
	m.Steps = make([]*step, len(p.Steps))
	for i, s := range p.Steps {
		m.Steps[i] = &step{After: types.StringValue(s.After), Channels: tfkit.StringList(s.Channels)}
	}
	m.Repeat = nil
	if r := p.Repeat; r != nil {
		m.Repeat = &repeat{Every: types.StringValue(r.Every), Times: types.Int64Value(r.Times)}
	}
}

// CheckPlan implements tfkit.PlanChecker.
func (m *model) CheckPlan(planned *tfkit.Planned) (_, warnings spec.FieldErrors) {
	if m.Matchers.IsNull() {
		return nil, nil
	}
	return nil, planned.Escalation(m.ToSpec())
}
