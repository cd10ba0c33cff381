package spec_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func TestLevels(t *testing.T) {
	p := soundPolicy()
	p.Repeat.Times = 1
	first, both, boss := []string{"first"}, []string{"first", "second"}, []string{"boss"}
	want := []spec.Level{
		{Policy: "oncall", Step: 1, Round: 1, Channels: first},
		{Policy: "oncall", Step: 2, Round: 1, After: 15 * time.Minute, Channels: both},
		{Policy: "oncall", Step: 3, Round: 1, After: time.Hour, Channels: boss},
		{Policy: "oncall", Step: 1, Round: 2, After: 2 * time.Hour, Channels: first},
		{Policy: "oncall", Step: 2, Round: 2, After: 2*time.Hour + 15*time.Minute, Channels: both},
		{Policy: "oncall", Step: 3, Round: 2, After: 3 * time.Hour, Channels: boss},
	}
	levels := p.Levels()
	if diff := cmp.Diff(want, levels); diff != "" {
		t.Fatal(diff)
	}
	labels := map[int]map[string]string{
		0: nil,
		1: {"escalation": "oncall", "escalation_step": "2"},
		3: {"escalation": "oncall", "escalation_step": "1", "escalation_round": "2"},
	}
	for i, want := range labels {
		if diff := cmp.Diff(want, levels[i].Labels()); diff != "" {
			t.Errorf("level %d: %s", i, diff)
		}
	}
	if !p.AtOnce() {
		t.Error("a policy whose first step is at once does not say so")
	}
	p.Steps = p.Steps[1:]
	if p.AtOnce() || (&spec.EscalationPolicy{}).AtOnce() {
		t.Error("a policy without a step at once says it has one")
	}
}

// policies is a state with the matchers of several policies, each of one later step.
func policies(matchers map[string][]string) spec.Escalation {
	var s spec.State
	for name, m := range matchers {
		s.Put(&spec.EscalationPolicy{
			Name: name, Matchers: m,
			Steps: []spec.EscalationStep{{After: "0s", Channels: []string{"c"}}, {After: "1m", Channels: []string{"d"}}},
		})
	}
	return s.Escalation()
}

func named(levels []spec.Level) []string {
	names := []string{}
	for _, l := range levels {
		names = append(names, l.Policy+"/"+l.After.String())
	}
	return names
}

func TestRulesComeUnderPoliciesThatTheyDoNotContradict(t *testing.T) {
	e := policies(map[string][]string{"p": {`severity="critical"`, `team=~"a|b"`}, "every": nil, "broken": {"}"}})
	for _, tt := range []struct {
		name, alert string
		labels      map[string]string
		want        []string
	}{
		{"fits", "A", map[string]string{"severity": "critical", "team": "a"}, []string{"every/1m0s", "p/1m0s"}},
		{"from the series", "A", map[string]string{"severity": "critical"}, []string{"every/1m0s", "p/1m0s"}},
		{"template", "A", map[string]string{"severity": "{{ $labels.s }}", "team": "b"}, []string{"every/1m0s", "p/1m0s"}},
		{"contradicts one", "A", map[string]string{"severity": "critical", "team": "c"}, []string{"every/1m0s"}},
		{"contradicts the other", "A", map[string]string{"severity": "warning"}, []string{"every/1m0s"}},
		{"removes it", "A", map[string]string{"severity": ""}, []string{"every/1m0s"}},
	} {
		if diff := cmp.Diff(tt.want, named(e.Of(tt.alert, tt.labels))); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
	byName := policies(map[string][]string{"p": {`alertname="A"`}})
	if got := byName.Of("B", nil); len(got) != 0 {
		t.Errorf("alertname contradicts, but %v", got)
	}
	// No rule can set another alertname by a label.
	if got := byName.Of("A", map[string]string{"alertname": "B"}); len(got) != 1 {
		t.Errorf("alertname fits, but %v", got)
	}
}

func TestAlertsReachTheLevelsOfPoliciesThatMatch(t *testing.T) {
	e := policies(map[string][]string{"p": {`severity="critical"`}, "none": {`team=""`}, "other": {`team="x"`}})
	for _, tt := range []struct {
		alert map[string]string
		want  []string
	}{
		{map[string]string{"severity": "critical"}, []string{"none/0s", "p/0s", "none/1m0s", "p/1m0s"}},
		{map[string]string{"team": "x"}, []string{"other/0s", "other/1m0s"}},
		{map[string]string{"team": "y"}, []string{}},
		{map[string]string{"severity": "critical", "escalation": "p", "escalation_step": "2"}, []string{}},
	} {
		if diff := cmp.Diff(tt.want, named(e.Reached(tt.alert))); diff != "" {
			t.Errorf("%v: %s", tt.alert, diff)
		}
	}
}

// What a policy adds to rules that may or may not fit is told with figures.
func TestPolicyThatAddsManyRules(t *testing.T) {
	state := spec.State{Stack: spec.DefaultStack("production")}
	add := func(count int, change func(*spec.AlertRule)) {
		for range count {
			r := spec.AlertRule{Stack: "production", Name: fmt.Sprint("r", len(state.AlertRules)), Alert: "A", Expr: "up == 0"}
			change(&r)
			spec.WithDefaults(&r)
			state.AlertRules = append(state.AlertRules, r)
		}
	}
	label := func(name, value string) func(*spec.AlertRule) {
		return func(r *spec.AlertRule) { r.Severity, r.Labels = spec.SeverityCritical, map[string]string{name: value} }
	}
	add(60, label("team", "db"))
	add(60, label("team", "web"))
	add(60, func(r *spec.AlertRule) { r.Severity = spec.SeverityWarning })
	add(60, func(r *spec.AlertRule) { r.Severity, r.Paused = spec.SeverityCritical, true })
	add(30, label("tier", "1"))
	policy := soundPolicy()
	policy.Matchers, policy.Repeat = []string{`severity="critical"`, `team="db"`, `alertname=~"A|B"`}, nil
	policy.Steps = append(policy.Steps, spec.EscalationStep{After: "2h", Channels: []string{"boss"}})
	if got := state.WarningsAbout(&policy); len(got) > 0 {
		t.Errorf("of 90 rules it says %v", got)
	}
	add(3, label("team", "{{ $labels.owner }}"))
	add(1, func(*spec.AlertRule) {})
	want := `matchers: it adds 102 rules, 3 to each of 34 alert rules that may or may not fit because they do not set "severity", "team"`
	if got := state.WarningsAbout(&policy); got.Error() != want {
		t.Errorf("got %s", got)
	}
}
