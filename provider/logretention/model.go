package logretention

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

type model struct {
	tfkit.Common
	Stack       types.String `tfsdk:"stack"`
	Selector    types.String `tfsdk:"selector"`
	Period      types.String `tfsdk:"period"`
	Priority    types.Int64  `tfsdk:"priority"`
	Effective   types.Bool   `tfsdk:"effective"`
	OldestEntry types.String `tfsdk:"oldest_entry"`
}

// ToSpec implements tfkit.Model.
func (m *model) ToSpec() spec.LogRetention {
	r := spec.LogRetention{
		Stack:    m.Stack.ValueString(),
		Name:     m.Name.ValueString(),
		Selector: m.Selector.ValueString(),
		Period:   m.Period.ValueString(),
		Priority: m.Priority.ValueInt64(),
	}
	spec.WithDefaults(&r)
	return r
}

// FromSpec implements tfkit.Model. While Loki cannot be asked, what was known
// last stands.
func (m *model) FromSpec(r spec.LogRetention) {
	m.Stack = types.StringValue(r.Stack)
	m.Name = types.StringValue(r.Name)
	m.Selector = types.StringValue(r.Selector)
	m.Period = types.StringValue(r.Period)
	m.Priority = types.Int64Value(r.Priority)
	switch {
	case r.Effective != nil:
		m.Effective = types.BoolValue(*r.Effective)
		m.OldestEntry = tfkit.StringOrNull(types.StringNull(), r.OldestEntry)
	case m.Effective.IsUnknown():
		m.Effective, m.OldestEntry = types.BoolNull(), types.StringNull()
	}
}

// CheckPlan implements tfkit.PlanChecker.
func (m *model) CheckPlan(planned *tfkit.Planned) (_, warnings spec.FieldErrors) {
	if m.Selector.IsNull() || m.Period.IsNull() || m.Priority.IsNull() {
		return nil, nil
	}
	return nil, planned.Retention(m.ToSpec())
}

// Remark implements tfkit.Remarker. Terraform shows one of many warnings that
// have the same summary.
func (*model) Remark(observed spec.LogRetention) (summary, detail string) {
	if observed.Effective == nil || *observed.Effective {
		return "", ""
	}
	return fmt.Sprintf("A log retention of stack %q is not effective", observed.Stack), fmt.Sprintf("%q: %s.", observed.Name, observed.Reason)
}
