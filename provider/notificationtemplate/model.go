package notificationtemplate

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

type model struct {
	tfkit.Common
	Stack   types.String `tfsdk:"stack"`
	Content types.String `tfsdk:"content"`
}

// ToSpec implements tfkit.Model.
func (m *model) ToSpec() spec.NotificationTemplate {
	return spec.NotificationTemplate{Stack: m.Stack.ValueString(), Name: m.Name.ValueString(), Content: m.Content.ValueString()}
}

// FromSpec implements tfkit.Model.
func (m *model) FromSpec(t spec.NotificationTemplate) {
	m.Stack = types.StringValue(t.Stack)
	m.Name = types.StringValue(t.Name)
	m.Content = types.StringValue(t.Content)
}
