package loki_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/loki"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func rule(s *spec.State, name string) *spec.AlertRule {
	return s.Get(spec.KindAlertRule, name).(*spec.AlertRule)
}

func retention(s *spec.State, name string) *spec.LogRetention {
	return s.Get(spec.KindLogRetention, name).(*spec.LogRetention)
}

// ineffective is a retention that Loki has not loaded as it is wanted.
func ineffective(s *spec.State, name string) *spec.LogRetention {
	r := retention(s, name)
	r.Effective, r.Reason = ptr(false), "Loki has not loaded it"
	return r
}

// soon is want for what Loki notices by itself after a while.
func (b *bench) soon(change func(*spec.State), drift ...string) {
	b.Helper()
	want := b.in.State.Clone()
	for i := range want.LogRetentions {
		want.LogRetentions[i].Effective = ptr(true)
	}
	if change != nil {
		change(&want)
	}
	slices.Sort(drift)
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		report := b.observe()
		if cmp.Equal(want, report.Observed) && slices.Equal(drift, componenttest.Sentences(report)) {
			return
		}
		if time.Now().After(deadline) {
			b.want(report, change, drift...)
			return
		}
	}
}

// awaitSync waits until Loki has looked at its files again.
func (b *bench) awaitSync() {
	b.Helper()
	syncs := func() float64 {
		metrics, err := probe.New().Metrics(b.Context(), b.in.Addresses[component.Loki], nil)
		if err != nil {
			b.Fatal(err)
		}
		for _, m := range metrics["loki_ruler_sync_rules_total"].GetMetric() {
			if m.GetLabel()[0].GetValue() == "periodic" {
				return m.GetCounter().GetValue()
			}
		}
		return 0
	}
	before := syncs()
	componenttest.Eventually(b, func() bool { return syncs() >= before+3 }) // the limits are looked at as often
}

type change struct {
	name   string
	edit   func()
	change func(*spec.State)
	drift  []string
}

func TestObserveTellsWhatWasChangedByHand(t *testing.T) {
	b := start(t, componenttest.Everything())
	for _, tt := range append(ruleChanges(b), limitChanges(b)...) {
		t.Run(tt.name, func(t *testing.T) {
			b.TB = t
			tt.edit()
			b.soon(tt.change, tt.drift...)

			componenttest.Publish(t, b.c, b.in)
			b.verify(nil)
			b.want(b.observe(), nil)
		})
	}
}

