package rulegroup_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/alertmanager"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/loki"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/prometheus"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// recorder is a webhook for all channels, which tells them apart by the path.
type recorder struct {
	url string

	mu       sync.Mutex
	received []message
}

// message is one alert in one notification. An alert starts at the instant of
// the evaluation that made it fire, however late that is told.
type message struct {
	channel, alert, status string
	starts                 time.Time
}

func newRecorder(t *testing.T) *recorder {
	r := &recorder{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		var n struct {
			Alerts []struct {
				Status   string            `json:"status"`
				Labels   map[string]string `json:"labels"`
				StartsAt time.Time         `json:"startsAt"`
			} `json:"alerts"`
		}
		if err := json.NewDecoder(request.Body).Decode(&n); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		for _, a := range n.Alerts {
			r.received = append(r.received, message{strings.Trim(request.URL.Path, "/"), a.Labels["alertname"], a.Status, a.StartsAt})
		}
	}))
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

// first is the first such message, and whether there was one.
func (r *recorder) first(channel, alert, status string) (message, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.received {
		if m.channel == channel && m.alert == alert && m.status == status {
			return m, true
		}
	}
	return message{}, false
}

// await waits for the message; it returns when its alert began to fire.
func (r *recorder) await(t *testing.T, channel, alert, status string) time.Time {
	t.Helper()
	var found message
	componenttest.Eventually(t, func() bool {
		var ok bool
		found, ok = r.first(channel, alert, status)
		return ok
	})
	return found.starts
}

// counts are the messages by "CHANNEL ALERT STATUS".
func (r *recorder) counts() map[string]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	counts := map[string]int{}
	for _, m := range r.received {
		counts[m.channel+" "+m.alert+" "+m.status]++
	}
	return counts
}

// platform is an Alertmanager, and what sends it alerts, in which steps take seconds.
type platform struct {
	*testing.T
	recorder *recorder
	delays   []time.Duration
	p        *prometheus.Component
	a        *alertmanager.Component
	l        *loki.Component
	in, aIn  component.Input // of those who send alerts, and of the Alertmanager
	runs     *componenttest.Process
	aRuns    *componenttest.Process
}

// resent is how long it takes until an alert is sent again that came before the
// Alertmanager was found. Alertmanager takes for resolved what it has not been
// told of for four times as long; no restart takes that.
const resent = "15s"

// bring makes one with a policy of these delays. The channel of the first step
// is "0", that of the next "1", and so on.
func bring(t *testing.T, delays ...time.Duration) *platform {
	t.Helper()
	f := &platform{T: t, recorder: newRecorder(t), delays: delays, p: prometheus.New(), a: alertmanager.New(), l: loki.New()}
	stack := spec.DefaultStack("production")
	stack.SelfMonitoring, stack.NodeExporter.Enabled, stack.Loki.Enabled = false, false, true
	stack.Prometheus.EvaluationInterval = "500ms"
	policy := spec.EscalationPolicy{Stack: "production", Name: "oncall", Matchers: []string{`severity="critical"`}}
	state := spec.State{Stack: stack}
	for i, after := range delays {
		name := fmt.Sprint(i)
		c := componenttest.Webhook(name)
		c.Matchers, c.Webhook.URL = nil, f.recorder.url+"/"+name
		c.GroupBy, c.GroupWait, c.GroupInterval = []string{spec.GroupByAll}, "0s", "1s"
		state.Channels = append(state.Channels, c)
		policy.Steps = append(policy.Steps, spec.EscalationStep{After: after.String(), Channels: []string{name}})
	}
	rest := componenttest.Webhook("rest")
	rest.Default, rest.Webhook.URL, rest.GroupWait = true, f.recorder.url+"/rest", "0s"
	state.Channels, state.EscalationPolicies = append(state.Channels, rest), []spec.EscalationPolicy{policy}

	f.in, f.aIn = componenttest.Input(t, state), componenttest.Input(t, state)
	f.in.Addresses = f.aIn.Addresses
	componenttest.Publish(t, f.a, f.aIn)
	f.startAlertmanager()
	return f
}

