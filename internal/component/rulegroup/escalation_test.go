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
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/prometheus"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// recorder is a webhook for all channels, which tells them apart by the path.
type recorder struct {
	url string

	mu       sync.Mutex
	received []message
}

// message is one alert in one notification.
type message struct {
	channel, alert, status string
	at                     time.Time
}

func newRecorder(t *testing.T) *recorder {
	r := &recorder{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		var n struct {
			Alerts []struct {
				Status string            `json:"status"`
				Labels map[string]string `json:"labels"`
			} `json:"alerts"`
		}
		if err := json.NewDecoder(request.Body).Decode(&n); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		for _, a := range n.Alerts {
			r.received = append(r.received, message{strings.Trim(request.URL.Path, "/"), a.Labels["alertname"], a.Status, time.Now()})
		}
	}))
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

// when is the time of the first such message, and whether there was one.
func (r *recorder) when(channel, alert, status string) (time.Time, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.received {
		if m.channel == channel && m.alert == alert && m.status == status {
			return m.at, true
		}
	}
	return time.Time{}, false
}

// await returns the time of the message.
func (r *recorder) await(t *testing.T, channel, alert, status string) time.Time {
	t.Helper()
	var at time.Time
	componenttest.Eventually(t, func() bool {
		var ok bool
		at, ok = r.when(channel, alert, status)
		return ok
	})
	return at
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

// platform is a Prometheus and an Alertmanager in which steps take seconds.
type platform struct {
	*testing.T
	recorder *recorder
	p        *prometheus.Component
	a        *alertmanager.Component
	pIn, aIn component.Input
	pRuns    *componenttest.Process
	aRuns    *componenttest.Process
}

// bring makes one with a policy of these delays. The channel of the first step
// is "0", that of the next "1", and so on.
func bring(t *testing.T, delays []string, rules ...spec.AlertRule) *platform {
	t.Helper()
	f := &platform{T: t, recorder: newRecorder(t), p: prometheus.New(), a: alertmanager.New()}
	stack := spec.DefaultStack("production")
	stack.SelfMonitoring, stack.NodeExporter.Enabled = false, false
	stack.Prometheus.EvaluationInterval = "500ms"
	policy := spec.EscalationPolicy{Stack: "production", Name: "oncall", Matchers: []string{`severity="critical"`}}
	state := spec.State{Stack: stack, AlertRules: rules}
	for i, after := range delays {
		name := fmt.Sprint(i)
		c := componenttest.Webhook(name)
		c.Matchers, c.Webhook.URL = nil, f.recorder.url+"/"+name
		c.GroupBy, c.GroupWait, c.GroupInterval = []string{spec.GroupByAll}, "0s", "1s"
		state.Channels = append(state.Channels, c)
		policy.Steps = append(policy.Steps, spec.EscalationStep{After: after, Channels: []string{name}})
	}
	rest := componenttest.Webhook("rest")
	rest.Default, rest.Webhook.URL, rest.GroupWait = true, f.recorder.url+"/rest", "0s"
	state.Channels, state.EscalationPolicies = append(state.Channels, rest), []spec.EscalationPolicy{policy}

	f.pIn, f.aIn = componenttest.Input(t, state), componenttest.Input(t, state)
	f.pIn.Addresses = f.aIn.Addresses
	componenttest.Publish(t, f.p, f.pIn)
	componenttest.Publish(t, f.a, f.aIn)
	f.startAlertmanager()
	f.startPrometheus()
	return f
}

func (f *platform) startPrometheus() {
	f.Helper()
	binary := componenttest.Tool(f, component.Prometheus, spec.DefaultStack("x").Prometheus.Version, "prometheus")
	f.pRuns = componenttest.Start(f, f.p, f.pIn, binary, "--rules.alert.resend-delay=5s")
}

func (f *platform) startAlertmanager() {
	f.Helper()
	binary := componenttest.Tool(f, component.Alertmanager, spec.DefaultStack("x").Alertmanager.Version, "alertmanager")
	f.aRuns = componenttest.Start(f, f.a, f.aIn, binary)
}

// during is a critical alert that holds from a time on, for some seconds.
func during(name string, begins time.Time, seconds int64) spec.AlertRule {
	r := componenttest.Rule("g", name, fmt.Sprintf("vector(1) and on () (vector(time()) >= %d < %d)", begins.Unix(), begins.Unix()+seconds))
	r.Severity = spec.SeverityCritical
	return r
}

// warmUp is how long it takes Prometheus to find its Alertmanager: what fires
// before arrives late.
const warmUp = 8 * time.Second

// Every step comes when it is due; resolving and silencing cancel the rest. The
// last step of an alert that goes on tells that the others would have come too.
func TestStepsAreTakenInTime(t *testing.T) {
	t.Parallel()
	const forever = 3600
	begins := time.Now().Add(warmUp)
	f := bring(t, []string{"0s", "4s", "9s"}, during("Stays", begins, forever), during("Ends", begins, 7), during("Silenced", begins, forever))
	at := f.recorder.await(t, "0", "Stays", "firing")
	f.recorder.await(t, "0", "Silenced", "firing")
	acknowledge := &spec.Silence{Stack: "production", Name: "ack", Matchers: []string{`alertname="Silenced"`, `severity="critical"`}, Duration: "1h", Comment: "on it"}
	spec.WithDefaults(acknowledge)
	acknowledge.Begin(time.Now(), nil)
	if err := f.a.Publish(t.Context(), f.aIn, nil, acknowledge); err != nil {
		t.Fatal(err)
	}
	for channel, after := range map[string]time.Duration{"1": 4 * time.Second, "2": 9 * time.Second} {
		took := f.recorder.await(t, channel, "Stays", "firing").Sub(at)
		if took < after-500*time.Millisecond || took > after+2*time.Second {
			t.Errorf("step %s came after %s, want %s", channel, took, after)
		}
	}
	want := map[string]int{
		"0 Stays firing": 1, "1 Stays firing": 1, "2 Stays firing": 1,
		"0 Ends firing": 1, "1 Ends firing": 1, "0 Ends resolved": 1, "1 Ends resolved": 1,
		"0 Silenced firing": 1,
	}
	if diff := cmp.Diff(want, f.recorder.counts()); diff != "" {
		t.Errorf("notifications (-want +got):\n%s", diff)
	}
}

// Whatever is restarted between the steps, each comes exactly once.
func TestStepsSurviveRestarts(t *testing.T) {
	t.Parallel()
	for name, restart := range map[string]func(*platform){
		"prometheus": func(f *platform) { f.pRuns.Stop(); f.startPrometheus() },
		"alertmanager": func(f *platform) {
			f.aRuns.Stop()
			f.startAlertmanager()
		},
		"both": func(f *platform) {
			f.pRuns.Stop()
			f.aRuns.Stop()
			f.startAlertmanager()
			f.startPrometheus()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := bring(t, []string{"0s", "4s", "8s", "16s"}, during("Stays", time.Now().Add(warmUp), 3600))
			at := f.recorder.await(t, "0", "Stays", "firing")
			restart(f)
			f.recorder.await(t, "1", "Stays", "firing")
			restart(f)
			f.recorder.await(t, "2", "Stays", "firing")
			// What was told before must not be told again by the time of the last step.
			took := f.recorder.await(t, "3", "Stays", "firing").Sub(at)
			if diff := cmp.Diff(map[string]int{"0 Stays firing": 1, "1 Stays firing": 1, "2 Stays firing": 1, "3 Stays firing": 1}, f.recorder.counts()); diff != "" {
				t.Errorf("notifications (-want +got):\n%s", diff)
			}
			if took < 15*time.Second {
				t.Errorf("the last step came after %s", took)
			}
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
			rule := componenttest.Rule("g", "NoLogs", `absent_over_time({app="api"}[5m])`)
			rule.Source, rule.Severity = spec.SourceLogs, spec.SeverityCritical
			f := bring(t, []string{"0s", "5s", "10s"}, rule)
			binary := componenttest.Tool(t, component.Loki, spec.DefaultStack("x").Loki.Version, "loki")
			c, in := loki.New(), f.pIn
			in.State.Stack.Loki.Enabled = true
			in.ConfigDir, in.DataDir = t.TempDir(), t.TempDir()
			in.Addresses[component.Loki], in.Addresses[component.Loki+"/grpc"] = componenttest.FreeAddress(t), componenttest.FreeAddress(t)
			componenttest.Publish(t, c, in)
			// Like Prometheus, it may fire before it has found its Alertmanager.
			const again = "-ruler.resend-delay=5s"
			process := componenttest.Start(t, c, in, binary, again)
			at := f.recorder.await(t, "0", "NoLogs", "firing")
			if restart {
				process.Stop()
				componenttest.Start(t, c, in, binary, again)
			}
			for channel, after := range map[string]time.Duration{"1": 5 * time.Second, "2": 10 * time.Second} {
				took := f.recorder.await(t, channel, "NoLogs", "firing").Sub(at)
				if took < after-500*time.Millisecond || !restart && took > after+2*time.Second {
					t.Errorf("step %s came after %s, want %s", channel, took, after)
				}
			}
			if diff := cmp.Diff(map[string]int{"0 NoLogs firing": 1, "1 NoLogs firing": 1, "2 NoLogs firing": 1}, f.recorder.counts()); diff != "" {
				t.Errorf("notifications (-want +got):\n%s", diff)
			}
		})
	}
}
