package alertrule

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/client"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

type model struct {
	tfkit.Common
	Stack         types.String `tfsdk:"stack"`
	Source        types.String `tfsdk:"source"`
	Alert         types.String `tfsdk:"alert"`
	Group         types.String `tfsdk:"group"`
	GroupInterval types.String `tfsdk:"group_interval"`
	Expr          types.String `tfsdk:"expr"`
	For           types.String `tfsdk:"for"`
	KeepFiringFor types.String `tfsdk:"keep_firing_for"`
	Severity      types.String `tfsdk:"severity"`
	Summary       types.String `tfsdk:"summary"`
	Description   types.String `tfsdk:"description"`
	RunbookURL    types.String `tfsdk:"runbook_url"`
	Labels        types.Map    `tfsdk:"labels"`
	Annotations   types.Map    `tfsdk:"annotations"`
	Order         types.Int64  `tfsdk:"order"`
	Paused        types.Bool   `tfsdk:"paused"`
}

// ToSpec implements tfkit.Model.
func (m *model) ToSpec() spec.AlertRule {
	r := spec.AlertRule{
		Stack:         m.Stack.ValueString(),
		Name:          m.Name.ValueString(),
		Source:        m.Source.ValueString(),
		Alert:         m.Alert.ValueString(),
		Group:         m.Group.ValueString(),
		GroupInterval: m.GroupInterval.ValueString(),
		Expr:          m.Expr.ValueString(),
		For:           m.For.ValueString(),
		KeepFiringFor: m.KeepFiringFor.ValueString(),
		Severity:      m.Severity.ValueString(),
		Summary:       m.Summary.ValueString(),
		Description:   m.Description.ValueString(),
		RunbookURL:    m.RunbookURL.ValueString(),
		Labels:        tfkit.StringMap(m.Labels),
		Annotations:   tfkit.StringMap(m.Annotations),
		Order:         m.Order.ValueInt64(),
		Paused:        m.Paused.ValueBool(),
	}
	spec.WithDefaults(&r)
	return r
}

// FromSpec implements tfkit.Model.
func (m *model) FromSpec(r spec.AlertRule) {
	m.Stack = types.StringValue(r.Stack)
	m.Name = types.StringValue(r.Name)
	m.Source = types.StringValue(r.Source)
	m.Alert = types.StringValue(r.Alert)
	m.Group = types.StringValue(r.Group)
	m.GroupInterval = tfkit.StringOrNull(m.GroupInterval, r.GroupInterval)
	m.Expr = types.StringValue(r.Expr)
	m.For = types.StringValue(r.For)
	m.KeepFiringFor = types.StringValue(r.KeepFiringFor)
	m.Severity = tfkit.StringOrNull(m.Severity, r.Severity)
	m.Summary = tfkit.StringOrNull(m.Summary, r.Summary)
	m.Description = tfkit.StringOrNull(m.Description, r.Description)
	m.RunbookURL = tfkit.StringOrNull(m.RunbookURL, r.RunbookURL)
	m.Labels = tfkit.MapOfStrings(r.Labels)
	m.Annotations = tfkit.MapOfStrings(r.Annotations)
	m.Order = types.Int64Value(r.Order)
	m.Paused = types.BoolValue(r.Paused)
}

// CheckPlan implements tfkit.PlanChecker.
func (m *model) CheckPlan(planned *tfkit.Planned) (problems, _ spec.FieldErrors) {
	if m.Group.IsNull() || m.Source.IsNull() {
		return nil, nil
	}
	rule := m.ToSpec()
	if !m.Labels.IsNull() {
		planned.AlertRule(rule)
	}
	if other, interval, disagree := planned.GroupInterval(rule); disagree {
		problems.Add("group_interval",
			"A group is evaluated as a whole. Give its rules the same group_interval, or put this rule into another group.",
			"group_interval %q disagrees with %q of rule %q in the same group %q", rule.GroupInterval, interval, other, rule.Group)
	}
	return problems, nil
}

// DependsOn implements tfkit.Depender: the source says which language the
// expression is in, and which component evaluates it.
func (*model) DependsOn(field string) []string {
	switch field {
	case "expr", "keep_firing_for", "stack":
		return []string{"source"}
	}
	return nil
}

// Ask implements tfkit.Asker: only Loki can parse LogQL.
func (m *model) Ask() func(context.Context, *client.Client) error {
	if m.Source.ValueString() != spec.SourceLogs || m.Expr.IsNull() {
		return nil
	}
	return func(ctx context.Context, c *client.Client) error {
		return c.CheckLogQL(ctx, m.Stack.ValueString(), m.Expr.ValueString())
	}
}
