package prometheus_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/prometheus"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/porttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// bench is a running Prometheus.
type bench struct {
	testing.TB
	c     *prometheus.Component
	in    component.Input
	files component.Files
}

func start(t testing.TB, state spec.State, extra ...string) *bench {
	t.Helper()
	b := &bench{TB: t, c: prometheus.New(), in: componenttest.Input(t, state)}
	b.files = componenttest.Publish(t, b.c, b.in)
	componenttest.Start(t, b.c, b.in, componenttest.Tool(t, component.Prometheus, version, "prometheus"), extra...)
	if err := b.c.Verify(t.Context(), b.in, b.files, nil); err != nil {
		t.Fatal(err)
	}
	b.settle(&b.in.State.Stack)
	for i := range b.in.State.ScrapeJobs {
		b.settle(&b.in.State.ScrapeJobs[i])
	}
	return b
}

func (b *bench) settle(object spec.Object) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), 2*time.Minute)
	defer cancel()
	if err := b.c.Settle(ctx, b.in, object); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) reload() {
	b.Helper()
	if err := b.c.Reload(b.Context(), b.in); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) observe() *component.Report {
	b.Helper()
	return componenttest.Observe(b, b.c, b.in, b.files)
}

// want compares the report with the desired state after change, and the drift
// sentences.
func (b *bench) want(report *component.Report, change func(*spec.State), drift ...string) {
	b.Helper()
	componenttest.Want(b, b.in, report, change, drift...)
}

func rule(s *spec.State, name string) *spec.AlertRule {
	return s.Get(spec.KindAlertRule, name).(*spec.AlertRule)
}

func job(s *spec.State, name string) *spec.ScrapeJob {
	return s.Get(spec.KindScrapeJob, name).(*spec.ScrapeJob)
}

func TestRunsWhatIsRendered(t *testing.T) {
	for name, state := range componenttest.States() {
		t.Run(name, func(t *testing.T) {
			b := start(t, state)
			report := b.observe()
			b.want(report, nil)
			if report.Versions[component.Prometheus] != version {
				t.Errorf("version %q", report.Versions[component.Prometheus])
			}
		})
	}
}

const edited = "stack production: prometheus: prometheus.yml was edited by hand"

type change struct {
	name   string
	edit   func()
	still  bool // not reloaded
	change func(*spec.State)
	drift  []string
}

func TestObserveTellsWhatWasChangedByHand(t *testing.T) {
	b := start(t, componenttest.Everything())
	for _, tt := range append(ruleChanges(b), configChanges(b)...) {
		t.Run(tt.name, func(t *testing.T) {
			b.TB = t
			tt.edit()
			if !tt.still {
				b.reload()
			}
			b.want(b.observe(), tt.change, tt.drift...)

			componenttest.Publish(t, b.c, b.in)
			b.reload()
			if err := b.c.Verify(t.Context(), b.in, b.files, nil); err != nil {
				t.Fatal(err)
			}
			for i := range b.in.State.ScrapeJobs {
				b.settle(&b.in.State.ScrapeJobs[i])
			}
		})
	}
}

