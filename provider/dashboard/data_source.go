package dashboard

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// NewDataSource makes the data source.
func NewDataSource() datasource.DataSource {
	computed := func(description string) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	return &tfkit.Question[shown]{
		Type: Type,
		Description: "A dashboard as a stack's Grafana has it, whoever made it: for example to move one that was made by hand " +
			"into the configuration.",
		Attributes: map[string]schema.Attribute{
			"uid":         schema.StringAttribute{MarkdownDescription: "The dashboard's uid, which is in its URL.", Required: true},
			"title":       computed("Title of the dashboard."),
			"folder":      computed("Title of its folder; null at Grafana's root."),
			"url":         computed("URL of the dashboard."),
			"version":     schema.Int64Attribute{MarkdownDescription: "Version in Grafana, which counts every save.", Computed: true},
			"config_json": computed("The dashboard in JSON, without the keys that Grafana sets itself."),
		},
		Ask: ask,
	}
}

type shown struct {
	Stack      types.String `tfsdk:"stack"`
	UID        types.String `tfsdk:"uid"`
	Title      types.String `tfsdk:"title"`
	Folder     types.String `tfsdk:"folder"`
	URL        types.String `tfsdk:"url"`
	Version    types.Int64  `tfsdk:"version"`
	ConfigJSON types.String `tfsdk:"config_json"`
}

func ask(ctx context.Context, c tfkit.Asked, m *shown) (diag.Diagnostics, error) {
	found, err := c.Dashboard(ctx, c.Stack, m.UID.ValueString())
	if err != nil {
		return nil, err
	}
	m.Title = types.StringValue(found.Title)
	m.Folder = tfkit.StringOrNull(types.StringNull(), found.Folder)
	m.URL = types.StringValue(found.URL)
	m.Version = types.Int64Value(found.Version)
	m.ConfigJSON = types.StringValue(found.ConfigJSON)
	return nil, nil
}
