package scrapejob

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func full() spec.ScrapeJob {
	empty, text := "", "$1"
	return spec.ScrapeJob{
		Stack: "production", Name: "api", Targets: []string{"127.0.0.1:8000"}, Labels: map[string]string{"service": "api"},
		MetricsPath: "/m", Scheme: "https", Interval: "30s", Timeout: "5s", HonorLabels: true, SampleLimit: 10,
		Params:      map[string][]string{"module": {"a", "b"}},
		BasicAuth:   &spec.BasicAuth{Username: "u", Password: &spec.Secret{Version: 1}},
		BearerToken: &spec.Secret{Version: 2},
		TLS:         &spec.TLS{CAFile: "/ca", ServerName: "x", InsecureSkipVerify: true},
		MetricRelabel: []spec.RelabelRule{
			{Action: "drop", SourceLabels: []string{"__name__"}, Regex: "go_.*", Separator: &empty},
			{Action: "hashmod", SourceLabels: []string{}, Modulus: 4, TargetLabel: "t", Replacement: &text},
		},
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	minimal := spec.ScrapeJob{Stack: "production", Name: "api", Targets: []string{"a:1"}}
	spec.WithDefaults(&minimal)
	bare := minimal
	bare.TLS, bare.BasicAuth = &spec.TLS{}, &spec.BasicAuth{Username: "u"}
	for name, want := range map[string]spec.ScrapeJob{"full": full(), "minimal": minimal, "empty blocks": bare} {
		var m model
		m.FromSpec(want)
		if diff := cmp.Diff(want, m.ToSpec()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAbsentAttributes(t *testing.T) {
	t.Parallel()
	want := spec.ScrapeJob{Name: "x", Targets: []string{}}
	spec.WithDefaults(&want)
	unknown := model{
		Targets: types.ListUnknown(types.StringType), Labels: types.MapUnknown(types.StringType),
		MetricsPath: types.StringUnknown(), Scheme: types.StringUnknown(), Interval: types.StringUnknown(),
		HonorLabels: types.BoolUnknown(), SampleLimit: types.Int64Unknown(),
		Params:        types.MapUnknown(types.ListType{ElemType: types.StringType}),
		BearerTokenWO: types.StringUnknown(), BearerTokenWOVersion: types.Int64Unknown(),
	}
	var null model
	for name, m := range map[string]model{"null": null, "unknown": unknown} {
		m.Name = types.StringValue("x")
		if diff := cmp.Diff(want, m.ToSpec()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// Elements that are not known yet keep the places of the others, which errors name.
func TestUnknownElements(t *testing.T) {
	t.Parallel()
	m := model{
		Targets:       types.ListValueMust(types.StringType, []attr.Value{types.StringUnknown(), types.StringValue("b:1")}),
		MetricRelabel: []*relabel{nil, {Action: types.StringValue("drop")}},
	}
	j := m.ToSpec()
	if diff := cmp.Diff([]string{"", "b:1"}, j.Targets); diff != "" {
		t.Error(diff)
	}
	if len(j.MetricRelabel) != 2 || j.MetricRelabel[1].Action != "drop" {
		t.Errorf("relabel rules: %+v", j.MetricRelabel)
	}
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	m := model{
		BearerTokenWO: types.StringValue("token"), BearerTokenWOVersion: types.Int64Value(1),
		BasicAuth: &basicAuth{Username: types.StringValue("u"), PasswordWO: types.StringValue("password")},
	}
	j := m.ToSpec()
	if diff := cmp.Diff(map[string]*spec.Secret{
		"bearer_token":        {Value: "token", Version: 1},
		"basic_auth.password": {Value: "password"},
	}, j.Secrets()); diff != "" {
		t.Error(diff)
	}
	m.FromSpec(j)
	if !m.BearerTokenWO.IsNull() || !m.BasicAuth.PasswordWO.IsNull() {
		t.Error("a secret is left in the model, and would get into state")
	}
	if m.BearerTokenWOVersion.ValueInt64() != 1 || !m.BasicAuth.PasswordWOVersion.IsNull() {
		t.Error("versions are not those of the secrets")
	}
}

func TestAbsenceInState(t *testing.T) {
	t.Parallel()
	m := model{
		Interval:      types.StringValue(""),
		TLS:           &tls{ServerName: types.StringValue("")},
		MetricRelabel: []*relabel{{Regex: types.StringValue("")}},
	}
	j := m.ToSpec()
	m.FromSpec(j)
	if m.Interval.IsNull() || m.TLS.ServerName.IsNull() || m.MetricRelabel[0].Regex.IsNull() {
		t.Error("an empty string that the user wrote becomes null")
	}
	if !m.Timeout.IsNull() || !m.TLS.CAFile.IsNull() || !m.MetricRelabel[0].TargetLabel.IsNull() || !m.MetricRelabel[0].Modulus.IsNull() {
		t.Error("what the job does not have is not null")
	}
}
