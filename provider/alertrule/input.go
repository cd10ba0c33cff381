package alertrule

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// InputType is the object of all attributes of the resource that a user sets,
// but for stack.
func InputType(ctx context.Context) types.ObjectType {
	inputs := map[string]attr.Type{}
	for name, a := range resourceSchema(ctx).Attributes {
		if name != "stack" && (a.IsRequired() || a.IsOptional()) {
			inputs[name] = a.GetType()
		}
	}
	return types.ObjectType{AttrTypes: inputs}
}

// Input is a rule as an object of InputType, so that each of its attributes can
// be given to the resource as it is. What the rule does not have is null.
func Input(ctx context.Context, rule spec.AlertRule) (types.Object, diag.Diagnostics) {
	m := model{}
	m.Drift = types.ListNull(types.StringType)
	m.FromSpec(rule)
	all, ok := resourceSchema(ctx).Type().(types.ObjectType)
	if !ok {
		all = InputType(ctx)
	}
	object, diags := types.ObjectValueFrom(ctx, all.AttrTypes, &m)
	values := object.Attributes()
	inputs := InputType(ctx).AttrTypes
	for name := range values {
		if _, ok := inputs[name]; !ok {
			delete(values, name)
		}
	}
	if diags.HasError() {
		return types.ObjectNull(inputs), diags
	}
	return types.ObjectValue(inputs, values)
}
