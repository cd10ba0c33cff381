package silence

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

type model struct {
	tfkit.Common
	Stack     types.String `tfsdk:"stack"`
	Matchers  types.List   `tfsdk:"matchers"`
	Start     types.String `tfsdk:"start"`
	End       types.String `tfsdk:"end"`
	Duration  types.String `tfsdk:"duration"`
	Comment   types.String `tfsdk:"comment"`
	CreatedBy types.String `tfsdk:"created_by"`
	Status    types.String `tfsdk:"status"`
}

// DependsOn implements tfkit.Depender: a duration gives the end.
func (*model) DependsOn(field string) []string {
	if field == "end" {
		return []string{"duration"}
	}
	return nil
}

// ToSpec implements tfkit.Model.
func (m *model) ToSpec() spec.Silence {
	s := spec.Silence{
		Stack:     m.Stack.ValueString(),
		Name:      m.Name.ValueString(),
		Matchers:  tfkit.Strings(m.Matchers),
		Start:     m.Start.ValueString(),
		End:       m.End.ValueString(),
		Duration:  m.Duration.ValueString(),
		Comment:   m.Comment.ValueString(),
		CreatedBy: m.CreatedBy.ValueString(),
	}
	spec.WithDefaults(&s)
	return s
}

// FromSpec implements tfkit.Model.
func (m *model) FromSpec(s spec.Silence) {
	m.Stack = types.StringValue(s.Stack)
	m.Name = types.StringValue(s.Name)
	m.Matchers = tfkit.StringList(s.Matchers)
	m.Start = tfkit.StringOrNull(types.StringNull(), s.Start)
	m.End = tfkit.StringOrNull(types.StringNull(), s.End)
	m.Duration = tfkit.StringOrNull(m.Duration, s.Duration)
	m.Comment = types.StringValue(s.Comment)
	m.CreatedBy = types.StringValue(s.CreatedBy)
	m.Status = tfkit.StringOrNull(types.StringNull(), s.Status)
}
