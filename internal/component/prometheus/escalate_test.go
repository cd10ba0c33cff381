package prometheus_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/prometheus"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// escalated is a state of one group of rules, evaluated twice a second, and a
// policy with the given delays. Prometheus is all that runs.
func escalated(delays []string, rules ...spec.AlertRule) spec.State {
	stack := spec.DefaultStack("production")
	stack.SelfMonitoring, stack.Alertmanager.Enabled, stack.NodeExporter.Enabled = false, false, false
	stack.Prometheus.EvaluationInterval = "500ms"
	policy := spec.EscalationPolicy{Stack: "production", Name: "oncall", Matchers: []string{`severity="critical"`}}
	for _, after := range delays {
		policy.Steps = append(policy.Steps, spec.EscalationStep{After: after, Channels: []string{"oncall"}})
	}
	return spec.State{Stack: stack, AlertRules: rules, EscalationPolicies: []spec.EscalationPolicy{policy}}
}

func critical(name, expr string) spec.AlertRule {
	r := componenttest.Rule("g", name, expr)
	r.Severity = spec.SeverityCritical
	return r
}

// activeAlert is an alert as Prometheus tells of it.
type activeAlert struct {
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	State       string            `json:"state"`
	ActiveAt    time.Time         `json:"activeAt"`
}

