package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
)

const (
	// alertCount is how many alerts are timed on their way to the webhook, in
	// each of several rounds.
	alertCount  = 500
	alertRounds = 10
	// warmUp is how many are sent before them: connections, caches.
	warmUp = 50
	// byHandUnit is the yardstick, beside the units of the stack.
	byHandUnit = "bench-by-hand/alertmanager"
)

// notifyingConfig is what a team has: channels, routes among them, escalation,
// dependencies. One route leads to the webhook that is timed.
const notifyingConfig = ofProvider + `
resource "opp_monitoring_stack" "main" {
  name          = "bench-notify"
  prometheus    = { port = 0 }
  alertmanager  = { port = 0 }
  node_exporter = { enabled = false }
}

resource "opp_notification_channel" "team" {
  count   = 20
  stack   = opp_monitoring_stack.main.name
  name    = "team-${count.index}"
  webhook = { url = "http://127.0.0.1:9/${count.index}" }
}

resource "opp_route" "team" {
  count    = 20
  stack    = opp_monitoring_stack.main.name
  name     = "team-${count.index}"
  channel  = opp_notification_channel.team[count.index].name
  matchers = ["service=~\"s${count.index}|x${count.index}\"", "severity!=\"info\""]
}

resource "opp_notification_channel" "timed" {
  stack   = opp_monitoring_stack.main.name
  name    = "timed"
  webhook = { url = %q }
}

resource "opp_route" "timed" {
  stack      = opp_monitoring_stack.main.name
  name       = "timed"
  channel    = opp_notification_channel.timed.name
  matchers   = ["service=\"timed\""]
  group_by   = ["..."]
  group_wait = "0s"
}

resource "opp_escalation_policy" "team" {
  count    = 5
  stack    = opp_monitoring_stack.main.name
  name     = "team-${count.index}"
  matchers = ["service=\"s${count.index}\"", "severity=\"critical\""]
  step = [
    { channels = [opp_notification_channel.team[count.index].name] },
    { after = "15m", channels = [opp_notification_channel.team[count.index + 1].name] },
  ]
}

resource "opp_escalation_policy" "timed" {
  stack    = opp_monitoring_stack.main.name
  name     = "timed"
  matchers = ["service=\"timed\""]
  step     = [{ after = "15m", channels = [opp_notification_channel.team[0].name] }]
}

resource "opp_correlation" "database" {
  stack           = opp_monitoring_stack.main.name
  name            = "database"
  source_matchers = ["alertname=\"DatabaseDown\""]
  target_matchers = ["service=~\"timed|s.+\"", "alertname!=\"DatabaseDown\""]
  equal           = ["cluster"]
}
`

// byHandConfig is the least that a person would write.
const byHandConfig = `route:
  receiver: timed
  group_by: ['...']
  group_wait: 0s
receivers:
  - name: timed
    webhook_configs:
      - url: %s
`

// notifications compares how long alerts take to the webhook through the
// configuration that is rendered here, and through one written by hand.
func (b *bench) notifications(report table.Writer) error {
	hook := newWebhook()
	defer hook.Close()
	stack := b.workspace("notify", fmt.Sprintf(notifyingConfig, hook.URL))
	if err := stack.terraform("apply"); err != nil {
		return err
	}
	defer func() {
		if err := stack.terraform("destroy"); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}()
	unit, err := b.unit("bench-notify/alertmanager")
	if err != nil {
		return err
	}
	defer func() { _ = b.engine.Remove(context.Background(), byHandUnit) }()
	byHand, err := b.alertmanagerByHand(unit.Unit, hook.URL)
	if err != nil {
		return err
	}
	percents := []int{50, 99}
	ours, against, err := b.calmest(hook, unit.Unit, byHand, percents)
	if err != nil {
		return err
	}
	for i, percent := range percents {
		ratio := ours[i].Seconds() / against[i].Seconds()
		report.AppendRow(table.Row{
			fmt.Sprintf("alert to webhook, p%d of %d, against an Alertmanager configured by hand", percent, alertCount),
			milliseconds(ours[i]), milliseconds(against[i]), fmt.Sprintf("%.2f ×", ratio), "≤ 1.10 ×", verdict(ratio <= 1.1),
		})
	}
	return nil
}

