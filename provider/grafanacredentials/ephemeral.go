// Package grafanacredentials is the ephemeral resource
// opp_grafana_credentials: access to a stack's Grafana for as long as Terraform
// runs.
package grafanacredentials

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// lifetime bounds the token if Terraform ends without closing.
const lifetime = time.Hour

// privateKey is where the identity of what was made is kept for Close.
const privateKey = "credentials"

// made identifies credentials for revocation.
type made struct {
	Stack string `json:"stack"`
	ID    string `json:"id"`
}

type model struct {
	Stack    types.String `tfsdk:"stack"`
	URL      types.String `tfsdk:"url"`
	Username types.String `tfsdk:"username"`
	Password types.String `tfsdk:"password"`
	Token    types.String `tfsdk:"token"`
}

type credentials struct{ data *tfkit.ProviderData }

var (
	_ ephemeral.EphemeralResourceWithConfigure = (*credentials)(nil)
	_ ephemeral.EphemeralResourceWithClose     = (*credentials)(nil)
)

// New makes the ephemeral resource.
func New() ephemeral.EphemeralResource { return &credentials{} }

// Metadata implements ephemeral.EphemeralResource.
func (*credentials) Metadata(_ context.Context, _ ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = "opp_grafana_credentials"
}

// Schema implements ephemeral.EphemeralResource.
func (*credentials) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	computed := func(description string, secret bool) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true, Sensitive: secret}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Access to a stack's Grafana while Terraform runs, for example to configure the Grafana provider. " +
			"It is in neither plan nor state.",
		Attributes: map[string]schema.Attribute{
			"stack": schema.StringAttribute{
				MarkdownDescription: "Name of the stack, best as `opp_monitoring_stack.NAME.name`, so that Terraform creates the stack first.",
				Required:            true,
			},
			"url":      computed("URL of Grafana.", false),
			"username": computed("Login of the administrator; null for a Grafana that runs elsewhere, and where somebody changed the password in Grafana. A password that was refused is tried again after ten minutes.", false),
			"password": computed("Password of the administrator; null where `username` is.", true),
			"token":    computed("Token of a service account. It is revoked when Terraform ends, and ends by itself after an hour.", true),
		},
	}
}

// Configure implements ephemeral.EphemeralResourceWithConfigure.
func (e *credentials) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.data = tfkit.FromProvider(req.ProviderData, &resp.Diagnostics)
}

// Open implements ephemeral.EphemeralResource.
func (e *credentials) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var m model
	if resp.Diagnostics.Append(req.Config.Get(ctx, &m)...); resp.Diagnostics.HasError() {
		return
	}
	stack := m.Stack.ValueString()
	c, err := e.data.Client()
	if err != nil {
		resp.Diagnostics.Append(tfkit.DiagnoseRead(ctx, stack, err)...)
		return
	}
	found, err := c.GrafanaCredentials(ctx, stack, lifetime)
	notYet := errors.Is(err, &api.Error{Code: api.CodeNotFound}) || errors.Is(err, &api.Error{Code: api.CodeUnavailable})
	if notYet && e.data.Planned.Changing(stack) {
		// The same plan creates the stack, gives it a Grafana or repairs that. Its
		// name is known already, so Terraform does not wait by itself.
		for _, value := range []*types.String{&m.URL, &m.Username, &m.Password, &m.Token} {
			*value = types.StringUnknown()
		}
		resp.Diagnostics.Append(resp.Result.Set(ctx, &m)...)
		return
	}
	if err != nil {
		resp.Diagnostics.Append(tfkit.DiagnoseRead(ctx, stack, err)...)
		return
	}
	private, err := json.Marshal(made{Stack: stack, ID: found.ID})
	if err != nil {
		resp.Diagnostics.Append(tfkit.DiagnoseRead(ctx, stack, err)...)
		return
	}
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, privateKey, private)...)
	m.URL = types.StringValue(found.URL)
	m.Username = tfkit.StringOrNull(types.StringNull(), found.Username)
	m.Password = tfkit.StringOrNull(types.StringNull(), found.Password)
	m.Token = types.StringValue(found.Token)
	resp.Diagnostics.Append(resp.Result.Set(ctx, &m)...)
}

// Close implements ephemeral.EphemeralResourceWithClose.
func (e *credentials) Close(ctx context.Context, req ephemeral.CloseRequest, resp *ephemeral.CloseResponse) {
	private, diags := req.Private.GetKey(ctx, privateKey)
	if resp.Diagnostics.Append(diags...); private == nil || resp.Diagnostics.HasError() {
		return
	}
	var m made
	err := json.Unmarshal(private, &m)
	if err == nil {
		err = e.revoke(ctx, m)
	}
	// With the stack, which may be destroyed by now, went what it had made.
	if err != nil && !errors.Is(err, &api.Error{Code: api.CodeNotFound}) {
		resp.Diagnostics.Append(tfkit.DiagnoseRead(ctx, m.Stack, err)...)
	}
}

func (e *credentials) revoke(ctx context.Context, m made) error {
	c, err := e.data.Client()
	if err != nil {
		return err
	}
	return c.RevokeGrafanaCredentials(ctx, m.Stack, m.ID)
}
