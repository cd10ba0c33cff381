package dashboard

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/dashboard"
)

// jsonType is a string that holds a dashboard: two texts are equal when they
// mean the same to Grafana.
type jsonType struct{ basetypes.StringType }

// jsonValue is a value of jsonType.
type jsonValue struct{ basetypes.StringValue }

var (
	_ basetypes.StringTypable                    = jsonType{}
	_ basetypes.StringValuableWithSemanticEquals = jsonValue{}
)

func jsonString(text string) jsonValue { return jsonValue{basetypes.NewStringValue(text)} }

func jsonNull() jsonValue { return jsonValue{basetypes.NewStringNull()} }

// Equal implements attr.Type.
func (t jsonType) Equal(other attr.Type) bool {
	o, ok := other.(jsonType)
	return ok && t.StringType.Equal(o.StringType)
}

// String implements attr.Type.
func (jsonType) String() string { return "dashboard.jsonType" }

// ValueType implements attr.Type.
func (jsonType) ValueType(context.Context) attr.Value { return jsonValue{} }

// ValueFromString implements basetypes.StringTypable.
func (jsonType) ValueFromString(_ context.Context, s basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return jsonValue{s}, nil
}

// ValueFromTerraform implements attr.Type.
func (t jsonType) ValueFromTerraform(ctx context.Context, v tftypes.Value) (attr.Value, error) {
	value, err := t.StringType.ValueFromTerraform(ctx, v)
	if err != nil {
		return nil, err
	}
	s, ok := value.(basetypes.StringValue)
	if !ok {
		return nil, fmt.Errorf("a string is a %T", value)
	}
	return jsonValue{s}, nil
}

// Type implements attr.Value.
func (jsonValue) Type(context.Context) attr.Type { return jsonType{} }

// String implements attr.Value. It is for logs only, which the framework makes
// for every value that it compares, whether or not anybody reads them: quoting
// whole dashboards would take longer than comparing them.
func (v jsonValue) String() string {
	if v.IsNull() || v.IsUnknown() {
		return v.StringValue.String()
	}
	return fmt.Sprintf("a dashboard of %d bytes", len(v.ValueString()))
}

// Equal implements attr.Value. It compares texts.
func (v jsonValue) Equal(other attr.Value) bool {
	o, ok := other.(jsonValue)
	return ok && v.StringValue.Equal(o.StringValue)
}

// StringSemanticEquals implements basetypes.StringValuableWithSemanticEquals.
func (v jsonValue) StringSemanticEquals(ctx context.Context, other basetypes.StringValuable) (bool, diag.Diagnostics) {
	o, diags := other.ToStringValue(ctx)
	return dashboard.Equal(v.ValueString(), o.ValueString()), diags
}

// keepEqual plans the text of the state where the configuration's means the
// same: the framework compares by meaning only what it reads, not what it plans.
type keepEqual struct{}

// Description implements planmodifier.Describer.
func (keepEqual) Description(context.Context) string {
	return "Stays as it is while the dashboard means the same."
}

// MarkdownDescription implements planmodifier.Describer.
func (k keepEqual) MarkdownDescription(ctx context.Context) string { return k.Description(ctx) }

// PlanModifyString implements planmodifier.String.
func (keepEqual) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.StateValue.IsNull() || req.PlanValue.IsUnknown() || req.PlanValue.IsNull() {
		return
	}
	if dashboard.Equal(req.StateValue.ValueString(), req.PlanValue.ValueString()) {
		resp.PlanValue = req.StateValue
	}
}
