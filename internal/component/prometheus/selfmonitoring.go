package prometheus

import (
	"fmt"
	"strings"

	"github.com/prometheus/prometheus/model/rulefmt"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/rulegroup"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// supervisor is the key of component.Input.Addresses for the engine.
const supervisor = "supervisor"

// selfMonitoringJobs scrape what runs the stack.
func selfMonitoringJobs(in component.Input) []spec.ScrapeJob {
	if !in.State.Stack.SelfMonitoring {
		return nil
	}
	var found []spec.ScrapeJob
	add := func(name, path string, addresses ...string) {
		if len(addresses) == 0 || addresses[0] == "" {
			return
		}
		found = append(found, spec.ScrapeJob{
			Name:        "opp-" + strings.ReplaceAll(name, "_", "-"),
			Targets:     reachable(addresses),
			MetricsPath: path,
			Scheme:      "http",
		})
	}
	const metrics = "/metrics"
	add(component.Prometheus, metrics, in.Addresses[component.Prometheus])
	add(component.Alertmanager, metrics, in.Alertmanagers()...)
	add(component.NodeExporter, metrics, in.Addresses[component.NodeExporter])
	if grafana := &in.State.Stack.Grafana; grafana.ShowsMetrics() {
		add(component.Grafana, grafana.SubPath()+metrics, in.Addresses[component.Grafana])
	}
	add(component.Loki, metrics, in.Addresses[component.Loki])
	// Its other port takes logs.
	add(component.Collector, metrics, in.Addresses[component.Collector+"/metrics"])
	add(supervisor, metrics, in.Addresses[supervisor])
	return found
}

// selfMonitoringGroup are the rules about the stack itself, those that make
// sense for the components it has; nil if it does not monitor itself.
func selfMonitoringGroup(in component.Input) *rulegroup.Group {
	if !in.State.Stack.SelfMonitoring {
		return nil
	}
	g := &builtIns{rulegroup.Group{
		Path: rulegroup.Path(rulesFolder, spec.SelfMonitoringGroup), Name: spec.SelfMonitoringGroup, Own: true,
	}}
	g.add("ComponentDown", spec.SeverityCritical, "1m",
		`up{job=~"opp-(prometheus|alertmanager|node-exporter|grafana|loki|collector|supervisor)"} == 0`,
		"{{ $labels.job }} at {{ $labels.instance }} is down",
		"It has not answered scrapes for a minute. See its log below the stack's state directory.")
	g.prometheusRules()
	if in.Addresses[component.Alertmanager] != "" {
		g.alertmanagerRules()
	}
	if in.Addresses[component.Loki] != "" {
		g.lokiRules()
	}
	if in.Addresses[component.Collector] != "" {
		g.collectorRules()
	}
	if in.Addresses[supervisor] != "" {
		g.add("SupervisorRestartingComponent", spec.SeverityWarning, "",
			fmt.Sprintf(`increase(opp_supervisor_unit_restarts_total{job="opp-supervisor",stack=%q}[15m]) > 2`, in.State.Stack.Name),
			"{{ $labels.component }} is restarted again and again",
			"It ended {{ printf \"%.0f\" $value }} times within 15 minutes. Its log says why; a memory limit that is too low is a common cause.")
	}
	g.add(component.Watchdog, component.WatchdogSeverity, "",
		"vector(1)",
		"Alerting works",
		"This alert always fires. Where it does not arrive, alerts do not arrive either.")
	return &g.Group
}

// builtIns is the group of self-monitoring while it is put together.
type builtIns struct{ rulegroup.Group }

func (g *builtIns) prometheusRules() {
	g.add("PrometheusConfigReloadFailed", spec.SeverityCritical, "1m",
		`prometheus_config_last_reload_successful{job="opp-prometheus"} == 0`,
		"Prometheus could not load its configuration",
		"It still runs what it loaded before. Its log names the mistake; terraform apply restores the configuration.")
	g.add("RuleEvaluationFailing", spec.SeverityWarning, "",
		`increase(prometheus_rule_evaluation_failures_total{job="opp-prometheus"}[5m]) > 0`,
		"Rules of {{ $labels.rule_group }} cannot be evaluated",
		"Their alerts cannot fire. The error stands beside the rule in /api/v1/rules.")
	g.add("TSDBCloseToSizeLimit", spec.SeverityWarning, "15m",
		`(prometheus_tsdb_storage_blocks_bytes{job="opp-prometheus"}`+
			` + prometheus_tsdb_wal_storage_size_bytes{job="opp-prometheus"}`+
			` + prometheus_tsdb_head_chunks_storage_size_bytes{job="opp-prometheus"})`+
			` / (prometheus_tsdb_retention_limit_bytes{job="opp-prometheus"} > 0) > 0.9`,
		"The metrics database is {{ $value | humanizePercentage }} full",
		"At its size limit Prometheus deletes the oldest data, even if it is younger than retention.time.")
}

// firingNow lists some of the alerts that fire, so that a notification about
// others which were lost says which those may be.
const firingNow = `{{ range $i, $alert := query "topk(10, count by (alertname) (ALERTS{alertstate=\"firing\",alertname!~\"` +
	component.Watchdog + "|" + component.NotificationsFailing + `\"}))" | sortByLabel "alertname" }}` +
	`{{ if $i }}, {{ else }} What fires now: {{ end }}{{ .Labels.alertname }}{{ end }}`

// failedSinceReload are notifications that failed before anybody saw their
// counter at zero: a reload sets counters by receiver back, and sends what fires
// at once.
const failedSinceReload = `(alertmanager_notifications_failed_total{job="opp-alertmanager",receiver_name!=""} > 0` +
	` and on (job, instance) time() - alertmanager_config_last_reload_success_timestamp_seconds{job="opp-alertmanager"} < 300)`

func (g *builtIns) alertmanagerRules() {
	g.add("AlertmanagerConfigReloadFailed", spec.SeverityCritical, "1m",
		`alertmanager_config_last_reload_successful{job="opp-alertmanager"} == 0`,
		"Alertmanager could not load its configuration",
		"It still runs what it loaded before. Its log names the mistake; terraform apply restores the configuration.")
	g.add(component.NotificationsFailing, spec.SeverityWarning, "",
		`sum by (job, integration, receiver_name, alertmanager) (`+
			failedSinceReload+
			` or increase(alertmanager_notifications_failed_total{job="opp-alertmanager"}[5m])`+
			` or increase(prometheus_notifications_errors_total{job="opp-prometheus"}[5m])`+
			` or increase(loki_prometheus_notifications_errors_total{job="opp-loki"}[5m])) > 0`,
		"Notifications fail"+
			"{{ with $labels.receiver_name }} on their way to channel {{ . }}{{ end }}"+
			"{{ with $labels.integration }} by {{ . }}{{ end }}"+
			"{{ with $labels.alertmanager }} on their way to Alertmanager{{ end }}",
		"Somebody may not learn of an alert. The log of {{ $labels.job }} says why."+firingNow)
	g.add("NoAlertmanagerConnected", spec.SeverityCritical, "5m",
		`prometheus_notifications_alertmanagers_discovered{job="opp-prometheus"} < 1`,
		"Prometheus knows no Alertmanager",
		"Alerts fire but nobody is notified. terraform plan shows what was changed in the configuration.")
}

// add appends a rule. hold is a duration, empty for none.
func (g *builtIns) add(alert, severity, hold, expr, summary, description string) {
	var d component.Durations
	g.Rules = append(g.Rules, rulegroup.Rule{Rule: rulefmt.Rule{
		Alert: alert, Expr: expr, For: d.Parse("for", hold),
		Labels:      map[string]string{"severity": severity},
		Annotations: map[string]string{"summary": summary, "description": description},
	}})
}
