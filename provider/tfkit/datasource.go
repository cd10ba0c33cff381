package tfkit

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	resource "github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/client"
)

// Question is a data source that asks a stack something. M is its model, which
// has an attribute stack.
type Question[M any] struct {
	Type, Description string
	// Attributes beside stack.
	Attributes map[string]schema.Attribute
	// Ask fills in the answer. Its error is the client's.
	Ask func(ctx context.Context, asked Asked, m *M) (warnings diag.Diagnostics, err error)

	data *ProviderData
}

// Asked is who is asked a Question.
type Asked struct {
	*client.Client
	Stack string
	// Planned is what the plan has seen so far.
	Planned *Planned
}

var _ datasource.DataSourceWithConfigure = (*Question[struct{}])(nil)

// Metadata implements datasource.DataSource.
func (q *Question[M]) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = q.Type
}

// Schema implements datasource.DataSource.
func (q *Question[M]) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := maps.Clone(q.Attributes)
	attributes["stack"] = schema.StringAttribute{
		MarkdownDescription: "Name of the stack, best as `opp_monitoring_stack.NAME.name`, so that Terraform creates the stack first.",
		Required:            true,
	}
	resp.Schema = schema.Schema{MarkdownDescription: q.Description, Attributes: attributes}
}

// Configure implements datasource.DataSourceWithConfigure.
func (q *Question[M]) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	q.data = FromProvider(req.ProviderData, &resp.Diagnostics)
}

// Read implements datasource.DataSource.
func (q *Question[M]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m M
	var stack string
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("stack"), &stack)...)
	if resp.Diagnostics.HasError() {
		return
	}
	c, err := q.data.Client()
	if err == nil {
		var warnings diag.Diagnostics
		warnings, err = q.Ask(ctx, Asked{c, stack, q.data.Planned}, &m)
		resp.Diagnostics.Append(warnings...)
	}
	if err != nil {
		resp.Diagnostics.Append(DiagnoseRead(ctx, stack, err)...)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

// DataSourceSchema is the schema of a data source that shows what a resource
// with these attributes has. The keys are required, all else is computed.
func DataSourceSchema(description string, attributes map[string]resource.Attribute, keys ...string) schema.Schema {
	shown := computed(attributes)
	for _, key := range keys {
		shown[key] = schema.StringAttribute{MarkdownDescription: reading(attributes[key]), Required: true}
	}
	return schema.Schema{MarkdownDescription: description, Attributes: shown}
}

func computed(attributes map[string]resource.Attribute) map[string]schema.Attribute {
	shown := make(map[string]schema.Attribute, len(attributes))
	for name, a := range attributes {
		description := reading(a)
		switch a := a.(type) {
		case resource.StringAttribute:
			shown[name] = schema.StringAttribute{MarkdownDescription: description, Computed: true}
		case resource.BoolAttribute:
			shown[name] = schema.BoolAttribute{MarkdownDescription: description, Computed: true}
		case resource.Int64Attribute:
			shown[name] = schema.Int64Attribute{MarkdownDescription: description, Computed: true}
		case resource.ListAttribute:
			shown[name] = schema.ListAttribute{MarkdownDescription: description, Computed: true, ElementType: a.ElementType}
		case resource.MapAttribute:
			shown[name] = schema.MapAttribute{MarkdownDescription: description, Computed: true, ElementType: a.ElementType}
		case resource.SingleNestedAttribute:
			shown[name] = schema.SingleNestedAttribute{MarkdownDescription: description, Computed: true, Attributes: computed(a.Attributes)}
		case resource.MapNestedAttribute:
			shown[name] = schema.MapNestedAttribute{MarkdownDescription: description, Computed: true,
				NestedObject: schema.NestedAttributeObject{Attributes: computed(a.NestedObject.Attributes)}}
		default:
			panic(fmt.Sprintf("attribute %s has no form for data sources: %T", name, a))
		}
	}
	return shown
}

// reading is a description without the sentences that only concern who writes
// the attribute. They come last.
func reading(a resource.Attribute) string {
	description := a.GetMarkdownDescription()
	for _, writing := range []string{" Defaults to ", " Changing it replaces ", " Planned "} {
		description, _, _ = strings.Cut(description, writing)
	}
	return description
}

// DiagnoseRead turns the error of a data source about a stack into diagnostics.
func DiagnoseRead(ctx context.Context, stack string, err error) diag.Diagnostics {
	if codeIs(err, api.CodeNotFound) {
		return diag.Diagnostics{diag.NewErrorDiagnostic(capital(err.Error()),
			"Check the name. If this configuration creates the stack, refer to it by opp_monitoring_stack.NAME.name, "+
				"so that Terraform reads once it exists.")}
	}
	return Diagnose(ctx, Subject{Noun: fmt.Sprintf("stack %q", stack)}, err)
}
