// Package metricquery is the data source opp_metric_query: PromQL, evaluated now.
package metricquery

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
	Stack  types.String `tfsdk:"stack"`
	Query  types.String `tfsdk:"query"`
	Vector []sample     `tfsdk:"vector"`
}

type sample struct {
	Labels map[string]string `tfsdk:"labels"`
	Value  string            `tfsdk:"value"`
	Time   string            `tfsdk:"time"`
}

// Metadata implements datasource.DataSource.
func (*dataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "opp_metric_query"
}

// Schema implements datasource.DataSource.
func (*dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The result of a PromQL expression, evaluated now; useful in `check` blocks.",
		Attributes: map[string]schema.Attribute{
			"stack": schema.StringAttribute{
				MarkdownDescription: "Name of the stack, best as `opp_monitoring_stack.NAME.name`, so that Terraform creates the stack first.",
				Required:            true,
			},
			"query": schema.StringAttribute{
				MarkdownDescription: "PromQL expression that returns an instant vector or a scalar.",
				Required:            true,
			},
			"vector": schema.ListNestedAttribute{
				MarkdownDescription: "The samples. A scalar is one sample without labels.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"labels": schema.MapAttribute{
						MarkdownDescription: "Labels of the series.",
						ElementType:         types.StringType,
						Computed:            true,
					},
					"value": schema.StringAttribute{
						MarkdownDescription: "Value as Prometheus writes it, which may be `NaN` or `+Inf`; `tonumber()` turns all others into a number.",
						Computed:            true,
					},
					"time": schema.StringAttribute{
						MarkdownDescription: "Time of the evaluation, in RFC 3339 form.",
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
	result, err := c.Query(ctx, m.Stack.ValueString(), m.Query.ValueString())
	if err != nil {
		resp.Diagnostics.Append(tfkit.DiagnoseRead(ctx, m.Stack.ValueString(), err)...)
		return
	}
	for _, w := range result.Warnings {
		resp.Diagnostics.AddWarning("Prometheus warns about the query: "+w, "The result may be incomplete.")
	}
	m.Vector = make([]sample, len(result.Vector))
	for i, s := range result.Vector {
		m.Vector[i] = sample{Labels: s.Labels, Value: s.Value, Time: s.Time.UTC().Format(time.RFC3339)}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}
