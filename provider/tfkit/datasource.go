package tfkit

import (
	"context"
	"fmt"
	"strings"

	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	resource "github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
)

// DataSourceSchema is the schema of a data source that shows what a resource
// with these attributes has. The keys are required, all else is computed.
func DataSourceSchema(description string, attributes map[string]resource.Attribute, keys ...string) datasource.Schema {
	shown := computed(attributes)
	for _, key := range keys {
		shown[key] = datasource.StringAttribute{MarkdownDescription: reading(attributes[key]), Required: true}
	}
	return datasource.Schema{MarkdownDescription: description, Attributes: shown}
}

func computed(attributes map[string]resource.Attribute) map[string]datasource.Attribute {
	shown := make(map[string]datasource.Attribute, len(attributes))
	for name, a := range attributes {
		description := reading(a)
		switch a := a.(type) {
		case resource.StringAttribute:
			shown[name] = datasource.StringAttribute{MarkdownDescription: description, Computed: true}
		case resource.BoolAttribute:
			shown[name] = datasource.BoolAttribute{MarkdownDescription: description, Computed: true}
		case resource.Int64Attribute:
			shown[name] = datasource.Int64Attribute{MarkdownDescription: description, Computed: true}
		case resource.ListAttribute:
			shown[name] = datasource.ListAttribute{MarkdownDescription: description, Computed: true, ElementType: a.ElementType}
		case resource.MapAttribute:
			shown[name] = datasource.MapAttribute{MarkdownDescription: description, Computed: true, ElementType: a.ElementType}
		case resource.SingleNestedAttribute:
			shown[name] = datasource.SingleNestedAttribute{MarkdownDescription: description, Computed: true, Attributes: computed(a.Attributes)}
		case resource.MapNestedAttribute:
			shown[name] = datasource.MapNestedAttribute{MarkdownDescription: description, Computed: true,
				NestedObject: datasource.NestedAttributeObject{Attributes: computed(a.NestedObject.Attributes)}}
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
