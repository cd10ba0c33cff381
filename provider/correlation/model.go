package correlation

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

type model struct {
	tfkit.Common
	Stack          types.String `tfsdk:"stack"`
	SourceMatchers types.List   `tfsdk:"source_matchers"`
	TargetMatchers types.List   `tfsdk:"target_matchers"`
	Equal          types.List   `tfsdk:"equal"`
	Dependency     *dependency  `tfsdk:"dependency"`
}

type dependency struct {
	Cause   types.String `tfsdk:"cause"`
	Effects types.List   `tfsdk:"effects"`
	On      types.List   `tfsdk:"on"`
}

// ToSpec implements tfkit.Model.
func (m *model) ToSpec() spec.Correlation {
	c := spec.Correlation{
		Stack:          m.Stack.ValueString(),
		Name:           m.Name.ValueString(),
		SourceMatchers: tfkit.Strings(m.SourceMatchers),
		TargetMatchers: tfkit.Strings(m.TargetMatchers),
		Equal:          tfkit.Strings(m.Equal),
	}
	if d := m.Dependency; d != nil {
		c.Dependency = &spec.Dependency{Cause: d.Cause.ValueString(), Effects: tfkit.Strings(d.Effects), On: tfkit.Strings(d.On)}
	}
	return c
}

// FromSpec implements tfkit.Model.
func (m *model) FromSpec(c spec.Correlation) {
	m.Stack = types.StringValue(c.Stack)
	m.Name = types.StringValue(c.Name)
	m.SourceMatchers = tfkit.StringList(c.SourceMatchers)
	m.TargetMatchers = tfkit.StringList(c.TargetMatchers)
	m.Equal = tfkit.StringList(c.Equal)
	m.Dependency = nil
	if d := c.Dependency; d != nil {
		m.Dependency = &dependency{Cause: types.StringValue(d.Cause), Effects: tfkit.StringList(d.Effects), On: tfkit.StringList(d.On)}
	}
}

// DependsOn implements tfkit.Depender: without dependency the matchers count,
// and whether the two sides can meet depends on both.
func (*model) DependsOn(field string) []string {
	switch field {
	case "source_matchers":
		return []string{"dependency"}
	case "target_matchers":
		return []string{"dependency", "source_matchers"}
	case "dependency.effects":
		return []string{"dependency.cause"}
	}
	return nil
}