func ruleChanges(b *bench) []change {
	rules := filepath.Join(b.in.ConfigDir, "rules", "availability.yml")
	ruleFile := "stack production: prometheus: rules/availability.yml was edited by hand"
	return []change{
		{
			name: "expression and for",
			edit: func() {
				componenttest.Edit(b, rules, `up{job="api"}==0`, `up{job="api"} < 1`)
				componenttest.Edit(b, rules, "for: 1m", "for: 2m")
			},
			change: func(s *spec.State) {
				rule(s, "api-down").Expr, rule(s, "api-down").For = `up{job="api"} < 1`, "2m"
			},
			drift: []string{ruleFile},
		},
		{
			name:  "the same expression written differently",
			edit:  func() { componenttest.Edit(b, rules, `up{job="api"}==0`, `up{job='api'}   ==   0`) },
			drift: []string{ruleFile + ", without effect so far"},
		},
		{
			name: "labels and annotations",
			edit: func() {
				componenttest.Edit(b, rules, "severity: critical", "severity: warning\n          extra: label")
				componenttest.Edit(b, rules, "{{ $labels.instance }} is down", "it is down")
			},
			change: func(s *spec.State) {
				r := rule(s, "api-down")
				r.Severity, r.Summary = "warning", "it is down"
				r.Labels = map[string]string{"team": "api", "extra": "label"}
			},
			drift: []string{ruleFile},
		},
		{
			name: "a rule inserted before the others",
			edit: func() {
				componenttest.Edit(b, rules, "    rules:\n", "    rules:\n      - alert: ServiceDown\n        expr: vector(7)\n")
			},
			drift: []string{ruleFile, `stack production: prometheus: rule "ServiceDown" of group "availability" is loaded but not managed`},
		},
		{
			name:   "an alertname",
			edit:   func() { componenttest.Edit(b, rules, "alert: ServiceDown", "alert: Renamed") },
			change: func(s *spec.State) { rule(s, "api-down").Alert = "Renamed" },
			drift:  []string{ruleFile},
		},
		{
			name: "a rule removed",
			edit: func() {
				componenttest.Edit(b, rules, "      - alert: ServiceDown\n        expr: up{job=\"worker\"} == 0\n", "")
			},
			drift: []string{ruleFile, "alert_rule worker-down: prometheus: the rule is not loaded"},
		},
		{
			name: "group interval",
			edit: func() {
				componenttest.Edit(b, filepath.Join(b.in.ConfigDir, "rules", "latency.yml"), "interval: 30s", "interval: 45s")
			},
			change: func(s *spec.State) {
				rule(s, "api-slow").GroupInterval, rule(s, "api-very-slow").GroupInterval = "45s", "45s"
			},
			drift: []string{"stack production: prometheus: rules/latency.yml was edited by hand"},
		},
		{
			name: "a file removed and one added",
			edit: func() {
				if err := os.Rename(filepath.Join(b.in.ConfigDir, "rules", "default.yml"), filepath.Join(b.in.ConfigDir, "rules", "mine.yml")); err != nil {
					b.Fatal(err)
				}
			},
			drift: []string{
				"stack production: prometheus: rules/default.yml was removed by hand",
				"stack production: prometheus: rules/mine.yml was added by hand",
				`stack production: prometheus: rule "any" of group "default" is loaded but not managed`,
				"alert_rule any: prometheus: the rule is not loaded",
			},
		},
	}
}

func configChanges(b *bench) []change {
	config := filepath.Join(b.in.ConfigDir, "prometheus.yml")
	return []change{
		{
			name: "global section",
			edit: func() {
				componenttest.Edit(b, config, "scrape_interval: 15s", "scrape_interval: 20s")
				componenttest.Edit(b, config, "evaluation_interval: 15s", "evaluation_interval: 25s")
				componenttest.Edit(b, config, "region: eu-1", "region: us-1")
				componenttest.Edit(b, config, "time: 15d", "time: 1d")
				componenttest.Edit(b, config, "size: 1GiB", "size: 2GB")
			},
			change: func(s *spec.State) {
				p := &s.Stack.Prometheus
				p.ScrapeInterval, p.EvaluationInterval = "20s", "25s"
				p.ExternalLabels = map[string]string{"region": "us-1", "price": "$5"}
				p.Retention = spec.MetricRetention{Time: "1d", Size: "2GB"}
			},
			drift: []string{edited},
		},
		{
			name: "scrape job",
			edit: func() {
				componenttest.Edit(b, config, "scrape_interval: 5s", "scrape_interval: 6s")
				componenttest.Edit(b, config, "metrics_path: /m\n", "metrics_path: /n\n")
				componenttest.Edit(b, config, "scheme: https", "scheme: http")
				componenttest.Edit(b, config, "sample_limit: 1000", "sample_limit: 5")
				componenttest.Edit(b, config, "username: u", "username: v")
				componenttest.Edit(b, config, "server_name: api.example.org", "server_name: b.example.org")
				componenttest.Edit(b, config, "regex: go_.*", "regex: java_.*")
				componenttest.Edit(b, config, "honor_labels: true", "honor_labels: false\n    label_limit: 5")
				componenttest.Edit(b, config, "        - b\n", "")
			},
			change: func(s *spec.State) {
				j := job(s, "api")
				j.Interval, j.MetricsPath, j.Scheme, j.SampleLimit, j.HonorLabels = "6s", "/n", "http", 5, false
				j.BasicAuth = &spec.BasicAuth{Username: "v", Password: j.BasicAuth.Password}
				j.TLS = &spec.TLS{ServerName: "b.example.org", InsecureSkipVerify: true}
				j.Params = map[string][]string{"module": {"a"}}
				j.MetricRelabel = slices.Clone(j.MetricRelabel)
				j.MetricRelabel[0].Regex = "java_.*"
			},
			drift: []string{edited, "scrape_job api: prometheus: label_limit is set but not managed"},
		},
		{
			name: "a scrape job removed and one added",
			edit: func() {
				componenttest.Edit(b, config, "job_name: worker", "job_name: mine")
			},
			drift: []string{
				edited, "scrape_job worker: prometheus: the scrape job is not loaded",
				`stack production: prometheus: scrape job "mine" is loaded but not managed`,
			},
		},
		{
			name: "self-monitoring and alerting",
			edit: func() {
				componenttest.Edit(b, config, "metrics_path: /metrics", "metrics_path: /other")
				componenttest.Edit(b, config, b.in.Addresses[component.Alertmanager], "127.0.0.1:1")
				componenttest.Edit(b, filepath.Join(b.in.ConfigDir, "rules", "opp-self-monitoring.yml"), "vector(1)", "vector(2)")
			},
			drift: []string{
				edited,
				"stack production: prometheus: rules/opp-self-monitoring.yml was edited by hand",
				`stack production: prometheus: rule "Watchdog" of group "opp-self-monitoring" runs with another expr`,
				`stack production: prometheus: scrape job "opp-prometheus": the scrape job was changed`,
				"stack production: prometheus: the section alerting of the running configuration was changed",
			},
		},
		{
			name:  "edited but not reloaded",
			edit:  func() { componenttest.Edit(b, config, "scrape_interval: 15s", "scrape_interval: 20s") },
			still: true,
			drift: []string{edited + ", without effect so far"},
		},
		{
			name: "targets and their labels",
			edit: func() {
				path := filepath.Join(b.in.LiveDir, "targets", "api.json")
				componenttest.Edit(b, path, "127.0.0.1:8001", "127.0.0.1:8009")
				componenttest.Edit(b, path, `"service": "api"`, `"service": "web"`)
				changed := *job(&b.in.State, "api")
				changed.Targets, changed.Labels = []string{"127.0.0.1:8000", "127.0.0.1:8009"}, map[string]string{"service": "web"}
				b.settle(&changed)
			},
			still: true,
			change: func(s *spec.State) {
				j := job(s, "api")
				j.Targets, j.Labels = []string{"127.0.0.1:8000", "127.0.0.1:8009"}, map[string]string{"service": "web"}
			},
			drift: []string{"stack production: prometheus: targets/api.json was edited by hand"},
		},
	}
}