// alertmanagerByHand runs the same program as a unit beside the stack's: what
// starts it decides, by the session it puts it in, how the kernel shares the
// processors out, and only the configurations are to differ.
func (b *bench) alertmanagerByHand(like engine.Unit, hook string) (engine.Unit, error) {
	unit := like
	unit.Name, unit.Dir = byHandUnit, filepath.Join(b.root, "by-hand")
	if err := os.MkdirAll(unit.Dir, 0o700); err != nil {
		return unit, err
	}
	file := filepath.Join(unit.Dir, "alertmanager.yml")
	if err := os.WriteFile(file, fmt.Appendf(nil, byHandConfig, hook), 0o600); err != nil {
		return unit, err
	}
	free, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // a free port
	if err != nil {
		return unit, err
	}
	address := free.Addr().String()
	if err := free.Close(); err != nil {
		return unit, err
	}
	unit.LogFile, unit.Listen = filepath.Join(unit.Dir, "log"), []string{address}
	unit.Args = []string{"--config.file=" + file, "--storage.path=" + unit.Dir, "--web.listen-address=" + address, "--cluster.listen-address="}
	_, err = b.engine.Ensure(context.Background(), unit)
	return unit, err
}

// calmest is the best that each of the two does in any round, percentile by
// percentile: some milliseconds of other load decide about the five slowest of
// 500 that take less than one. Every round begins with processes that hold no
// alerts, because many of them cost memory.
func (b *bench) calmest(hook *webhook, ours, byHand engine.Unit, percents []int) (mine, theirs []time.Duration, err error) {
	for round := range alertRounds {
		for _, unit := range []engine.Unit{ours, byHand} {
			if _, err := b.engine.Restart(context.Background(), unit.Name); err != nil {
				return nil, nil, err
			}
			if err := await("http://" + unit.Listen[0] + "/-/ready"); err != nil {
				return nil, nil, err
			}
		}
		x, y, err := hook.round(fmt.Sprintf("Round%d", round), ours.Listen[0], byHand.Listen[0])
		if err != nil {
			return nil, nil, err
		}
		for i, percent := range percents {
			if round == 0 {
				mine, theirs = append(mine, percentile(x, percent)), append(theirs, percentile(y, percent))
			}
			mine[i], theirs[i] = min(mine[i], percentile(x, percent)), min(theirs[i], percentile(y, percent))
		}
	}
	return mine, theirs, nil
}

// webhook takes notifications and tells which alert came when.
type webhook struct {
	*httptest.Server
	took chan arrival
}

type arrival struct {
	alert string
	at    time.Time
}

func newWebhook() *webhook {
	w := &webhook{took: make(chan arrival, 16)}
	w.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		at := time.Now()
		var message struct {
			Alerts []struct {
				Labels map[string]string `json:"labels"`
			} `json:"alerts"`
		}
		if err := json.NewDecoder(r.Body).Decode(&message); err != nil {
			return
		}
		for _, alert := range message.Alerts {
			w.took <- arrival{alert.Labels["alertname"], at}
		}
	}))
	return w
}

// round sends alerts one by one, each to both in turn, so that what else the
// machine does hits both alike. An alert begins when its sender knows of it.
func (w *webhook) round(name, ours, against string) (mine, theirs []time.Duration, err error) {
	for n := range warmUp + alertCount {
		both := []struct {
			address, of string
			took        *[]time.Duration
		}{{ours, "Ours", &mine}, {against, "ByHand", &theirs}}
		if n%2 == 1 {
			slices.Reverse(both)
		}
		for _, one := range both {
			took, err := w.send(one.address, fmt.Sprintf("%s%s%d", name, one.of, n))
			if err != nil {
				return nil, nil, err
			}
			if n >= warmUp {
				*one.took = append(*one.took, took)
			}
		}
	}
	return mine, theirs, nil
}

// send fires one alert and waits for its notification.
func (w *webhook) send(address, alert string) (time.Duration, error) {
	body, err := json.Marshal([]any{map[string]any{
		"labels":      map[string]string{"alertname": alert, "service": "timed", "severity": "critical", "instance": "127.0.0.1:8000", "job": "api"},
		"annotations": map[string]string{"summary": "127.0.0.1:8000 is down", "description": "It has not answered for a minute."},
	}})
	if err != nil {
		return 0, err
	}
	began := time.Now()
	answer, err := http.Post("http://"+address+"/api/v2/alerts", "application/json", bytes.NewReader(body)) //nolint:noctx // a loopback request
	if err != nil {
		return 0, err
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("cannot fire alert %q: %s", alert, answer.Status)
	}
	patience := time.After(time.Minute)
	for {
		select {
		case a := <-w.took:
			if a.alert == alert {
				return a.at.Sub(began), nil
			}
		case <-patience:
			return 0, errors.New("no notification of alert " + alert)
		}
	}
}

// percentile is the smallest duration that so many percent do not exceed.
func percentile(durations []time.Duration, percent int) time.Duration {
	sorted := slices.Sorted(slices.Values(durations))
	return sorted[(len(sorted)*percent+99)/100-1]
}

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.2f ms", d.Seconds()*1e3) }