func ruleChanges(b *bench) []change {
	rules := filepath.Join(b.in.ConfigDir, "fake", "availability.yml")
	const ruleFile = "stack production: loki: fake/availability.yml was edited by hand"
	return []change{
		{
			name: "expression and for",
			edit: func() {
				componenttest.Edit(b, rules, `|= "error" [5m])) > 1`, `|= "error" [5m])) > 2`)
				componenttest.Edit(b, rules, "for: 2m", "for: 3m")
			},
			change: func(s *spec.State) {
				rule(s, "api-errors").Expr, rule(s, "api-errors").For = `(sum by (service)(rate({service="api"} |= "error"[5m])) > 2)`, "3m"
			},
			drift: []string{ruleFile},
		},
		{
			name: "the same expression written differently",
			edit: func() {
				componenttest.Edit(b, rules, `sum by (service) (rate({service="api"} |= "error" [5m])) > 1`, `sum(rate({service="api"}|="error"[5m]))  by(service)>1`)
			},
			drift: []string{ruleFile + ", without effect so far"},
		},
		{
			name: "labels and annotations",
			edit: func() {
				componenttest.Edit(b, rules, "severity: critical", "severity: warning\n          extra: label")
				componenttest.Edit(b, rules, "'{{ $labels.service }} writes errors'", "it writes errors")
			},
			change: func(s *spec.State) {
				r := rule(s, "api-errors")
				r.Severity, r.Summary, r.Labels = "warning", "it writes errors", map[string]string{"team": "api", "extra": "label"}
			},
			drift: []string{ruleFile},
		},
		{
			name: "a rule inserted, an alertname changed",
			edit: func() {
				componenttest.Edit(b, rules, "    rules:\n", "    rules:\n      - alert: Mine\n        expr: vector(7)\n")
				componenttest.Edit(b, rules, "alert: api-panics", "alert: Renamed")
			},
			change: func(s *spec.State) { rule(s, "api-panics").Alert = "Renamed" },
			drift:  []string{ruleFile, `stack production: loki: rule "Mine" of group "availability" is loaded but not managed`},
		},
		{
			name: "a rule removed, and the interval changed",
			edit: func() {
				componenttest.Edit(b, rules, "      - alert: api-panics\n        expr: count_over_time({service=\"api\"} | json | level=`panic` [1m]) > 0\n", "")
				componenttest.Edit(b, rules, "interval: 30s", "interval: 40s")
			},
			change: func(s *spec.State) {
				rule(s, "api-errors").GroupInterval, rule(s, "api-panics").GroupInterval = "40s", "40s"
			},
			drift: []string{ruleFile, "alert_rule api-panics: loki: the rule is not loaded"},
		},
		{
			name: "a file removed and one added",
			edit: func() {
				folder := filepath.Join(b.in.ConfigDir, "fake")
				if err := os.Rename(filepath.Join(folder, "default.yml"), filepath.Join(folder, "mine")); err != nil {
					b.Fatal(err)
				}
			},
			drift: []string{
				"stack production: loki: fake/default.yml was removed by hand", "stack production: loki: fake/mine was added by hand",
				`stack production: loki: rule "silence" of group "default" is loaded but not managed`,
				"alert_rule silence: loki: the rule is not loaded",
			},
		},
		{
			name: "a file that Loki refuses, so that none is loaded",
			edit: func() {
				componenttest.Edit(b, rules, "alert: api-panics", "alert: Renamed")
				componenttest.Edit(b, filepath.Join(b.in.ConfigDir, "fake", "default.yml"), "absent_over_time(", "absent_over_tim(")
				b.awaitSync()
			},
			drift: []string{
				ruleFile + ", without effect so far",
				"stack production: loki: fake/default.yml was edited by hand, without effect so far",
			},
		},
	}
}

func limitChanges(b *bench) []change {
	limits := filepath.Join(b.in.ConfigDir, "limits.yml")
	const edited = "stack production: loki: limits.yml was edited by hand"
	return []change{
		{
			name: "retentions",
			edit: func() {
				componenttest.Edit(b, limits, "retention_period: 2w", "retention_period: 3d")
				componenttest.Edit(b, limits, "period: 90d", "period: 48h")
				componenttest.Edit(b, limits, "priority: 10", "priority: 11")
				componenttest.Edit(b, limits, `{level="debug", service=~"api|web"}`, `{level="trace"}`)
			},
			change: func(s *spec.State) {
				s.Stack.Loki.Retention = "3d"
				ineffective(s, "audit").Period, retention(s, "audit").Priority = "2d", 11
				ineffective(s, "debug").Selector = `{level="trace"}`
			},
			drift: []string{edited},
		},
		{
			name: "a selector written differently",
			edit: func() {
				componenttest.Edit(b, limits, `'{level="debug", service=~"api|web"}'`, `'{service=~"api|web",level="debug"}'`)
			},
			drift: []string{edited + ", without effect so far"},
		},
		{
			name: "a retention removed and one added",
			edit: func() {
				componenttest.Edit(b, limits, `      - selector: '{service="audit"}'`, `      - selector: '{service="mine"}'`)
				componenttest.Edit(b, limits, "priority: 10\n        period: 90d", "priority: 1\n        period: 5d")
			},
			change: func(s *spec.State) { ineffective(s, "audit") },
			drift: []string{
				edited, "log_retention audit: loki: the retention is not loaded",
				`stack production: loki: a retention of 5d for {service="mine"} is loaded but not managed`,
			},
		},
		{
			name: "index labels and the age of entries",
			edit: func() {
				componenttest.Edit(b, limits, "attributes: [level, log_source, service, stream]", "attributes: [log_source, mine, service, stream]")
				componenttest.Edit(b, limits, "reject_old_samples_max_age: 90d", "reject_old_samples_max_age: 30d")
			},
			drift: []string{
				edited, `log_source api: loki: label "level" is not an index label`,
				`stack production: loki: label "mine" is an index label but not managed`,
				"stack production: loki: takes entries that are up to 30d old, wanted 90d",
			},
		},
		{
			name: "a file that Loki refuses",
			edit: func() {
				componenttest.Edit(b, limits, "retention_period: 2w", "retention_period: 3d\n    no_such_limit: 1")
				b.awaitSync()
			},
			drift: []string{edited + ", without effect so far"},
		},
		{
			name: "the configuration, which is read at start only",
			edit: func() {
				componenttest.Edit(b, filepath.Join(b.in.ConfigDir, "loki.yml"), "retention_enabled: true", "retention_enabled: false")
			},
			drift: []string{"stack production: loki: loki.yml was edited by hand, without effect so far"},
		},
	}
}

