package tfkit

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
)

// DefaultsTo plans the value of another string attribute where the
// configuration has none.
func DefaultsTo(other string) planmodifier.String { return defaultsTo{other} }

type defaultsTo struct{ other string }

// Description implements planmodifier.String.
func (d defaultsTo) Description(context.Context) string {
	return "Defaults to the value of " + d.other + "."
}

// MarkdownDescription implements planmodifier.String.
func (d defaultsTo) MarkdownDescription(ctx context.Context) string { return d.Description(ctx) }

// PlanModifyString implements planmodifier.String.
func (d defaultsTo) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.ConfigValue.IsNull() {
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, req.Path.ParentPath().AtName(d.other), &resp.PlanValue)...)
	}
}

// KeepUnlessChanged plans the computed map as it was unless one of the given
// attributes changes, on which it depends.
func KeepUnlessChanged(depends ...path.Path) planmodifier.Map { return keepUnlessChanged{depends} }

type keepUnlessChanged struct{ depends []path.Path }

// Description implements planmodifier.Map.
func (keepUnlessChanged) Description(context.Context) string {
	return "Stays as it is while the attributes it depends on do."
}

// MarkdownDescription implements planmodifier.Map.
func (k keepUnlessChanged) MarkdownDescription(ctx context.Context) string { return k.Description(ctx) }

// PlanModifyMap implements planmodifier.Map.
func (k keepUnlessChanged) PlanModifyMap(ctx context.Context, req planmodifier.MapRequest, resp *planmodifier.MapResponse) {
	if req.StateValue.IsNull() || !req.PlanValue.IsUnknown() {
		return
	}
	for _, p := range k.depends {
		var before, after attr.Value
		resp.Diagnostics.Append(req.State.GetAttribute(ctx, p, &before)...)
		resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, p, &after)...)
		if resp.Diagnostics.HasError() || before == nil || !before.Equal(after) {
			return
		}
	}
	resp.PlanValue = req.StateValue
}
