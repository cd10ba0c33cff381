package tfkit

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
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

// KeepUnlessChanged plans the computed value as it was unless one of the given
// attributes changes in meaning, on which it depends.
func KeepUnlessChanged(depends ...path.Path) Keeper { return Keeper{depends} }

// Keeper is the plan modifier that KeepUnlessChanged makes, for maps and numbers.
type Keeper struct{ depends []path.Path }

// Description implements planmodifier.Describer.
func (Keeper) Description(context.Context) string {
	return "Stays as it is while the attributes it depends on do."
}

// MarkdownDescription implements planmodifier.Describer.
func (k Keeper) MarkdownDescription(ctx context.Context) string { return k.Description(ctx) }

// PlanModifyMap implements planmodifier.Map.
func (k Keeper) PlanModifyMap(ctx context.Context, req planmodifier.MapRequest, resp *planmodifier.MapResponse) {
	if req.PlanValue.IsUnknown() && k.keeps(ctx, req.StateValue, req.State, req.Plan, &resp.Diagnostics) {
		resp.PlanValue = req.StateValue
	}
}

// PlanModifyInt64 implements planmodifier.Int64.
func (k Keeper) PlanModifyInt64(ctx context.Context, req planmodifier.Int64Request, resp *planmodifier.Int64Response) {
	if req.PlanValue.IsUnknown() && k.keeps(ctx, req.StateValue, req.State, req.Plan, &resp.Diagnostics) {
		resp.PlanValue = req.StateValue
	}
}

func (k Keeper) keeps(ctx context.Context, value attr.Value, state tfsdk.State, plan tfsdk.Plan, diags *diag.Diagnostics) bool {
	if value.IsNull() {
		return false
	}
	for _, p := range k.depends {
		var before, after attr.Value
		diags.Append(state.GetAttribute(ctx, p, &before)...)
		diags.Append(plan.GetAttribute(ctx, p, &after)...)
		if diags.HasError() || before == nil || !same(ctx, before, after) {
			return false
		}
	}
	return true
}

// same compares by meaning where the type knows one.
func same(ctx context.Context, before, after attr.Value) bool {
	if before.Equal(after) {
		return true
	}
	b, okB := before.(basetypes.StringValuableWithSemanticEquals)
	a, okA := after.(basetypes.StringValuable)
	if !okA || !okB || after.IsUnknown() || after.IsNull() || before.IsNull() {
		return false
	}
	equal, diags := b.StringSemanticEquals(ctx, a)
	return equal && !diags.HasError()
}