func TestObserveTellsWhatItWasStartedWith(t *testing.T) {
	b := &bench{TB: t, c: loki.New(), in: componenttest.Input(t, componenttest.Everything())}
	b.files = componenttest.Publish(t, b.c, b.in)
	config := filepath.Join(b.in.ConfigDir, "loki.yml")
	componenttest.Edit(t, config, "retention_enabled: true", "retention_enabled: false")
	componenttest.Edit(t, config, "max_line_size: 1MB", "max_line_size: 1KB")
	componenttest.Start(t, b.c, b.in, binary(t))
	b.want(b.observe(), func(s *spec.State) {
		for i := range s.LogRetentions {
			s.LogRetentions[i].Effective, s.LogRetentions[i].Reason = ptr(false), "Loki runs without retention (compactor.retention_enabled)"
		}
	},
		"stack production: loki: loki.yml was edited by hand",
		"stack production: loki: runs with another compactor.retention_enabled than loki.yml says",
		"stack production: loki: runs with another limits_config.max_line_size than loki.yml says",
	)
}

func TestWithoutCompactorNoRetentionIsEffective(t *testing.T) {
	b := &bench{TB: t, c: loki.New(), in: componenttest.Input(t, componenttest.Everything())}
	b.files = componenttest.Publish(t, b.c, b.in)
	config := filepath.Join(b.in.ConfigDir, "loki.yml")
	componenttest.Edit(t, config, "target: all", "target: distributor,ingester,querier,query-frontend,ruler")
	componenttest.Edit(t, config, "common:\n", "common:\n  compactor_address: http://127.0.0.1:9\n")
	componenttest.Start(t, b.c, b.in, binary(t))
	b.want(b.observe(), func(s *spec.State) {
		for i := range s.LogRetentions {
			s.LogRetentions[i].Effective, s.LogRetentions[i].Reason = ptr(false), "Loki's compactor does not run"
		}
	},
		"stack production: loki: loki.yml was edited by hand",
		"stack production: loki: runs with another target than loki.yml says",
	)
}

// That retention needs these need not be observed.
func TestLokiDoesNotStartWithoutWhatRetentionNeeds(t *testing.T) {
	for name, edit := range map[string][2]string{
		"store for deletions": {"  delete_request_store: filesystem\n", ""},
		"index by the day":    {"period: 24h", "period: 168h"},
	} {
		t.Run(name, func(t *testing.T) {
			c, in := loki.New(), componenttest.Input(t, componenttest.Everything())
			componenttest.Publish(t, c, in)
			config := filepath.Join(in.ConfigDir, "loki.yml")
			componenttest.Run(t, binary(t), "-config.file="+config, "-verify-config")
			componenttest.Edit(t, config, edit[0], edit[1])
			if out, err := exec.Command(binary(t), "-config.file="+config, "-verify-config").CombinedOutput(); err == nil {
				t.Errorf("it would start: %s", out)
			}
		})
	}
}

func TestObservePausedRuleThatRuns(t *testing.T) {
	b := start(t, componenttest.States()["paused"])
	componenttest.Edit(t, filepath.Join(b.in.ConfigDir, "fake", "half.yml"), "    rules:\n",
		"    rules:\n      - alert: log-half-off\n        expr: vector(1.0)\n")
	b.soon(func(s *spec.State) { rule(s, "log-half-off").Paused = false },
		"stack production: loki: fake/half.yml was edited by hand")
}
