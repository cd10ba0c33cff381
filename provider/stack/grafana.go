package stack

import (
	"maps"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

type grafana struct {
	component
	URL               types.String `tfsdk:"url"`
	TokenWO           types.String `tfsdk:"token_wo"`
	TokenWOVersion    types.Int64  `tfsdk:"token_wo_version"`
	Username          types.String `tfsdk:"username"`
	PasswordWO        types.String `tfsdk:"password_wo"`
	PasswordWOVersion types.Int64  `tfsdk:"password_wo_version"`
	AdminUser         types.String `tfsdk:"admin_user"`
	AnonymousRole     types.String `tfsdk:"anonymous_role"`
	RootURL           types.String `tfsdk:"root_url"`
	Settings          types.Map    `tfsdk:"settings"`
	SettingsWO        types.Map    `tfsdk:"settings_wo"`
	SettingsWOVersion types.Int64  `tfsdk:"settings_wo_version"`
}

// grafanaAttribute is a block that is null while it is left out, unlike those of
// the other components: the framework gives no default to what holds write-only
// attributes. It also turns on what it configures.
func grafanaAttribute(d spec.Grafana) schema.SingleNestedAttribute {
	d.Enabled = true
	attributes := componentAttributes("grafana", d.Component)
	admin := tfkit.String("Login of the administrator, whom Grafana makes when it starts for the first time. It cannot be changed after that. "+
		"The password is generated once and kept with the stack; `opp_grafana_credentials` tells it.", d.AdminUser)
	admin.PlanModifiers = []planmodifier.String{madeOnce{}}
	maps.Copy(attributes, map[string]schema.Attribute{
		"listen_address": tfkit.String("IP address to listen on.", d.ListenAddress),
		"path": tfkit.Optional("Path of a Grafana home directory of your own, with `bin/` and `conf/` in it, to be run instead of the one " +
			"that is downloaded. `version` is then not used to find one."),
		"url": tfkit.Optional("URL of a Grafana, version 10 or newer, that runs elsewhere already. None is run then: " +
			"`port`, `memory`, `path` and `settings` have no meaning. It gets the data sources of the stack, and loses them with it. " +
			"Their uids are fixed, so it serves one stack."),
		"token_wo":            tfkit.WriteOnly("Token of a service account in the Grafana at `url` that may administrate it.", false),
		"token_wo_version":    tfkit.WriteOnlyVersion("token_wo"),
		"username":            tfkit.Optional("User in the Grafana at `url`, with `password_wo`, instead of a token."),
		"password_wo":         tfkit.WriteOnly("Password of `username`.", false),
		"password_wo_version": tfkit.WriteOnlyVersion("password_wo"),
		"admin_user":          admin,
		"anonymous_role":      tfkit.Optional("What visitors may do without login: `Viewer`, `Editor` or `Admin`. Left out, they must log in."),
		"root_url":            tfkit.Optional("URL at which browsers reach Grafana, if it is behind a proxy. Left out, it is the address it listens on."),
		"settings": tfkit.OptionalMap("Further keys of `grafana.ini`, as `\"section.key\" = value`, " +
			"such as `\"users.default_theme\" = \"light\"`."),
		"settings_wo": schema.MapAttribute{
			MarkdownDescription: "Keys of `grafana.ini` whose values are secrets, such as `\"smtp.password\"`. Write-only: it is in neither plan nor state.",
			ElementType:         types.StringType,
			Optional:            true,
			WriteOnly:           true,
			Sensitive:           true,
			Validators:          []validator.Map{mapvalidator.NoNullValues()},
		},
		"settings_wo_version": tfkit.WriteOnlyVersion("settings_wo"),
	})
	return schema.SingleNestedAttribute{
		MarkdownDescription: "The dashboard server. It runs where this block is written: left out, the stack has no Grafana.",
		Optional:            true,
		Attributes:          attributes,
	}
}

// toSpec is d if there is no block; an empty block is a Grafana with defaults.
func (g *grafana) toSpec(d spec.Grafana) spec.Grafana {
	if g == nil {
		return d
	}
	d.Enabled = true
	g.component.toSpec(&d.Component)
	d.URL = g.URL.ValueString()
	d.Token = tfkit.Secret(g.TokenWO, g.TokenWOVersion)
	d.Username = g.Username.ValueString()
	d.Password = tfkit.Secret(g.PasswordWO, g.PasswordWOVersion)
	d.AdminUser = tfkit.StringOr(g.AdminUser, d.AdminUser)
	d.AnonymousRole = g.AnonymousRole.ValueString()
	d.RootURL = g.RootURL.ValueString()
	d.Settings = tfkit.StringMap(g.Settings)
	for key, value := range tfkit.StringMap(g.SettingsWO) {
		if d.SecretSettings == nil {
			d.SecretSettings = map[string]*spec.Secret{}
		}
		d.SecretSettings[key] = &spec.Secret{Value: value, Version: g.SettingsWOVersion.ValueInt64()}
	}
	return d
}

// newGrafana is nil, no block, for what no block means, unless there was one.
func newGrafana(old *grafana, s spec.Grafana) *grafana {
	if old == nil && reflect.DeepEqual(s, spec.DefaultStack("").Grafana) {
		return nil
	}
	before := orZero(old)
	return &grafana{
		component:         newComponent(before.component, s.Component),
		URL:               tfkit.StringOrNull(before.URL, s.URL),
		TokenWOVersion:    tfkit.SecretVersion(s.Token),
		Username:          tfkit.StringOrNull(before.Username, s.Username),
		PasswordWOVersion: tfkit.SecretVersion(s.Password),
		AdminUser:         types.StringValue(s.AdminUser),
		AnonymousRole:     tfkit.StringOrNull(before.AnonymousRole, s.AnonymousRole),
		RootURL:           tfkit.StringOrNull(before.RootURL, s.RootURL),
		Settings:          tfkit.MapOfStrings(s.Settings),
		SettingsWO:        types.MapNull(types.StringType),
		SettingsWOVersion: settingsVersion(before.SettingsWOVersion, s.SecretSettings),
	}
}

// settingsVersion is the one version that all secret settings have. Without any
// there is nothing that could have another.
func settingsVersion(old types.Int64, settings map[string]*spec.Secret) types.Int64 {
	if len(settings) == 0 {
		return old
	}
	newest := slices.MaxFunc(slices.Collect(maps.Values(settings)), func(a, b *spec.Secret) int { return int(a.Version - b.Version) })
	return tfkit.SecretVersion(newest)
}
