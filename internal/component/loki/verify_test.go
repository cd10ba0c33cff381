package loki_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/loki"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func TestVerifyFindsWhatDoesNotRun(t *testing.T) {
	b := start(t, componenttest.Everything())
	limits, rules := []string{"limits.yml"}, []string{"fake/availability.yml"}
	for name, tt := range map[string]struct {
		change  func(*component.Input)
		changed []string
		want    string
	}{
		"retention":   {func(in *component.Input) { in.State.Stack.Loki.Retention = "1d" }, limits, "differ from limits.yml in retention_period"},
		"period":      {func(in *component.Input) { in.State.LogRetentions[1].Period = "48h" }, limits, "in retention_stream"},
		"removed":     {func(in *component.Input) { in.State.LogRetentions = in.State.LogRetentions[:1] }, limits, "in retention_stream"},
		"oldest":      {func(in *component.Input) { in.State.LogRetentions[0].Period = "365d" }, nil, "in retention_stream"},
		"labels":      {func(in *component.Input) { in.State.LogSources = nil }, limits, "in otlp_config"},
		"expr":        {func(in *component.Input) { rule(&in.State, "api-errors").Expr = "vector(1)" }, rules, `rule "api-errors" of group "availability" runs with another expr`},
		"interval":    {func(in *component.Input) { in.State.Stack.Prometheus.EvaluationInterval = "1m" }, nil, `rule group "default" runs every 15s, wanted 1m`},
		"no rule":     {func(in *component.Input) { in.State.Delete(spec.KindAlertRule, "silence") }, rules, `rule group "default" of default.yml is still loaded`},
		"loki.yml":    {func(in *component.Input) { in.DataDir += "2" }, nil, "differs from loki.yml in common.path_prefix"},
		"unconcerned": {func(in *component.Input) { in.State.LogSources = nil }, rules, ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := b.in
			in.State = componenttest.Everything()
			tt.change(&in)
			files, err := b.c.Render(in)
			if err != nil {
				t.Fatal(err)
			}
			if tt.want != "" {
				componenttest.Fails(t, tt.want, func(ctx context.Context) error { return b.c.Verify(ctx, in, files, tt.changed) })
			} else if err := b.c.Verify(t.Context(), in, files, tt.changed); err != nil {
				t.Error(err)
			}
		})
	}
}

// All that Loki makes of a hundred of everything, in the forms that people write.
func TestHundreds(t *testing.T) {
	b := start(t, withSources("service"))
	before := time.Now()
	b.change(func(s *spec.State) {
		for i := range 100 {
			name := fmt.Sprintf("n%03d", i)
			r := componenttest.LogRetention(name, fmt.Sprintf(`{ service = "s%d \u00fc \"q\" \\ `+"\U0001F525"+`", level=~"a|b.*" }`, i), fmt.Sprintf("%dh", 24+i))
			r.Priority = int64(i % 3)
			s.LogRetentions = append(s.LogRetentions, r)
			s.LogSources = append(s.LogSources, componenttest.LogFiles(name, "/var/log/"+name))
			s.LogSources[len(s.LogSources)-1].Labels = map[string]string{"label" + name: "x"}
			s.AlertRules = append(s.AlertRules, componenttest.LogRule(fmt.Sprintf("group %d", i%10), name,
				fmt.Sprintf("sum(rate({service=\"s%d\"} |= `a\"b` != \"c\\\\d\" | json | level = \"error\" [5m])) by (service) > %d", i, i)))
		}
	})
	b.change(func(s *spec.State) {
		for i, group := range []string{strings.Repeat("\u00c4 \"", 100), strings.Repeat("A", 100)} {
			s.AlertRules = append(s.AlertRules, componenttest.LogRule(group, fmt.Sprintf("long %d", i), "vector(1)"))
		}
	})
	t.Logf("a hundred of each run after %s", time.Since(before))
	for i := range 100 {
		b.log(map[string]string{"log_source": "api", "service": fmt.Sprintf("s%d \u00fc \"q\" \\ \U0001F525", i), "level": "bad"}, record{time.Minute, "", "x", nil})
	}
	before = time.Now()
	report := b.observe()
	t.Logf("observed in %s", time.Since(before))
	before = time.Now()
	b.observe()
	t.Logf("observed again in %s", time.Since(before))
	b.c = loki.New()
	before = time.Now()
	b.observe()
	t.Logf("observed by another process in %s", time.Since(before))
	if sentences := componenttest.Sentences(report); len(sentences) > 0 || report.Rules != 102 {
		t.Errorf("%d rules, drift %q", report.Rules, sentences)
	}
	for _, r := range report.Observed.LogRetentions {
		if !*r.Effective || r.OldestEntry != "" {
			t.Fatalf("%s: effective %t (%s), oldest entry %q", r.Name, *r.Effective, r.Reason, r.OldestEntry)
		}
	}
	b.change(func(s *spec.State) { s.AlertRules, s.LogRetentions = nil, nil })
	if report := b.observe(); report.Rules != 0 {
		t.Errorf("%d rules are left", report.Rules)
	}
}
