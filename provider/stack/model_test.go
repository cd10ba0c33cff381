package stack

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	other := spec.DefaultStack("other")
	other.SelfMonitoring = false
	other.Prometheus.Component = spec.Component{Version: "3.0.0", Port: 0, ListenAddress: "::1", Memory: "1GB", Path: "/usr/bin/prometheus"}
	other.Prometheus.ExternalLabels = map[string]string{"cluster": "one"}
	other.Prometheus.Retention = spec.MetricRetention{Time: "1d", Size: "5GB"}
	other.Prometheus.ScrapeInterval, other.Prometheus.EvaluationInterval = "1s", "2s"
	other.Alertmanager.Retention, other.Alertmanager.Enabled = "1h", false
	other.Alertmanager.DefaultChannel, other.Alertmanager.ExternalURL = "oncall", "https://example.com/alerts"
	other.Alertmanager.Replicas = 3
	other.Alertmanager.ResolveTimeout, other.Alertmanager.SeverityInhibition = "1m", false
	other.Alertmanager.SMTP = &spec.SMTP{
		Smarthost: "mail:25", From: "a@example.com", Hello: "opp", AuthUsername: "u", AuthPassword: &spec.Secret{Version: 2}, AuthSecret: &spec.Secret{Version: 3},
		AuthIdentity: "i", RequireTLS: new(false), ForceImplicitTLS: new(true), TLSConfig: &spec.TLSConfig{CAFile: "/ca.pem", InsecureSkipVerify: true},
	}
	other.NodeExporter.Port = 1
	for _, want := range []spec.Stack{spec.DefaultStack("default"), other} {
		var m model
		m.FromSpec(want)
		if diff := cmp.Diff(want, m.ToSpec()); diff != "" {
			t.Errorf("%s: %s", want.Name, diff)
		}
	}
}

func TestAbsentAttributes(t *testing.T) {
	t.Parallel()
	want := spec.DefaultStack("x")
	partly := want
	partly.Prometheus.Port = 0
	unknown := component{
		Enabled: types.BoolUnknown(), Version: types.StringUnknown(), Port: types.Int64Unknown(),
		ListenAddress: types.StringUnknown(), Memory: types.StringUnknown(), Path: types.StringUnknown(),
	}
	for name, test := range map[string]struct {
		m    model
		want spec.Stack
	}{
		"no blocks":    {model{}, want},
		"empty blocks": {model{Prometheus: &prometheus{}, Alertmanager: &alertmanager{}, NodeExporter: &component{}}, want},
		"unknown": {model{
			Prometheus: &prometheus{component: unknown}, NodeExporter: &unknown, SelfMonitoring: types.BoolUnknown(),
			Alertmanager: &alertmanager{
				component: unknown, DefaultChannel: types.StringUnknown(), ExternalURL: types.StringUnknown(),
				Replicas: types.Int64Unknown(), ResolveTimeout: types.StringUnknown(), SeverityInhibition: types.BoolUnknown(), SMTP: types.ObjectUnknown(nil),
			},
		}, want},
		"a port of 0":     {model{Prometheus: &prometheus{component: component{Port: types.Int64Value(0)}}}, partly},
		"empty retention": {model{Prometheus: &prometheus{Retention: &retention{}}}, want},
	} {
		test.m.Name = types.StringValue("x")
		if diff := cmp.Diff(test.want, test.m.ToSpec()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// A block that was written stays, whatever it says; none stays none while
// nothing is other than its default.
func TestAlertmanagerBlock(t *testing.T) {
	t.Parallel()
	d := spec.DefaultStack("").Alertmanager
	if newAlertmanager(nil, d) != nil {
		t.Error("no block becomes one")
	}
	if newAlertmanager(&alertmanager{}, d) == nil {
		t.Error("an empty block becomes none")
	}
	d.Retention = "1h"
	if block := newAlertmanager(nil, d); block == nil || block.Retention.ValueString() != "1h" {
		t.Error("what runs differently is not shown")
	}
}

func TestSetStatus(t *testing.T) {
	t.Parallel()
	m := model{Prometheus: &prometheus{component: component{Memory: types.StringValue("1GB")}}}
	m.SetStatus(api.StackStatus{
		Status:    api.StatusUnhealthy,
		Endpoints: map[string]string{"prometheus": "http://127.0.0.1:9090"},
		Components: map[string]api.ComponentStatus{
			"prometheus":    {Version: "3.16.0", Status: api.StatusHealthy, MemoryLimit: 1 << 30, MemoryLimitKind: "cgroup2", MemoryUsed: 5},
			"alertmanager":  {Version: "0.31.1", Status: api.StatusStopped, MemoryLimit: 1000, MemoryLimitKind: "soft"},
			"node_exporter": {Version: "1.12.1", Status: api.StatusHealthy, MemoryLimitKind: "none"},

			"alertmanager-2": {Version: "0.31.1", Status: api.StatusHealthy, MemoryLimit: 128 << 20, MemoryLimitKind: "cgroup2"},
		},
	})
	if m.Status.ValueString() != "unhealthy" || m.Endpoints["prometheus"] != "http://127.0.0.1:9090" {
		t.Errorf("status %s, endpoints %v", m.Status, m.Endpoints)
	}
	for name, want := range map[string]types.String{
		"prometheus":    types.StringValue("1GB"), // as configured
		"alertmanager":  types.StringValue("1000B"),
		"node_exporter": types.StringNull(),

		"alertmanager-2": types.StringValue("128MB"),
	} {
		if got := m.Components[name].MemoryLimit; !got.Equal(want) {
			t.Errorf("memory limit of %s is %s, want %s", name, got, want)
		}
	}
}

func TestTimeouts(t *testing.T) {
	t.Parallel()
	var m resourceModel
	for _, op := range []tfkit.Operation{tfkit.OpCreate, tfkit.OpUpdate, tfkit.OpDelete} {
		got, diags := m.Timeout(t.Context(), op)
		if got != 20*time.Minute || diags.HasError() {
			t.Errorf("%s: %s, want 20m (%v)", op, got, diags)
		}
	}
}
