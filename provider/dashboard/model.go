package dashboard

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

type model struct {
	tfkit.Common
	Stack      types.String `tfsdk:"stack"`
	Folder     types.String `tfsdk:"folder"`
	ConfigJSON jsonValue    `tfsdk:"config_json"`
	UIEdits    types.String `tfsdk:"ui_edits"`
	Lint       types.String `tfsdk:"lint"`
	Annotate   types.Bool   `tfsdk:"annotate"`
	URL        types.String `tfsdk:"url"`
	Version    types.Int64  `tfsdk:"version"`
}

// ToSpec implements tfkit.Model.
func (m *model) ToSpec() spec.Dashboard {
	d := spec.Dashboard{
		Stack:      m.Stack.ValueString(),
		Name:       m.Name.ValueString(),
		Folder:     m.Folder.ValueString(),
		ConfigJSON: m.ConfigJSON.ValueString(),
		UIEdits:    m.UIEdits.ValueString(),
		Lint:       m.Lint.ValueString(),
		Annotate:   tfkit.BoolOr(m.Annotate, true),
		Version:    m.Version.ValueInt64(),
	}
	spec.WithDefaults(&d)
	return d
}

// FromSpec implements tfkit.Model. A dashboard that is gone from Grafana keeps
// its URL, at which the next apply restores it.
func (m *model) FromSpec(d spec.Dashboard) {
	m.Stack = types.StringValue(d.Stack)
	m.Name = types.StringValue(d.Name)
	m.Folder = tfkit.StringOrNull(m.Folder, d.Folder)
	m.UIEdits = types.StringValue(d.UIEdits)
	m.Lint = types.StringValue(d.Lint)
	m.Annotate = types.BoolValue(d.Annotate)
	m.Version = types.Int64Value(d.Version)
	if d.URL != "" || m.URL.IsUnknown() {
		m.URL = types.StringValue(d.URL)
	}
	switch {
	case d.ConfigJSON != "":
		m.Complete(d)
	case d.ConfigSHA256 != sum(m.ConfigJSON.ValueString()):
		m.ConfigJSON = jsonNull()
	}
}

// Incomplete implements tfkit.Completer: observations carry the sum of
// config_json, which is enough while state has the same text.
func (m *model) Incomplete() bool { return m.ConfigJSON.IsNull() }

// Complete implements tfkit.Completer.
func (m *model) Complete(d spec.Dashboard) { m.ConfigJSON = jsonString(d.ConfigJSON) }

// TakeSeen implements tfkit.Seer: the version in the plan is the one to come.
func (*model) TakeSeen(d *spec.Dashboard, prior spec.Dashboard) { d.Version = prior.Version }

func sum(text string) string {
	hash := sha256.Sum256([]byte(text))
	return hex.EncodeToString(hash[:])
}
