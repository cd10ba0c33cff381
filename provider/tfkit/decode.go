package tfkit

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// unknowns are the places of a value that are not known yet.
type unknowns []*tftypes.AttributePath

// decode reads config into a model with every unknown value as null, so that
// models may use Go structs and slices for nested attributes. It also tells
// where the unknown values are.
func decode(ctx context.Context, config tfsdk.Config, model any) (unknowns, diag.Diagnostics) {
	var found unknowns
	raw, err := tftypes.Transform(config.Raw, func(p *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		if v.IsKnown() {
			return v, nil
		}
		found = append(found, p)
		return tftypes.NewValue(v.Type(), nil), nil
	})
	if err != nil {
		return nil, conversionFault(err)
	}
	config.Raw = raw
	return found, config.Get(ctx, model)
}

// touch tells whether a value at, above or below p is unknown.
func (u unknowns) touch(p path.Path) bool {
	for _, q := range u {
		if related(steps(p), q.Steps()) {
			return true
		}
	}
	return false
}

// touchAny tells whether one of the paths is touched.
func (u unknowns) touchAny(paths ...path.Path) bool { return slices.ContainsFunc(paths, u.touch) }

// block tells whether a nested attribute at the top is unknown as a whole, so
// that nobody can tell yet which blocks there are.
func (u unknowns) block(ctx context.Context, schema Typed) bool {
	object, ok := schema.Type().TerraformType(ctx).(tftypes.Object)
	return ok && slices.ContainsFunc(u, func(p *tftypes.AttributePath) bool {
		name, ok := p.LastStep().(tftypes.AttributeName)
		return ok && len(p.Steps()) == 1 && object.AttributeTypes[string(name)].Is(tftypes.Object{})
	})
}

// related tells whether one path leads to the other.
func related(a, b []tftypes.AttributePathStep) bool {
	for i := range min(len(a), len(b)) {
		if !a[i].Equal(b[i]) {
			return false
		}
	}
	return true
}

// steps of p in the words of the protocol.
func steps(p path.Path) []tftypes.AttributePathStep {
	result := make([]tftypes.AttributePathStep, 0, len(p.Steps()))
	for _, s := range p.Steps() {
		switch s := s.(type) {
		case path.PathStepAttributeName:
			result = append(result, tftypes.AttributeName(s))
		case path.PathStepElementKeyInt:
			result = append(result, tftypes.ElementKeyInt(s))
		case path.PathStepElementKeyString:
			result = append(result, tftypes.ElementKeyString(s))
		}
	}
	return result
}

// withSecrets is the plan with the write-only values of the configuration,
// which Terraform gives nowhere else.
func withSecrets(ctx context.Context, plan tfsdk.Plan, config tfsdk.Config) (tfsdk.Config, diag.Diagnostics) {
	raw, err := tftypes.Transform(plan.Raw, func(p *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		attribute, err := plan.Schema.AttributeAtTerraformPath(ctx, p)
		if err != nil || !attribute.IsWriteOnly() {
			return v, nil //nolint:nilerr // an element of a collection has no attribute of its own
		}
		return valueAt(config.Raw, p, v)
	})
	if err != nil {
		return config, conversionFault(err)
	}
	return tfsdk.Config{Raw: raw, Schema: plan.Schema}, nil
}

// settled is the state after a write: what was planned, which Terraform holds
// the provider to, with the values that were unknown taken from result.
func settled(plan tfsdk.Plan, result tfsdk.State) (tfsdk.State, diag.Diagnostics) {
	raw, err := tftypes.Transform(plan.Raw, func(p *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		if v.IsKnown() {
			return v, nil
		}
		return valueAt(result.Raw, p, v)
	})
	if err != nil {
		return result, conversionFault(err)
	}
	return tfsdk.State{Raw: raw, Schema: plan.Schema}, nil
}

// valueAt is the value of root at p, null of the type of like if there is none.
func valueAt(root tftypes.Value, p *tftypes.AttributePath, like tftypes.Value) (tftypes.Value, error) {
	found, _, err := tftypes.WalkAttributePath(root, p)
	if err != nil {
		return tftypes.NewValue(like.Type(), nil), nil //nolint:nilerr // the parent is null: so is the value
	}
	v, ok := found.(tftypes.Value)
	if !ok {
		return tftypes.NewValue(like.Type(), nil), nil
	}
	return v, nil
}

func conversionFault(err error) diag.Diagnostics {
	return diag.Diagnostics{diag.NewErrorDiagnostic(
		"Cannot convert between Terraform's values and the provider's: "+err.Error(), reportFault)}
}