func (f *platform) startAlertmanager() {
	f.Helper()
	binary := componenttest.Tool(f, component.Alertmanager, f.in.State.Stack.Alertmanager.Version, "alertmanager")
	f.aRuns = componenttest.Start(f, f.a, f.aIn, binary)
}

func (f *platform) startPrometheus() {
	f.Helper()
	binary := componenttest.Tool(f, component.Prometheus, f.in.State.Stack.Prometheus.Version, "prometheus")
	f.runs = componenttest.Start(f, f.p, f.in, binary, "--rules.alert.resend-delay="+resent)
	f.awaitDiscovery(component.Prometheus, "prometheus_notifications_alertmanagers_discovered")
}

func (f *platform) startLoki() {
	f.Helper()
	binary := componenttest.Tool(f, component.Loki, f.in.State.Stack.Loki.Version, "loki")
	f.runs = componenttest.Start(f, f.l, f.in, binary, "-ruler.resend-delay="+resent)
	f.awaitDiscovery(component.Loki, "loki_prometheus_notifications_alertmanagers_discovered")
}

// awaitDiscovery waits until the component has found the Alertmanager: what fires
// before arrives late.
func (f *platform) awaitDiscovery(name, gauge string) {
	f.Helper()
	componenttest.Eventually(f, func() bool {
		metrics, err := probe.New().Metrics(f.Context(), f.in.Addresses[name], nil)
		found, _ := metrics.Gauge(gauge)
		return err == nil && found == 1
	})
}

// fire makes Prometheus, once it can tell, evaluate critical alerts of these expressions.
func (f *platform) fire(exprs map[string]string) {
	f.Helper()
	componenttest.Publish(f, f.p, f.in)
	f.startPrometheus()
	for name, expr := range exprs {
		r := componenttest.Rule("g", name, expr)
		r.Severity = spec.SeverityCritical
		f.in.State.AlertRules = append(f.in.State.AlertRules, r)
	}
	f.in.State.Sort()
	componenttest.Publish(f, f.p, f.in)
	if err := f.p.Reload(f.Context(), f.in); err != nil {
		f.Fatal(err)
	}
}

// taken waits until all steps of the alert are taken, and checks that none is
// taken before it is due nor, if the platform is undisturbed, as late as the
// next one. A restart may bring a step forward by tolerance.
func (f *platform) taken(alert string, undisturbed bool, tolerance time.Duration) {
	f.Helper()
	began := f.recorder.await(f.T, "0", alert, "firing")
	for i, due := range f.delays {
		took := f.recorder.await(f.T, fmt.Sprint(i), alert, "firing").Sub(began)
		if took < due-tolerance {
			f.Errorf("step %d of %s came after %s, want %s", i, alert, took, due)
		}
		if next := i + 1; undisturbed && next < len(f.delays) && took >= f.delays[next] {
			f.Errorf("step %d of %s came after %s, when step %d was due", i, alert, took, next)
		}
	}
}

// counted compares the messages so far.
func (f *platform) counted(want map[string]int) {
	f.Helper()
	if diff := cmp.Diff(want, f.recorder.counts()); diff != "" {
		f.Errorf("notifications (-want +got):\n%s", diff)
	}
}

