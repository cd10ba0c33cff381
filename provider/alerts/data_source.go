// Package alerts is the data source opp_alerts: what is firing now.
package alerts

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// NewDataSource makes the data source.
func NewDataSource() datasource.DataSource { return &dataSource{} }

type dataSource struct{ data *tfkit.ProviderData }

type model struct {
	Stack    types.String `tfsdk:"stack"`
	Matchers types.List   `tfsdk:"matchers"`
	Alerts   []alert      `tfsdk:"alerts"`
}

type alert struct {
	Labels      map[string]string `tfsdk:"labels"`
	Annotations map[string]string `tfsdk:"annotations"`
	State       string            `tfsdk:"state"`
	Since       string            `tfsdk:"since"`
}

// Metadata implements datasource.DataSource.
func (*dataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "opp_alerts"
}

// Schema implements datasource.DataSource.
func (*dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The alerts of a stack as they are now.",
		Attributes: map[string]schema.Attribute{
			"stack": schema.StringAttribute{
				MarkdownDescription: "Name of the stack, best as `opp_monitoring_stack.NAME.name`, so that Terraform creates the stack first.",
				Required:            true,
			},
			"matchers": schema.ListAttribute{
				MarkdownDescription: "Matchers in Alertmanager's syntax, such as `severity=\"critical\"`; all must fit. Defaults to every alert.",
				ElementType:         types.StringType,
				Optional:            true,
			},
			"alerts": schema.ListNestedAttribute{
				MarkdownDescription: "The alerts.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"labels": schema.MapAttribute{
						MarkdownDescription: "Labels, among them `alertname`.",
						ElementType:         types.StringType,
						Computed:            true,
					},
					"annotations": schema.MapAttribute{
						MarkdownDescription: "Annotations, such as `summary`.",
						ElementType:         types.StringType,
						Computed:            true,
					},
					"state": schema.StringAttribute{
						MarkdownDescription: "`active`, `suppressed` (silenced or inhibited), `unprocessed`, or `pending` (not yet firing).",
						Computed:            true,
					},
					"since": schema.StringAttribute{
						MarkdownDescription: "When it began, in RFC 3339 form.",
						Computed:            true,
					},
				}},
			},
		},
	}
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *dataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.data = tfkit.FromProvider(req.ProviderData, &resp.Diagnostics)
}

// Read implements datasource.DataSource.
func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	if resp.Diagnostics.Append(req.Config.Get(ctx, &m)...); resp.Diagnostics.HasError() {
		return
	}
	c, err := d.data.Client()
	if err != nil {
		resp.Diagnostics.Append(tfkit.DiagnoseRead(ctx, m.Stack.ValueString(), err)...)
		return
	}
	found, err := c.Alerts(ctx, m.Stack.ValueString(), tfkit.Strings(m.Matchers))
	if err != nil {
		resp.Diagnostics.Append(tfkit.DiagnoseRead(ctx, m.Stack.ValueString(), err)...)
		return
	}
	m.Alerts = make([]alert, len(found))
	for i, a := range found {
		m.Alerts[i] = alert{Labels: a.Labels, Annotations: a.Annotations, State: a.State, Since: a.Since.UTC().Format(time.RFC3339)}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}
