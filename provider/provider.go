// Package provider is the Terraform provider opp: monitoring platforms as
// resources. It knows Terraform and nothing of Prometheus.
package provider

import (
	"context"
	"os"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/client"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/alertrule"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/alerts"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/channel"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/correlation"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/dashboard"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/escalation"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/grafanacredentials"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/logquery"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/logretention"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/logsource"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/metricquery"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/mutewindow"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/notificationroute"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/notificationtemplate"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/route"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/rulesfunction"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/scrapejob"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/silence"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/stack"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// The environment variables that stand in for absent provider attributes.
const (
	EnvStateDir = "OPP_STATE_DIR"
	EnvEndpoint = "OPP_ENDPOINT"
	EnvToken    = "OPP_TOKEN"
)

// Config says which control plane to use. At most one of StateDir and Endpoint
// is set; with neither the control plane runs in the provider's process over
// the default state directory.
type Config struct {
	// StateDir is the state directory of the control plane in this process.
	StateDir string
	// Endpoint is the URL of a control plane elsewhere, Token what it asks for.
	Endpoint string
	Token    string
}

// New makes the provider's constructor. connect is called at most once per
// configured provider, and not before a control plane is needed.
func New(version string, connect func(Config) (*client.Client, error)) func() provider.Provider {
	return func() provider.Provider { return &opp{version, connect} }
}

type opp struct {
	version string
	connect func(Config) (*client.Client, error)
}

type model struct {
	StateDir types.String `tfsdk:"state_dir"`
	Endpoint types.String `tfsdk:"endpoint"`
	Token    types.String `tfsdk:"token"`
}

// Metadata implements provider.Provider.
func (p *opp) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "opp"
	resp.Version = p.version
}

// Schema implements provider.Provider.
func (p *opp) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Monitoring platforms as code: Prometheus, Alertmanager, node_exporter, Grafana and Loki, and everything inside them. " +
			"Nothing has to be configured: by default the provider keeps what it manages in a state directory of this machine.",
		Attributes: map[string]schema.Attribute{
			"state_dir": schema.StringAttribute{
				MarkdownDescription: "Directory where the stacks of this machine live. Defaults to `$OPP_STATE_DIR`, " +
					"then `$XDG_STATE_HOME/opp`, then `~/.local/state/opp`.",
				Optional:   true,
				Validators: []validator.String{stringvalidator.ConflictsWith(path.MatchRoot("endpoint")), stringvalidator.LengthAtLeast(1)},
			},
			"endpoint": schema.StringAttribute{
				MarkdownDescription: "URL of a control plane that runs elsewhere, `http://`, `https://` or `unix://`. Defaults to `$OPP_ENDPOINT`; " +
					"without it the control plane runs inside the provider.",
				Optional:   true,
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"token": schema.StringAttribute{
				MarkdownDescription: "Token for the control plane at `endpoint`. Defaults to `$OPP_TOKEN`.",
				Optional:            true,
				Sensitive:           true,
			},
		},
	}
}

// Configure implements provider.Provider. It does not connect: validating and
// planning a new stack need no control plane.
func (p *opp) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var m model
	if resp.Diagnostics.Append(req.Config.Get(ctx, &m)...); resp.Diagnostics.HasError() {
		return
	}
	config, known := m.config(os.Getenv)
	var connect func() (*client.Client, error)
	if known {
		connect = func() (*client.Client, error) { return p.connect(config) }
	}
	if config.StateDir != "" && config.Endpoint != "" {
		resp.Diagnostics.AddError("Cannot use both "+EnvStateDir+" and "+EnvEndpoint+": a control plane is either here or elsewhere",
			"Unset one of the two environment variables, or set state_dir or endpoint in the provider block, which go before both.")
	}
	data := tfkit.NewProviderData(connect)
	resp.ResourceData = data
	resp.DataSourceData = data
	resp.EphemeralResourceData = data
}

// config fills what the configuration leaves out from the environment, and is
// false while a value is unknown. The place that the configuration gives goes
// before the environment's, whichever of the two kinds it is.
func (m model) config(getenv func(string) string) (Config, bool) {
	c := Config{StateDir: m.StateDir.ValueString(), Endpoint: m.Endpoint.ValueString(), Token: m.Token.ValueString()}
	if m.StateDir.IsNull() && m.Endpoint.IsNull() {
		c.StateDir, c.Endpoint = getenv(EnvStateDir), getenv(EnvEndpoint)
	}
	if m.Token.IsNull() {
		c.Token = getenv(EnvToken)
	}
	return c, !m.StateDir.IsUnknown() && !m.Endpoint.IsUnknown() && !m.Token.IsUnknown()
}

// Resources implements provider.Provider.
func (p *opp) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		stack.NewResource,
		scrapejob.NewResource,
		alertrule.NewResource,
		channel.NewResource,
		route.NewResource,
		mutewindow.NewResource,
		correlation.NewResource,
		escalation.NewResource,
		silence.NewResource,
		notificationtemplate.NewResource,
		dashboard.NewResource,
		logsource.NewResource,
		logretention.NewResource,
	}
}

// DataSources implements provider.Provider.
func (p *opp) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		stack.NewDataSource,
		alerts.NewDataSource,
		metricquery.NewDataSource,
		notificationroute.NewDataSource,
		logquery.NewDataSource,
		dashboard.NewDataSource,
	}
}

// EphemeralResources implements provider.ProviderWithEphemeralResources.
func (p *opp) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{grafanacredentials.New}
}

// Functions implements provider.ProviderWithFunctions.
func (p *opp) Functions(ctx context.Context) []func() function.Function {
	return []func() function.Function{
		func() function.Function { return rulesfunction.New(alertrule.InputType(ctx), alertrule.Input) },
	}
}
