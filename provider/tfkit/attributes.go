package tfkit

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// The functions below are the forms that attributes of several objects have.
// An attribute with a default is optional and computed: null plans the default,
// so that absence has one representation. Its description ends with the default.

// ID is the computed import id.
func ID(description string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		Computed:            true,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
}

// Identity is a required name; another name is another object.
func Identity(description string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: description + " Changing it replaces the object.",
		Required:            true,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
	}
}

// Stack is the stack of a child.
func Stack() schema.StringAttribute {
	return Identity("Name of the stack, best as `opp_monitoring_stack.NAME.name`, so that Terraform creates the stack first.")
}

// Drift is the list of differences that no other attribute can show. It is
// always planned empty, so that drift shows as a change to make.
func Drift() schema.ListAttribute {
	return schema.ListAttribute{
		MarkdownDescription: "What differs from the configuration in the running system and shows in no other attribute, one sentence each. " +
			"Planned empty: where it is not, the next apply repairs it.",
		ElementType: types.StringType,
		Computed:    true,
		Default:     emptyList(),
	}
}

// Optional is a string without default.
func Optional(description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Optional: true}
}

// String is a string with a default. It is never empty: for the control plane
// that would be the default, for Terraform a difference.
func String(description, value string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: fmt.Sprintf("%s Defaults to `%s`.", description, value),
		Optional:            true,
		Computed:            true,
		Default:             stringdefault.StaticString(value),
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
}

// Bool is a boolean with a default.
func Bool(description string, value bool) schema.BoolAttribute {
	return schema.BoolAttribute{
		MarkdownDescription: fmt.Sprintf("%s Defaults to `%t`.", description, value),
		Optional:            true,
		Computed:            true,
		Default:             booldefault.StaticBool(value),
	}
}

// Int64 is a whole number with a default.
func Int64(description string, value int64) schema.Int64Attribute {
	return schema.Int64Attribute{
		MarkdownDescription: fmt.Sprintf("%s Defaults to `%d`.", description, value),
		Optional:            true,
		Computed:            true,
		Default:             int64default.StaticInt64(value),
	}
}

// OptionalStrings is a list of strings, empty by default.
func OptionalStrings(description string) schema.ListAttribute {
	return schema.ListAttribute{
		MarkdownDescription: description + " Defaults to `[]`.",
		ElementType:         types.StringType,
		Optional:            true,
		Computed:            true,
		Default:             emptyList(),
		Validators:          []validator.List{listvalidator.NoNullValues()},
	}
}

// OptionalList is a list of strings without default: left out it means something
// else than an empty one.
func OptionalList(description string) schema.ListAttribute {
	return schema.ListAttribute{
		MarkdownDescription: description,
		ElementType:         types.StringType,
		Optional:            true,
		Validators:          []validator.List{listvalidator.NoNullValues()},
	}
}

// OptionalMap is a map of strings, empty by default.
func OptionalMap(description string) schema.MapAttribute {
	return schema.MapAttribute{
		MarkdownDescription: description + " Defaults to `{}`.",
		ElementType:         types.StringType,
		Optional:            true,
		Computed:            true,
		Default:             mapdefault.StaticValue(MapOfStrings(nil)),
		Validators:          []validator.Map{mapvalidator.NoNullValues()},
	}
}

// WriteOnly is a secret, which Terraform keeps neither in plan nor in state.
func WriteOnly(description string, required bool) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: description + " Write-only: it is in neither plan nor state.",
		Required:            required,
		Optional:            !required,
		WriteOnly:           true,
		Sensitive:           true,
	}
}

// WriteOnlyVersion is the version of the write-only attribute beside it.
func WriteOnlyVersion(attribute string) schema.Int64Attribute {
	return schema.Int64Attribute{
		MarkdownDescription: fmt.Sprintf("Version of `%s`. Terraform cannot see that a write-only value changed: "+
			"count this up to have the new value sent.", attribute),
		Optional: true,
		Validators: []validator.Int64{
			int64validator.AtLeast(1),
			int64validator.AlsoRequires(path.MatchRelative().AtParent().AtName(attribute)),
		},
	}
}

// Block is an optional nested object; left out, it is as if it were written
// with nothing in it. model is the nested model with every default.
func Block(description string, attributes map[string]schema.Attribute, model any) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: description,
		Attributes:          attributes,
		Optional:            true,
		Computed:            true,
		Default:             objectDefault(attributes, model),
	}
}

// objectDefault makes a default of a model, whose fields must fit the
// attributes: like the framework's own Must functions it panics otherwise.
func objectDefault(attributes map[string]schema.Attribute, model any) defaults.Object {
	t, ok := schema.NestedAttributeObject{Attributes: attributes}.Type().(types.ObjectType)
	if !ok {
		panic("a nested attribute is not an object")
	}
	value, diags := types.ObjectValueFrom(context.Background(), t.AttrTypes, model)
	if diags.HasError() {
		panic(fmt.Sprintf("a default does not fit its attributes: %v", diags))
	}
	return objectdefault.StaticValue(value)
}

func emptyList() defaults.List { return listdefault.StaticValue(StringList(nil)) }
