package prometheus_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"go.yaml.in/yaml/v3"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/alertmanager"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/grafana"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/loki"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/prometheus"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/porttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

const selfMonitoringFile = "rules/" + spec.SelfMonitoringGroup + ".yml"

// builtIn renders the rules of self-monitoring.
func builtIn(t testing.TB, in component.Input) ([]byte, []rulefmt.Rule) {
	t.Helper()
	files, err := prometheus.New().Render(in)
	if err != nil {
		t.Fatal(err)
	}
	text := files[selfMonitoringFile].Data
	var groups rulefmt.RuleGroups
	if err := yaml.Unmarshal(text, &groups); err != nil || len(groups.Groups) != 1 {
		t.Fatalf("%v: %s", err, text)
	}
	return text, groups.Groups[0].Rules
}

func fullInput(t testing.TB) component.Input {
	in := componenttest.GoldenInput(componenttest.Input(t, componenttest.Everything()))
	in.Addresses[component.Grafana] = "127.0.0.1:3000"
	in.Addresses["supervisor"] = "127.0.0.1:9099"
	return in
}

func TestSelfMonitoringRules(t *testing.T) {
	text, rules := builtIn(t, fullInput(t))
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "rules.yml"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	fires, rests := map[string]bool{}, map[string]bool{component.Watchdog: true}
	files, err := filepath.Glob(filepath.Join("testdata", "self-monitoring*_test.yml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		cases, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		copied := filepath.Join(dir, filepath.Base(file))
		if err := os.WriteFile(copied, cases, 0o600); err != nil {
			t.Fatal(err)
		}
		componenttest.Run(t, promtool(t), "test", "rules", copied)
		tested(t, cases, fires, rests)
	}
	for _, r := range rules {
		if !fires[r.Alert] || !rests[r.Alert] {
			t.Errorf("%s: a case where it fires: %t, where it does not: %t", r.Alert, fires[r.Alert], rests[r.Alert])
		}
		if r.Labels["severity"] == "" || r.Annotations["summary"] == "" || r.Annotations["description"] == "" {
			t.Errorf("%s lacks severity, summary or description", r.Alert)
		}
	}
}

// tested adds the alerts that a test file has cases for.
func tested(t testing.TB, cases []byte, fires, rests map[string]bool) {
	t.Helper()
	var file struct {
		Tests []struct {
			Cases []struct {
				Alert  string `yaml:"alertname"`
				Alerts []any  `yaml:"exp_alerts"`
			} `yaml:"alert_rule_test"`
		} `yaml:"tests"`
	}
	if err := yaml.Unmarshal(cases, &file); err != nil {
		t.Fatal(err)
	}
	for _, test := range file.Tests {
		for _, c := range test.Cases {
			if len(c.Alerts) > 0 {
				fires[c.Alert] = true
			} else {
				rests[c.Alert] = true
			}
		}
	}
}

func TestSelfMonitoringFitsTheStack(t *testing.T) {
	tests := map[string]struct {
		change func(*component.Input)
		alerts string
		jobs   string
	}{
		"all": {
			func(*component.Input) {},
			"ComponentDown PrometheusConfigReloadFailed RuleEvaluationFailing TSDBCloseToSizeLimit AlertmanagerConfigReloadFailed" +
				" NotificationsFailing NoAlertmanagerConnected LogIngestionFailing LogsTurnedAway LogsDiscarded LogChunksNotWritten" +
				" LogRetentionNotApplied LokiLimitsRefused LogRuleEvaluationFailing LogDiskAlmostFull LogsWaiting LogQueueFilling LogQueueFull" +
				" LogsNotAccepted LogReceiverRefusing CollectorShortOfMemory LogsUnclaimed SupervisorRestartingComponent Watchdog",
			"opp-prometheus opp-alertmanager opp-node-exporter opp-grafana opp-loki opp-collector opp-supervisor",
		},
		"prometheus alone": {
			func(in *component.Input) {
				in.Addresses = map[string]string{component.Prometheus: "127.0.0.1:1"}
			},
			"ComponentDown PrometheusConfigReloadFailed RuleEvaluationFailing TSDBCloseToSizeLimit Watchdog",
			"opp-prometheus",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			in := fullInput(t)
			in.State.ScrapeJobs = nil
			tt.change(&in)
			_, rules := builtIn(t, in)
			var alerts, jobs []string
			for _, r := range rules {
				alerts = append(alerts, r.Alert)
			}
			files, err := prometheus.New().Render(in)
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(string(files["prometheus.yml"].Data)) {
				if _, job, ok := strings.Cut(strings.TrimSpace(line), "job_name: "); ok {
					jobs = append(jobs, job)
				}
			}
			if diff := cmp.Diff(tt.alerts, strings.Join(alerts, " ")); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tt.jobs, strings.Join(jobs, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestSelfMonitoringUsesMetricsThatExist protects the rules from names that
// upstream never had or gave up: they would never fire.
func TestSelfMonitoringUsesMetricsThatExist(t *testing.T) {
	b := start(t, spec.State{Stack: spec.DefaultStack("production")})
	am := alertmanager.New()
	in := componenttest.Input(t, b.in.State)
	// What fails is counted by receiver, so there has to be one.
	in.State.Channels = []spec.Channel{componenttest.Webhook("oncall")}
	in.Addresses[component.Prometheus] = b.in.Addresses[component.Prometheus]
	componenttest.Publish(t, am, in)
	componenttest.Start(t, am, in, componenttest.Tool(t, component.Alertmanager, "0.31.1", "alertmanager"))

	exposed := map[string]probe.Metrics{}
	for _, name := range []string{component.Prometheus, component.Alertmanager} {
		metrics, err := probe.New().Metrics(t.Context(), in.Addresses[name], nil)
		if err != nil {
			t.Fatal(err)
		}
		exposed["opp-"+name] = metrics
	}
	for job, metrics := range exposed {
		for _, missing := range notExposed(t, in, job, metrics) {
			// A family without series is not exposed; errors per Alertmanager
			// appear once there is one.
			if !strings.HasSuffix(missing, " prometheus_notifications_errors_total") {
				t.Error(missing)
			}
		}
	}
	componenttest.Eventually(t, func() bool {
		metrics, err := probe.New().Metrics(t.Context(), in.Addresses[component.Prometheus], nil)
		return err == nil && metrics.Label("prometheus_notifications_errors_total", "alertmanager") != ""
	})
}

// TestLokiExposesWhatSelfMonitoringUses makes everything happen that Loki counts
// from the first time on only.
func TestLokiExposesWhatSelfMonitoringUses(t *testing.T) {
	state := componenttest.States()["minimal"]
	state.Stack.SelfMonitoring, state.Stack.Loki.Enabled = true, true
	state.Stack.Prometheus.EvaluationInterval = "1s"
	state.AlertRules = []spec.AlertRule{
		componenttest.LogRule("g", "fails", `rate({a="b"} |~ "(" [1m]) > 0`), componenttest.LogRule("g", "fires", "vector(1)"),
	}
	c, in := loki.New(), componenttest.Input(t, state)
	in.Addresses[component.Alertmanager] = porttest.Address(t) // where nobody listens
	componenttest.Publish(t, c, in)
	componenttest.Start(t, c, in, componenttest.Tool(t, component.Loki, "3.7.8", "loki"))
	for at, status := range map[time.Time]int{time.Unix(0, 1): http.StatusBadRequest, time.Now(): http.StatusNoContent} {
		entry := fmt.Sprintf(`{"resourceLogs":[{"resource":{"attributes":[{"key":"log_source","value":{"stringValue":"x"}}]},`+
			`"scopeLogs":[{"logRecords":[{"timeUnixNano":"%d","body":{"stringValue":"x"}}]}]}]}`, at.UnixNano())
		answer, err := http.Post("http://"+in.Addresses[component.Loki]+"/otlp/v1/logs", "application/json", strings.NewReader(entry))
		if err != nil || answer.StatusCode != status {
			t.Fatalf("an entry of %s: %v, %v", at, answer, err)
		}
		_ = answer.Body.Close()
	}
	var missing []string
	metrics := func() probe.Metrics {
		metrics, err := probe.New().Metrics(t.Context(), in.Addresses[component.Loki], nil)
		if err != nil {
			t.Fatal(err)
		}
		return metrics
	}
	defer func() { t.Logf("missing: %q", missing) }()
	shown := regexp.MustCompile(`\bloki_\w+`).FindAllString(componenttest.BuiltInDashboard(t, grafana.New(), in), -1)
	if len(shown) == 0 {
		t.Error("the dashboard shows nothing of Loki")
	}
	componenttest.Eventually(t, func() bool {
		have := metrics()
		missing = notExposed(t, in, "opp-loki", have)
		for _, name := range shown {
			if have[name] == nil {
				missing = append(missing, "the dashboard "+name)
			}
		}
		return len(missing) == 0
	})
	var routes, reasons []string
	for _, m := range metrics()["loki_request_duration_seconds"].GetMetric() {
		routes = append(routes, m.GetLabel()[1].GetValue())
	}
	for _, m := range metrics()["loki_discarded_samples_total"].GetMetric() {
		reasons = append(reasons, m.GetLabel()[2].GetValue())
	}
	if !slices.Contains(routes, "otlp_v1_logs") || !slices.Equal(reasons, []string{"greater_than_max_sample_age"}) {
		t.Errorf("routes %q, reasons %q", routes, reasons)
	}
}

// notExposed says which rules about a job use metrics that it does not expose.
func notExposed(t testing.TB, in component.Input, job string, metrics probe.Metrics) []string {
	t.Helper()
	var missing []string
	_, rules := builtIn(t, in)
	for _, r := range rules {
		expr, err := parser.NewParser(parser.Options{}).ParseExpr(r.Expr)
		if err != nil {
			t.Fatal(err)
		}
		for _, selector := range parser.ExtractSelectors(expr) {
			name := matched(selector, model.MetricNameLabel)
			if matched(selector, "job") == job && metrics[name] == nil && metrics[strings.TrimSuffix(name, "_count")] == nil {
				missing = append(missing, r.Alert+" "+name)
			}
		}
	}
	return missing
}

// TestGrafanaIsScraped where it answers, and not where its metrics are kept from
// those who do not log in.
func TestGrafanaIsScraped(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*spec.Grafana)
		path   string
	}{
		"by default":      {func(*spec.Grafana) {}, "/metrics"},
		"behind a proxy":  {func(g *spec.Grafana) { g.RootURL = "https://example.com/tools/grafana/" }, "/tools/grafana/metrics"},
		"of a whole host": {func(g *spec.Grafana) { g.RootURL = "https://grafana.example.com/" }, "/metrics"},
		"switched off":    {func(g *spec.Grafana) { g.Settings = map[string]string{"metrics.enabled": "false"} }, ""},
		"with a password": {func(g *spec.Grafana) {
			g.SecretSettings = map[string]*spec.Secret{"metrics.basic_auth_password": {File: "x"}}
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := fullInput(t)
			in.State.ScrapeJobs = nil
			test.change(&in.State.Stack.Grafana)
			files, err := prometheus.New().Render(in)
			if err != nil {
				t.Fatal(err)
			}
			path := ""
			_, job, found := strings.Cut(string(files["prometheus.yml"].Data), "job_name: opp-grafana\n")
			if found {
				path = "/metrics" // which is not written
				for line := range strings.Lines(job) {
					if strings.Contains(line, "job_name") {
						break
					}
					if _, value, ok := strings.Cut(line, "metrics_path: "); ok {
						path = strings.TrimSpace(value)
					}
				}
			}
			if path != test.path {
				t.Errorf("scraped at %q, want %q", path, test.path)
			}
		})
	}
}

func matched(selector []*labels.Matcher, name string) string {
	for _, m := range selector {
		if m.Name == name {
			return m.Value
		}
	}
	return ""
}