// Every step comes when it is due; resolving and silencing cancel the rest. The
// last step of an alert that goes on tells that the others would have come too.
func TestStepsAreTakenInTime(t *testing.T) {
	t.Parallel()
	f := bring(t, 0, 3*time.Second, 20*time.Second, 32*time.Second)
	// However late anything is evaluated, this one ends before its third step is due.
	ends := time.Now().Add(18 * time.Second).Unix()
	f.fire(map[string]string{"Stays": "vector(1)", "Silenced": "vector(1)", "Ends": fmt.Sprintf("vector(1) and on () (vector(time()) < %d)", ends)})
	f.recorder.await(t, "1", "Silenced", "firing")
	acknowledge := &spec.Silence{Stack: "production", Name: "ack", Matchers: []string{`alertname="Silenced"`, `severity="critical"`}, Duration: "1h", Comment: "on it"}
	spec.WithDefaults(acknowledge)
	acknowledge.Begin(time.Now(), nil)
	if err := f.a.Publish(t.Context(), f.aIn, nil, acknowledge); err != nil {
		t.Fatal(err)
	}
	f.recorder.await(t, "0", "Ends", "resolved")
	f.recorder.await(t, "1", "Ends", "resolved")
	f.taken("Stays", true, 0)
	f.counted(map[string]int{
		"0 Stays firing": 1, "1 Stays firing": 1, "2 Stays firing": 1, "3 Stays firing": 1,
		"0 Ends firing": 1, "1 Ends firing": 1, "0 Ends resolved": 1, "1 Ends resolved": 1,
		"0 Silenced firing": 1, "1 Silenced firing": 1,
	})
}

// Whatever is restarted between the steps, each comes exactly once.
func TestStepsSurviveRestarts(t *testing.T) {
	t.Parallel()
	for name, restart := range map[string]func(*platform){
		"prometheus": func(f *platform) { f.runs.Stop(); f.startPrometheus() },
		"alertmanager": func(f *platform) {
			f.aRuns.Stop()
			f.startAlertmanager()
		},
		"both": func(f *platform) {
			f.runs.Stop()
			f.aRuns.Stop()
			f.startAlertmanager()
			f.startPrometheus()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := bring(t, 0, 8*time.Second, 16*time.Second, 24*time.Second)
			f.fire(map[string]string{"Stays": "vector(1)"})
			f.recorder.await(t, "0", "Stays", "firing")
			restart(f)
			f.recorder.await(t, "1", "Stays", "firing")
			restart(f)
			// Prometheus keeps in whole seconds when an alert began. What was told
			// before must not be told again by the time of the last step.
			f.taken("Stays", false, 2*time.Second)
			f.counted(map[string]int{"0 Stays firing": 1, "1 Stays firing": 1, "2 Stays firing": 1, "3 Stays firing": 1})
		})
	}
}

// Alerts over logs come under the same policies. Loki forgets for how long an
// alert has been pending: after a restart the steps that are left come later.
func TestStepsOfAlertsOverLogs(t *testing.T) {
	t.Parallel()
	for name, restart := range map[string]bool{"undisturbed": false, "restarted": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := bring(t, 0, 3*time.Second, 15*time.Second)
			rule := componenttest.LogRule("g", "Logs", `sum(count_over_time({app="api"}[1h])) > 0`)
			rule.Severity = spec.SeverityCritical
			f.in.State.AlertRules = []spec.AlertRule{rule}
			componenttest.Publish(t, f.l, f.in)
			f.startLoki()
			f.log("it broke")
			f.recorder.await(t, "0", "Logs", "firing")
			if restart {
				f.runs.Stop()
				f.startLoki()
			}
			f.taken("Logs", !restart, 0)
			f.counted(map[string]int{"0 Logs firing": 1, "1 Logs firing": 1, "2 Logs firing": 1})
		})
	}
}

// log writes a line of the application "api" to Loki.
func (f *platform) log(line string) {
	f.Helper()
	body := fmt.Sprintf(`{"streams": [{"stream": {"app": "api"}, "values": [["%d", %q]]}]}`, time.Now().UnixNano(), line)
	answer, err := http.Post("http://"+f.in.Addresses[component.Loki]+"/loki/api/v1/push", "application/json", strings.NewReader(body))
	if err != nil {
		f.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusNoContent {
		f.Fatalf("Loki answers %s", answer.Status)
	}
}