// active are the alerts that fire or are pending.
func (b *bench) active() []activeAlert {
	b.Helper()
	answer, err := http.Get("http://" + b.in.Addresses[component.Prometheus] + "/api/v1/alerts")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		b.Fatal(err)
	}
	var got struct {
		Data struct {
			Alerts []activeAlert `json:"alerts"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &got); err != nil {
		b.Fatalf("%v: %s", err, body)
	}
	return got.Data.Alerts
}

// level is the alert of that name at a step, the alert itself at step "".
func (b *bench) level(alert, step string) activeAlert {
	b.Helper()
	for _, a := range b.active() {
		if a.Labels["alertname"] == alert && a.Labels["escalation_step"] == step {
			return a
		}
	}
	return activeAlert{}
}

// fires waits until the alert fires at that step.
func (b *bench) fires(alert, step string) {
	b.Helper()
	componenttest.Eventually(b, func() bool { return b.level(alert, step).State == "firing" })
}

// pending waits until the step has been counting for a while, and tells since when.
func (b *bench) pending(alert, step string, while time.Duration) time.Time {
	b.Helper()
	var since time.Time
	componenttest.Eventually(b, func() bool {
		level := b.level(alert, step)
		since = level.ActiveAt
		return level.State == "pending" && time.Since(since) > while
	})
	return since
}

// firstSample is when any of some series got its first sample after a time, in the last minutes.
func (b *bench) firstSample(series string, after time.Time) time.Time {
	b.Helper()
	query := fmt.Sprintf("min(min_over_time((timestamp(%s) > %d.%03d)[10m:250ms]))", series, after.Unix(), after.Nanosecond()/1e6)
	var result api.QueryResult
	componenttest.Eventually(b, func() bool {
		var err error
		result, err = b.c.Query(b.Context(), b.in, query)
		return err == nil && len(result.Vector) == 1
	})
	var seconds float64
	if _, err := fmt.Sscan(result.Vector[0].Value, &seconds); err != nil {
		b.Fatal(err)
	}
	return time.UnixMilli(int64(math.Round(seconds * 1000)))
}

// Levels count from the same instant as their alert, fire not before their delay
// after it is over, say what it says, and end with it.
func TestLevelsFollowTheirAlert(t *testing.T) {
	rule := critical("Down", "vector(41 + 1)")
	rule.For, rule.Summary = "1s", "it is {{ $value }}"
	rule.Labels = map[string]string{"dynamic": "{{ $value }}"}
	other := critical("Other", "vector(1)")
	other.Severity = spec.SeverityWarning
	b := start(t, escalated([]string{"0s", "2s", "4s", "1h"}, rule, other))

	b.fires("Down", "3")
	begins := b.level("Down", "").ActiveAt
	for step, after := range map[string]time.Duration{"2": 2 * time.Second, "3": 4 * time.Second} {
		level := b.level("Down", step)
		want := map[string]string{
			"alertname": "Down", "severity": "critical", "dynamic": "42", "escalation": "oncall", "escalation_step": step,
		}
		if diff := cmp.Diff(want, level.Labels); diff != "" {
			t.Errorf("labels of step %s: %s", step, diff)
		}
		if diff := cmp.Diff(map[string]string{"summary": "it is 42"}, level.Annotations); diff != "" {
			t.Errorf("annotations of step %s: %s", step, diff)
		}
		if !level.ActiveAt.Equal(begins) {
			t.Errorf("step %s counts from %s, its alert from %s", step, level.ActiveAt, begins)
		}
		fired := b.firstSample(fmt.Sprintf(`ALERTS{alertname="Down",alertstate="firing",escalation_step=%q}`, step), begins)
		// Samples have milliseconds.
		if got, due := fired.Sub(begins.Truncate(time.Millisecond)), time.Second+after; got < due {
			t.Errorf("step %s came %s after the alert began to count, want %s", step, got, due)
		}
	}
	if n := len(b.active()); n != 5 {
		t.Errorf("%d alerts, want two and three levels: %v", n, b.active())
	}
	if n := b.observe().AlertsFiring; n != 2 {
		t.Errorf("%d alerts fire, want two", n)
	}
	b.in.State.Get(spec.KindAlertRule, "Down").(*spec.AlertRule).Expr = "vector(41 + 1) < 0"
	b.files = componenttest.Publish(t, b.c, b.in)
	b.reload()
	componenttest.Eventually(t, func() bool { return len(b.active()) == 1 })
	if b.level("Other", "").State != "firing" {
		t.Errorf("what is left is %v", b.active())
	}
}

// An alert fires at the first evaluation after its for is over, so a level of a
// group that is evaluated seldom counts from there.
func TestLevelsOfAGroupThatIsEvaluatedSeldom(t *testing.T) {
	// Of its first evaluations Prometheus writes no samples.
	begins := time.Now().Add(6 * time.Second)
	rule := critical("Down", fmt.Sprintf("vector(time()) > %d", begins.Unix()))
	rule.For, rule.GroupInterval = "500ms", "2s"
	b := start(t, escalated([]string{"1s"}, rule))
	b.fires("Down", "1")
	fired := func(step string) time.Time {
		return b.firstSample(fmt.Sprintf(`ALERTS{alertname="Down",alertstate="firing",escalation_step=%q}`, step), begins)
	}
	if after := fired("1").Sub(fired("")); after < time.Second {
		t.Errorf("the level came %s after the alert, want at least 1s", after)
	}
}

// Gaps that keep_firing_for bridges for the alert do not begin the count of a level anew.
func TestLevelsSpanTheGapsOfAnAlertThatGoesOnFiring(t *testing.T) {
	rule := critical("Flaps", "vector(1) and on () (vector(time() % 3) < 1) # on and off")
	rule.KeepFiringFor = "10s"
	rule.Labels = map[string]string{"team": "a"}
	b := start(t, escalated([]string{"6s"}, rule))
	b.fires("Flaps", "1")
	if alert := b.level("Flaps", ""); alert.State != "firing" {
		t.Errorf("the alert is %v", alert)
	}
	if diff := cmp.Diff(map[string]string{
		"alertname": "Flaps", "severity": "critical", "team": "a", "escalation": "oncall", "escalation_step": "1",
	}, b.level("Flaps", "1").Labels); diff != "" {
		t.Errorf("labels: %s", diff)
	}
}

// A level that has been pending when Prometheus stops goes on where it was.
func TestLevelsSurviveARestart(t *testing.T) {
	// What is restored is what the last sample before the stop told, which may be some evaluations old.
	const counted = 3 * time.Second
	b := &bench{TB: t, c: prometheus.New(), in: componenttest.Input(t, escalated([]string{"15s"}, critical("Down", "vector(1)")))}
	b.files = componenttest.Publish(t, b.c, b.in)
	binary := componenttest.Tool(t, component.Prometheus, version, "prometheus")
	first := componenttest.Start(t, b.c, b.in, binary)
	b.pending("Down", "1", 2*counted)
	first.Stop()
	stopped := time.Now()
	componenttest.Start(t, b.c, b.in, binary)
	b.fires("Down", "1")
	// Prometheus writes samples when it has restored what it counted, two
	// evaluations after its start; one that counts anew has counted for one of them.
	restored := b.firstSample(`ALERTS{alertname="Down",escalation_step="1"}`, stopped)
	if before := restored.Sub(b.level("Down", "1").ActiveAt); before < counted {
		t.Errorf("after the restart the level had counted %s, before it %s", before, 2*counted)
	}
}

// A change of a policy leaves the time that alerts have been firing already.
func TestLevelsSurviveAChangeOfThePolicy(t *testing.T) {
	b := start(t, escalated([]string{"1h", "2h"}, critical("Down", "vector(1)")))
	before := b.pending("Down", "1", 3*time.Second)
	b.in.State.EscalationPolicies[0].Steps[0].After = "2s"
	b.files = componenttest.Publish(t, b.c, b.in)
	b.reload()
	b.fires("Down", "1")
	if after := b.level("Down", "1").ActiveAt; !after.Equal(before) {
		t.Errorf("active since %s, was %s", after, before)
	}
}

func TestWatchdogIsNotEscalated(t *testing.T) {
	state := escalated([]string{"1m"})
	state.Stack.SelfMonitoring = true
	state.EscalationPolicies[0].Matchers = nil
	files, err := prometheus.New().Render(componenttest.GoldenInput(componenttest.Input(t, state)))
	if err != nil {
		t.Fatal(err)
	}
	text := string(files["rules/opp-self-monitoring.yml"].Data)
	if n := strings.Count(text, "alert: ComponentDown"); n != 2 {
		t.Errorf("%d rules ComponentDown, want the rule and its level:\n%s", n, text)
	}
	if n := strings.Count(text, "alert: Watchdog"); n != 1 {
		t.Errorf("%d rules Watchdog:\n%s", n, text)
	}
}

func TestObserveTellsThePolicyOfItsLevels(t *testing.T) {
	up, down := critical("Up", "up == 1"), critical("Down", "up == 0")
	down.Group = "h"
	b := start(t, escalated([]string{"5m", "10m"}, up, down))
	b.want(b.observe(), nil)
	path := func(name string) string { return b.in.ConfigDir + "/rules/" + name + ".yml" }
	const what = "escalation_policy oncall: prometheus: "

	componenttest.Edit(t, path("g"), "for: 5m", "for: 6m")
	componenttest.Edit(t, path("g"), "for: 10m", "for: 6m")
	componenttest.Edit(t, path("h"), "expr: up == 0\n        for: 10m", "expr: up == 7\n        for: 10m")
	b.reload()
	b.want(b.observe(), nil,
		what+`group "g" runs 2 of its rules with another for`, what+`group "h" runs 1 of its rules with another expr`,
		"stack production: prometheus: rules/g.yml was edited by hand", "stack production: prometheus: rules/h.yml was edited by hand")

	bare := b.in
	bare.State.EscalationPolicies = nil
	componenttest.Publish(t, prometheus.New(), bare)
	b.reload()
	b.want(b.observe(), nil,
		what+`group "g" lacks 2 of its rules`, what+`group "h" lacks 2 of its rules`,
		"stack production: prometheus: rules/g.yml was edited by hand", "stack production: prometheus: rules/h.yml was edited by hand")
	componenttest.Fails(t, `"g" runs 1 rules, wanted 3`, func(ctx context.Context) error { return b.c.Verify(ctx, b.in, b.files, nil) })
}
