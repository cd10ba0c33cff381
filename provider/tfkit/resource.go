package tfkit

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Definition is what distinguishes one kind of object from another.
type Definition[S any] struct {
	// Type is the Terraform type, for example opp_alert_rule.
	Type string
	// Kind of the object in the control plane.
	Kind spec.Kind
	// Schema of the resource.
	Schema func(context.Context) schema.Schema
}

// NewResource makes the resource of the model M and the spec type S:
//
//	tfkit.NewResource[model](tfkit.Definition[spec.AlertRule]{…})
func NewResource[M, S any, PM pointerModel[M, S], PS pointerObject[S]](d Definition[S]) resource.Resource {
	return &objectResource[M, S, PM, PS]{Definition: d}
}

type pointerModel[M, S any] interface {
	*M
	Model[S]
}

type pointerObject[S any] interface {
	*S
	spec.Object
}

// objectResource is every resource of the provider.
type objectResource[M, S any, PM pointerModel[M, S], PS pointerObject[S]] struct {
	Definition[S]
	data *ProviderData
}

// Metadata implements resource.Resource.
func (r *objectResource[M, S, PM, PS]) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = r.Type
}

// Schema implements resource.Resource.
func (r *objectResource[M, S, PM, PS]) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = r.Definition.Schema(ctx)
}

// Configure implements resource.ResourceWithConfigure.
func (r *objectResource[M, S, PM, PS]) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.data = FromProvider(req.ProviderData, &resp.Diagnostics)
}

// ImportState implements resource.ResourceWithImportState. It only takes the id
// apart; Terraform reads the object next.
func (r *objectResource[M, S, PM, PS]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	stack, name, nested := strings.Cut(req.ID, "/")
	form := "STACK/NAME"
	wellFormed := nested && stack != "" && name != "" && !strings.Contains(name, "/")
	if r.Kind == spec.KindStack {
		form = "the stack's NAME"
		name = stack
		wellFormed = !nested && name != ""
	}
	if !wellFormed {
		example := map[bool]string{true: "production", false: "production/api"}[r.Kind == spec.KindStack]
		resp.Diagnostics.AddError(
			fmt.Sprintf("Cannot import %s %q: the id must be %s", r.Kind.Noun(), req.ID, form),
			fmt.Sprintf("For example:\n\n  terraform import %s.NAME %s", r.Type, example))
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), req.ID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("name"), name)...)
	if r.Kind != spec.KindStack {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("stack"), stack)...)
	}
}

// subject of messages about an object.
func (r *objectResource[M, S, PM, PS]) subject(object spec.Object, schema Typed) Subject {
	return Subject{Noun: subject(object), Type: r.Type, ID: id(object), Schema: schema}
}

// find picks the object out of an observation of its stack.
func (r *objectResource[M, S, PM, PS]) find(o *api.Observation, name string) (api.Record[S], bool) {
	if stack, ok := any(o.Stack).(api.Record[S]); ok {
		return stack, true
	}
	return api.RecordOf[S, PS](o.Objects, name)
}