func TestObserveTellsOtherFlags(t *testing.T) {
	b := start(t, componenttest.States()["minimal"], "--web.enable-admin-api")
	b.in.DataDir += "-wanted"
	b.want(b.observe(), nil,
		"stack small: prometheus: runs with --storage.tsdb.path="+strings.TrimSuffix(b.in.DataDir, "-wanted")+", wanted "+b.in.DataDir)
}

func TestObservePausedRuleThatRuns(t *testing.T) {
	b := start(t, componenttest.States()["paused"])
	componenttest.Edit(t, filepath.Join(b.in.ConfigDir, "rules", "half.yml"), "    rules:\n",
		"    rules:\n      - alert: half-off\n        expr: vector(1)\n")
	b.reload()
	b.want(b.observe(), func(s *spec.State) { rule(s, "half-off").Paused = false },
		"stack production: prometheus: rules/half.yml was edited by hand")
}

func TestVerifyFindsWhatDoesNotRun(t *testing.T) {
	b := start(t, componenttest.Everything())
	tests := map[string]struct {
		change  func(*spec.State)
		changed []string
		want    string
	}{
		"expr":    {func(s *spec.State) { rule(s, "api-down").Expr = "up" }, []string{"rules/availability.yml"}, `rule "ServiceDown" of group "availability" runs with another expr`},
		"order":   {func(s *spec.State) { rule(s, "worker-down").Order = -1; s.Sort() }, []string{"rules/availability.yml"}, "runs with another"},
		"added":   {func(s *spec.State) { s.Put(ptr(componenttest.Rule("new", "x", "up"))) }, nil, `rule group "new" is not loaded`},
		"removed": {func(s *spec.State) { s.Delete(spec.KindAlertRule, "any") }, []string{"rules/default.yml"}, `rule group "default" of default.yml is still loaded`},
		"fewer":   {func(s *spec.State) { s.Delete(spec.KindAlertRule, "worker-down") }, nil, "runs 2 rules, wanted 1"},
		"interval": {func(s *spec.State) {
			rule(s, "api-slow").GroupInterval, rule(s, "api-very-slow").GroupInterval = "1m", "1m"
		}, nil, `rule group "latency" runs every 30s, wanted 1m`},
		"job":    {func(s *spec.State) { job(s, "api").Interval = "7s" }, []string{"prometheus.yml"}, "differs from prometheus.yml in scrape job api"},
		"no job": {func(s *spec.State) { s.Delete(spec.KindScrapeJob, "api") }, nil, "in scrape job api"},
		"labels": {func(s *spec.State) { s.Stack.Prometheus.ExternalLabels = nil }, nil, "in global"},
		"size":   {func(s *spec.State) { s.Stack.Prometheus.Retention.Size = "3GB" }, nil, "in storage"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			in := b.in
			in.State = componenttest.Everything()
			tt.change(&in.State)
			files, err := b.c.Render(in)
			if err != nil {
				t.Fatal(err)
			}
			componenttest.Fails(t, tt.want, func(ctx context.Context) error { return b.c.Verify(ctx, in, files, tt.changed) })
			if err := b.c.Verify(t.Context(), in, files, []string{"targets/api.json"}); err != nil {
				t.Errorf("live files need no verification: %v", err)
			}
		})
	}
}

