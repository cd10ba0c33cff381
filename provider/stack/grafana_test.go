package stack

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func TestGrafanaRoundTrip(t *testing.T) {
	t.Parallel()
	enabled := spec.DefaultStack("").Grafana
	enabled.Enabled = true
	moved := spec.DefaultStack("").Grafana
	moved.Port = 3001
	full := enabled
	full.Component = spec.Component{Enabled: true, Version: "11.0.0", Port: 0, ListenAddress: "::1", Memory: "1GB", Path: "/opt/grafana"}
	full.AdminUser, full.AnonymousRole, full.RootURL = "root", "Viewer", "https://grafana.example.com/"
	full.Settings = map[string]string{"users.default_theme": "light"}
	external := enabled
	external.URL, external.Username = "https://grafana.example.com", "u"
	external.Token, external.Password = &spec.Secret{Version: 2}, &spec.Secret{Version: 3}
	for name, want := range map[string]spec.Grafana{
		"default": spec.DefaultStack("").Grafana, "enabled": enabled, "disabled with a port": moved, "full": full, "external": external,
	} {
		if diff := cmp.Diff(want, newGrafana(nil, want).toSpec(spec.DefaultStack("").Grafana)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// A block that was written stays, whatever it says.
func TestGrafanaBlockStays(t *testing.T) {
	t.Parallel()
	disabled := spec.DefaultStack("").Grafana
	if newGrafana(nil, disabled) != nil {
		t.Error("no block becomes one")
	}
	if newGrafana(&grafana{}, disabled) == nil {
		t.Error("a block with enabled = false becomes none")
	}
}

func TestGrafanaSecretSettings(t *testing.T) {
	t.Parallel()
	g := &grafana{
		SettingsWO:        types.MapValueMust(types.StringType, map[string]attr.Value{"a.b": types.StringValue("s"), "c.d": types.StringValue("t")}),
		SettingsWOVersion: types.Int64Value(4),
	}
	got := g.toSpec(spec.DefaultStack("").Grafana)
	if diff := cmp.Diff(map[string]*spec.Secret{"a.b": {Value: "s", Version: 4}, "c.d": {Value: "t", Version: 4}}, got.SecretSettings); diff != "" {
		t.Error(diff)
	}
	after := newGrafana(g, got)
	if after.SettingsWOVersion.ValueInt64() != 4 || !after.SettingsWO.IsNull() {
		t.Errorf("version %s, values %s", after.SettingsWOVersion, after.SettingsWO)
	}
	got.SecretSettings = nil
	if kept := newGrafana(g, got).SettingsWOVersion; kept.ValueInt64() != 4 {
		t.Errorf("without settings the version becomes %s", kept)
	}
}
