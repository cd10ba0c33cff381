package stack

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// NewDataSource makes the data source.
func NewDataSource() datasource.DataSource { return &dataSource{} }

type dataSource struct{ data *tfkit.ProviderData }

// Metadata implements datasource.DataSource.
func (*dataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = Type
}

// Schema implements datasource.DataSource.
func (*dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = tfkit.DataSourceSchema(
		"A monitoring stack as it runs, whoever manages it. For the URLs of its components see `endpoints`.",
		attributes(), "name")
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
	observation, _, err := d.data.Observations.Of(ctx, m.Name.ValueString())
	if err != nil {
		resp.Diagnostics.Append(tfkit.DiagnoseRead(ctx, m.Name.ValueString(), err)...)
		return
	}
	m.Alertmanager = &alertmanager{} // to be shown even if nothing is other than its default
	m.FromSpec(observation.Stack.Observed)
	m.SetStatus(observation.Status)
	m.ID = types.StringValue(observation.Stack.Observed.Name)
	m.Drift = tfkit.StringList(observation.Stack.Drift)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}