func ptr[T any](v T) *T { return &v }

func TestReloadCarriesPrometheusWords(t *testing.T) {
	b := start(t, componenttest.States()["minimal"])
	path := filepath.Join(b.in.ConfigDir, "prometheus.yml")
	componenttest.Edit(t, path, "scrape_interval: 15s", "scrape_interval: never")
	err := b.c.Reload(t.Context(), b.in)
	var refused *api.Error
	if !errors.As(err, &refused) || refused.Code != api.CodeRefused || !strings.Contains(refused.Detail, `not a valid duration string`) {
		t.Errorf("error %#v", err)
	}
	b.want(b.observe(), nil, "stack small: prometheus: prometheus.yml was edited by hand, without effect so far")

	b.in.Addresses[component.Prometheus] = porttest.Address(t)
	if err := b.c.Reload(t.Context(), b.in); !errors.Is(err, &api.Error{Code: api.CodeUnavailable}) {
		t.Errorf("error %#v", err)
	}
	if err := b.c.Observe(t.Context(), b.in, b.files, &component.Report{}); err == nil {
		t.Error("a server that does not answer was observed")
	}
}

func TestNewTargetsNeedNoReload(t *testing.T) {
	b := start(t, componenttest.Everything())
	job(&b.in.State, "worker").Targets = []string{"127.0.0.1:8100", "127.0.0.1:8101"}
	files, err := b.c.Render(b.in)
	if err != nil {
		t.Fatal(err)
	}
	const path = "targets/worker.json"
	componenttest.Replace(t, filepath.Join(b.in.LiveDir, path), files[path].Data)
	before := time.Now()
	b.settle(job(&b.in.State, "worker"))
	t.Logf("targets settled in %s", time.Since(before))
	b.files = files
	b.want(b.observe(), nil)
}

func TestQueryAndAlerts(t *testing.T) {
	state := componenttest.States()["minimal"]
	state.Stack.Prometheus.EvaluationInterval = "1s"
	pending := componenttest.Rule("a", "pending", "vector(2)")
	pending.For = "1h"
	firing := componenttest.Rule("a", "firing", "vector(1)")
	firing.Severity = spec.SeverityInfo
	state.AlertRules = []spec.AlertRule{firing, pending}
	b := start(t, state)

	result, err := b.c.Query(t.Context(), b.in, `label_replace(vector(1.5), "a", "b", "", "")`)
	if err != nil || len(result.Vector) != 1 || result.Vector[0].Value != "1.5" || result.Vector[0].Labels["a"] != "b" {
		t.Errorf("vector: %v, %v", result, err)
	}
	if result, err = b.c.Query(t.Context(), b.in, `1/0`); err != nil || result.Vector[0].Value != "+Inf" {
		t.Errorf("scalar: %v, %v", result, err)
	}
	for query, want := range map[string]string{
		"up[5m]": "it is a matrix, and only an instant vector or a scalar is allowed",
		"up ==":  "parse error",
	} {
		_, err := b.c.Query(t.Context(), b.in, query)
		if !errors.Is(err, &api.Error{Code: api.CodeInvalid}) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", query, err, want)
		}
	}
	states := func(matchers ...string) map[string]string {
		alerts, err := b.c.Alerts(t.Context(), b.in, matchers)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]string{}
		for _, a := range alerts {
			found[a.Labels["alertname"]] = a.State
		}
		return found
	}
	componenttest.Eventually(t, func() bool { return len(states()) == 2 })
	if diff := cmp.Diff(map[string]string{"firing": "active", "pending": "pending"}, states()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]string{"firing": "active"}, states(`severity=~"in.*"`)); diff != "" {
		t.Error(diff)
	}
	if _, err := b.c.Alerts(t.Context(), b.in, []string{"}{"}); !errors.Is(err, &api.Error{Code: api.CodeInvalid}) {
		t.Errorf("error %v", err)
	}
	if report := b.observe(); report.AlertsFiring != 1 || report.Rules != 2 {
		t.Errorf("%d alerts fire, %d rules", report.AlertsFiring, report.Rules)
	}
}
