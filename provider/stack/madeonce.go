package stack

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// madeOnce refuses another administrator of a Grafana that runs here and has
// made one already. What the plan cannot see, the control plane refuses.
type madeOnce struct{}

// Description implements planmodifier.String.
func (madeOnce) Description(context.Context) string {
	return "Cannot be changed once Grafana has started."
}

// MarkdownDescription implements planmodifier.String.
func (m madeOnce) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

// PlanModifyString implements planmodifier.String.
func (madeOnce) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.StateValue.IsNull() || req.PlanValue.IsUnknown() || req.PlanValue.Equal(req.StateValue) {
		return
	}
	var enabled types.Bool
	var stack, before, after types.String
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("name"), &stack)...)
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, req.Path.ParentPath().AtName("enabled"), &enabled)...)
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, req.Path.ParentPath().AtName("url"), &before)...)
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, req.Path.ParentPath().AtName("url"), &after)...)
	if enabled.ValueBool() && before.IsNull() && after.IsNull() {
		resp.Diagnostics.AddAttributeError(req.Path,
			fmt.Sprintf("Stack %s, %s: %s cannot become the administrator: Grafana made %s when it started for the first time",
				stack, req.Path, req.PlanValue, req.StateValue),
			fmt.Sprintf("Keep %s, and make further users in Grafana.", req.StateValue))
	}
}
