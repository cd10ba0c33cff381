package loki_test

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/alertmanager"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func TestLogAlertsReachAlertmanager(t *testing.T) {
	state := withSources("service")
	state.Stack.Prometheus.EvaluationInterval = "1s"
	state.Stack.Prometheus.ExternalLabels = map[string]string{"region": "eu \"1\""}
	errorBurst := componenttest.LogRule("g", "burst", `sum by (service) (count_over_time({service="api"} |= "error" [5m])) > 2`)
	errorBurst.Severity, errorBurst.Summary = spec.SeverityCritical, "{{ $labels.service }} in {{ $externalLabels.region }}: {{ $value }}"
	pending := componenttest.LogRule("g", "pending", "vector(1)")
	// What is to hold for ten minutes and more, and held then, fires as soon as Loki starts.
	pending.For = "9m"
	state.AlertRules = []spec.AlertRule{errorBurst, pending}
	state.Channels = []spec.Channel{componenttest.Webhook("all")}
	am, b := alertmanager.New(), start(t, state)
	componenttest.Publish(t, am, b.alertmanager())
	componenttest.Start(t, am, b.alertmanager(), componenttest.Tool(t, component.Alertmanager, "0.31.1", "alertmanager"))

	states := func(of component.Alerter, matchers ...string) map[string]string {
		alerts, err := of.Alerts(t.Context(), b.alertmanager(), matchers)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]string{}
		for _, a := range alerts {
			found[a.Labels["alertname"]] = a.State
		}
		return found
	}
	componenttest.Eventually(t, func() bool { return maps.Equal(states(b.c), map[string]string{"pending": "pending"}) })
	resource := map[string]string{"log_source": "api", "service": "api"}
	b.log(resource, record{0, "", "error 1", nil}, record{0, "", "error 2", nil}, record{0, "", "error 3", nil}, record{0, "", "fine", nil})
	componenttest.Eventually(t, func() bool { return states(am)["burst"] == "active" })

	alerts, err := am.Alerts(t.Context(), b.alertmanager(), []string{`alertname="burst"`})
	if err != nil || len(alerts) != 1 || time.Since(alerts[0].Since) > time.Minute {
		t.Fatalf("alerts %v, %v", alerts, err)
	}
	if diff := cmp.Diff(map[string]string{"alertname": "burst", "service": "api", "severity": "critical", "region": "eu \"1\""}, alerts[0].Labels); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]string{"summary": `api in eu "1": 3`}, alerts[0].Annotations); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]string{"burst": "active"}, states(b.c, `severity=~"crit.*"`)); diff != "" {
		t.Error(diff)
	}
	if _, err := b.c.Alerts(t.Context(), b.in, []string{"}{"}); !errors.Is(err, &api.Error{Code: api.CodeInvalid}) {
		t.Errorf("error %v", err)
	}
	if report := b.observe(); report.AlertsFiring != 1 || report.Rules != 2 {
		t.Errorf("%d alerts fire, %d rules", report.AlertsFiring, report.Rules)
	}
}

// alertmanager is the input with other folders.
func (b *bench) alertmanager() component.Input {
	in := b.in
	for _, dir := range []*string{&in.ConfigDir, &in.LiveDir, &in.DataDir} {
		*dir = strings.TrimSuffix(*dir, "/") + "-alertmanager"
	}
	return in
}
