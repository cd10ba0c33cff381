package alertmanager_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/alertmanager"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// offline is the routing by the desired state of an Alertmanager that does not run.
func offline(t *testing.T, state spec.State, at string, labels map[string]string) api.RoutingResult {
	t.Helper()
	in := componenttest.Input(t, state)
	query := api.RoutingQuery{Labels: labels}
	if at != "" {
		var err error
		if query.At, err = time.Parse(time.RFC3339, at); err != nil {
			t.Fatal(err)
		}
	}
	result, err := alertmanager.New().Routing(t.Context(), in, query)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestRoutingTellsEverything(t *testing.T) {
	result := offline(t, componenttest.Everything(), "2026-05-06T10:00:00Z", // a wednesday
		map[string]string{"team": "database", "severity": "critical", "cluster": "b"})
	want := []api.NotificationRoute{
		{Channel: "oncall", GroupBy: []string{"alertname", "job"}, GroupWait: "10s", GroupInterval: "1m", RepeatInterval: "12h"},
		{Channel: "pager", Route: "database-rest", GroupBy: []string{"alertname", "cluster"}, GroupWait: "5s", GroupInterval: "2m", RepeatInterval: "6h"},
	}
	for i := range want {
		want[i].MutedBy, want[i].InhibitedBy = []string{}, []string{}
	}
	if diff := cmp.Diff(api.RoutingResult{Routes: want, EscalatesTo: []api.EscalationStep{}}, result); diff != "" {
		t.Error(diff)
	}
}

func TestRoutingOfTheRest(t *testing.T) {
	if got := offline(t, componenttest.Everything(), "", map[string]string{"a": "b"}).Routes; len(got) != 1 || got[0].Channel != "slack" || got[0].Route != "" {
		t.Errorf("what no route takes goes to %+v", got)
	}
	none := offline(t, spec.State{Stack: spec.DefaultStack("production")}, "", map[string]string{"a": "b"})
	if none.Routes == nil || len(none.Routes) > 0 {
		t.Errorf("without channels it goes to %#v", none.Routes)
	}
}

func TestRoutingTellsEscalation(t *testing.T) {
	state := spec.State{
		Stack:    spec.DefaultStack("production"),
		Channels: []spec.Channel{componenttest.Webhook("oncall"), componenttest.Webhook("boss")},
		EscalationPolicies: []spec.EscalationPolicy{{
			Stack: "production", Name: "critical", Matchers: []string{`severity="critical"`},
			Steps:  []spec.EscalationStep{{After: "0s", Channels: []string{"oncall"}}, {After: "15m", Channels: []string{"boss", "oncall"}}},
			Repeat: &spec.EscalationRepeat{Every: "1h", Times: 1},
		}},
	}
	state.Channels[0].Matchers, state.Channels[1].Matchers = nil, nil
	critical := map[string]string{"alertname": "A", "severity": "critical"}
	result := offline(t, state, "", critical)
	want := []api.EscalationStep{{After: "15m", Channels: []string{"boss", "oncall"}}, {After: "1h", Channels: []string{"oncall"}}, {After: "1h15m", Channels: []string{"boss", "oncall"}}}
	if len(result.Routes) != 1 || result.Routes[0].Channel != "oncall" || result.Routes[0].Route != "" || !cmp.Equal(result.EscalatesTo, want) {
		t.Errorf("result = %+v", result)
	}
	if result := offline(t, state, "", map[string]string{"alertname": "A", "severity": "info"}); len(result.Routes)+len(result.EscalatesTo) != 0 || result.EscalatesTo == nil {
		t.Errorf("others reach %+v", result)
	}
	// Nobody hears of it at once; who does later is told all the same.
	state.EscalationPolicies[0].Repeat, state.EscalationPolicies[0].Steps[0].After = nil, "10m"
	want = []api.EscalationStep{{After: "10m", Channels: []string{"oncall"}}, {After: "15m", Channels: []string{"boss", "oncall"}}}
	if result := offline(t, state, "", critical); len(result.Routes) != 0 || !cmp.Equal(result.EscalatesTo, want) {
		t.Errorf("later = %+v", result)
	}
}

// That a channel fails is told by its fallback, once, as well as by whoever would
// hear of it without.
func TestWhoHearsOfAChannelThatFails(t *testing.T) {
	rest, watch := componenttest.Webhook("rest"), componenttest.Webhook("watch", `severity="warning"`)
	rest.Matchers, rest.Default, rest.GroupWait = nil, true, "5s"
	for _, tt := range []struct {
		name   string
		change func(*spec.State)
		labels map[string]string
		want   string
	}{
		{"nobody else", func(s *spec.State) { s.Channels[1].Default = false }, nil, "slack 0s"},
		{"the default channel", func(*spec.State) {}, nil, "slack 0s, rest 5s"},
		{"a route", func(s *spec.State) { s.Channels = append(s.Channels, watch) }, nil, "slack 0s, watch 30s"},
		{"a step", func(*spec.State) {}, map[string]string{spec.EscalationLabel: "p", spec.EscalationStepLabel: "2"}, ""},
		{"another channel", func(*spec.State) {}, map[string]string{"receiver_name": "rest"}, "rest 5s"},
	} {
		state := templated("{{ .Status }}")
		state.Channels[0].Default = false
		state.Channels = append(state.Channels, rest)
		tt.change(&state)
		alert := map[string]string{"alertname": "NotificationsFailing", "severity": "warning", "receiver_name": "slack"}
		maps.Copy(alert, tt.labels)
		var got []string
		for _, r := range offline(t, state, "", alert).Routes {
			got = append(got, r.Channel+" "+r.GroupWait)
		}
		if strings.Join(got, ", ") != tt.want {
			t.Errorf("%s: %q hear of it, want %q", tt.name, got, tt.want)
		}
	}
}

// The watchdog always fires, so no policy takes it over. What only looks like it
// is an alert as any other.
func TestWatchdogIsNotEscalated(t *testing.T) {
	state := spec.State{
		Stack:    spec.DefaultStack("production"),
		Channels: []spec.Channel{componenttest.Webhook("oncall")},
		EscalationPolicies: []spec.EscalationPolicy{{
			Stack: "production", Name: "every",
			Steps: []spec.EscalationStep{{After: "0s", Channels: []string{"oncall"}}, {After: "15m", Channels: []string{"oncall"}}},
		}},
	}
	state.Channels[0].Matchers = nil
	for _, tt := range []struct {
		alert string
		taken int
	}{{"Watchdog", 0}, {"Nightly", 1}} {
		got := offline(t, state, "", map[string]string{"alertname": tt.alert, "severity": "none"})
		if len(got.Routes) != tt.taken || len(got.EscalatesTo) != tt.taken {
			t.Errorf("%s reaches %+v", tt.alert, got)
		}
	}
	state.Stack.SelfMonitoring = false
	if got := offline(t, state, "", map[string]string{"alertname": "Watchdog"}); len(got.Routes) != 1 || len(got.EscalatesTo) != 1 {
		t.Errorf("without self-monitoring, Watchdog reaches %+v", got)
	}
}

// Local times follow their zone over changes to and from summer time.
func TestRoutingAroundSummerTime(t *testing.T) {
	state := spec.State{Stack: spec.DefaultStack("production"), Channels: []spec.Channel{componenttest.Webhook("oncall")}}
	state.Channels[0].Matchers = nil
	window := func(name, start, end string) {
		w := spec.MuteWindow{Stack: "production", Name: name, Intervals: []spec.TimeInterval{
			{Times: []spec.TimeRange{{StartTime: start, EndTime: end}}, Location: "Europe/Berlin"},
		}}
		spec.WithDefaults(&w)
		state.MuteWindows = append(state.MuteWindows, w)
	}
	window("office", "08:00", "18:00")
	window("change", "02:00", "03:00")
	day, night := componenttest.Route("day", "oncall", `when="day"`), componenttest.Route("night", "oncall", `when="night"`)
	day.ActiveWindows, night.MuteWindows = []string{"office"}, []string{"change"}
	state.Routes = []spec.Route{day, night}
	for _, tt := range []struct {
		route, at string
		muted     bool
	}{
		{"day", "2026-03-28T06:59:00Z", true}, // 07:59
		{"day", "2026-03-28T07:00:00Z", false},
		{"day", "2026-03-28T16:59:00Z", false},
		{"day", "2026-03-28T17:00:00Z", true},
		{"day", "2026-03-29T05:59:00Z", true}, // 07:59, an hour earlier
		{"day", "2026-03-29T06:00:00Z", false},
		{"day", "2026-03-29T16:00:00Z", true},
		{"day", "2026-10-24T06:00:00Z", false},
		{"day", "2026-10-25T06:00:00Z", true}, // 07:00 again
		{"day", "2026-10-25T07:00:00Z", false},
		{"night", "2026-03-28T01:30:00Z", true},
		{"night", "2026-03-29T00:59:00Z", false}, // the hour that there is not
		{"night", "2026-03-29T01:00:00Z", false},
		{"night", "2026-10-25T00:30:00Z", true}, // the hour that comes twice
		{"night", "2026-10-25T01:30:00Z", true},
		{"night", "2026-10-25T02:00:00Z", false},
	} {
		routes := offline(t, state, tt.at, map[string]string{"when": tt.route}).Routes
		if len(routes) != 1 || (len(routes[0].MutedBy) > 0) != tt.muted {
			t.Errorf("%s at %s: %+v, want muted %v", tt.route, tt.at, routes, tt.muted)
		}
	}
}

// Whom correlations mute depends on what fires; who cannot be asked is told.
func TestRoutingWithoutAlertmanager(t *testing.T) {
	result := offline(t, componenttest.Everything(), "", map[string]string{"alertname": "ApiErrors"})
	if len(result.Routes) != 1 || len(result.Warnings) != 1 || !strings.Contains(result.Warnings[0], "could not be asked what is firing") {
		t.Errorf("routes %+v, warnings %q", result.Routes, result.Warnings)
	}
}

const (
	trees  = 25
	alerts = 44
)

// The simulator and a running Alertmanager agree, for random trees, alerts and
// mute windows, about receivers, windows and inhibitions.
func TestRoutingAgreesWithAlertmanager(t *testing.T) {
	sink := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer sink.Close()
	random := rand.New(rand.NewPCG(9, 10))
	state := randomState(random, sink.URL)
	b := start(t, state, nil)
	cases, muted, inhibited, several := 0, 0, 0, 0
	for tree := range trees {
		if tree > 0 {
			b.in.State = randomState(random, sink.URL)
			b.in.State.Stack.Alertmanager.Enabled = true
			b.in.State.Sort()
			b.files = componenttest.Publish(t, b.c, b.in)
			b.reload()
		}
		sent := map[string]map[string]string{}
		for i := range alerts {
			labels := randomLabels(random)
			labels["case"], labels["tree"] = fmt.Sprint(i), fmt.Sprint(tree)
			sent[labels["case"]] = labels
		}
		b.post(sent)
		want := b.simulate(sent)
		var differ string
		// Alertmanager inhibits and notifies a little later.
		deadline := time.Now().Add(2 * time.Minute)
		for {
			if differ = cmp.Diff(want, b.seen(tree)); differ == "" {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("tree %d (-simulator +alertmanager):\n%s\n%s", tree, differ, b.files["alertmanager.yml"].Data)
			}
			time.Sleep(20 * time.Millisecond)
		}
		for _, w := range want {
			cases++
			if w.Inhibited {
				inhibited++
			}
			if strings.Contains(fmt.Sprint(w.Groups), "[window") {
				muted++
			}
			if len(w.Receivers) > 1 {
				several++
			}
		}
	}
	t.Logf("%d cases: %d muted, %d inhibited, %d with several receivers", cases, muted, inhibited, several)
	if cases < 1000 || muted < 20 || inhibited < 50 || several < 50 {
		t.Errorf("%d cases, %d muted, %d inhibited, %d with several receivers: the test does not tell much", cases, muted, inhibited, several)
	}
}

// alertSeen is what becomes of an alert.
type alertSeen struct {
	Receivers []string
	Inhibited bool
	// Groups are the receivers with the windows that mute them, sorted. An
	// inhibited alert does not get as far as being muted.
	Groups []string
}

// simulate asks the simulator. Where nobody is notified Alertmanager has the
// null receiver.
func (b *bench) simulate(sent map[string]map[string]string) map[string]alertSeen {
	b.Helper()
	want := map[string]alertSeen{}
	for id, labels := range sent {
		result, err := b.c.Routing(b.Context(), b.in, api.RoutingQuery{Labels: labels})
		if err != nil {
			b.Fatal(err)
		}
		if len(result.Warnings) > 0 {
			b.Fatalf("%v: %q", labels, result.Warnings)
		}
		w := alertSeen{Receivers: []string{}}
		for _, r := range result.Routes {
			w.Receivers = append(w.Receivers, r.Channel)
			w.Inhibited = len(r.InhibitedBy) > 0
			w.Groups = append(w.Groups, fmt.Sprint(r.Channel, r.MutedBy))
		}
		if w.Inhibited {
			w.Groups = nil
		}
		slices.Sort(w.Groups)
		want[id] = w
	}
	return want
}

// seen asks Alertmanager about the alerts of a tree.
func (b *bench) seen(tree int) map[string]alertSeen {
	b.Helper()
	type alert struct {
		Labels    map[string]string `json:"labels"`
		Receivers []struct {
			Name string `json:"name"`
		} `json:"receivers"`
		Status struct {
			InhibitedBy []string `json:"inhibitedBy"`
			MutedBy     []string `json:"mutedBy"`
		} `json:"status"`
	}
	filter := "?filter=" + url.QueryEscape(fmt.Sprintf(`tree="%d"`, tree))
	var all []alert
	b.get("/api/v2/alerts"+filter, &all)
	var groups []struct {
		Alerts   []alert `json:"alerts"`
		Receiver struct {
			Name string `json:"name"`
		} `json:"receiver"`
	}
	b.get("/api/v2/alerts/groups"+filter, &groups)
	have := map[string]alertSeen{}
	for _, a := range all {
		h := alertSeen{Receivers: []string{}, Inhibited: len(a.Status.InhibitedBy) > 0}
		for _, r := range a.Receivers {
			if r.Name != spec.NullReceiver {
				h.Receivers = append(h.Receivers, r.Name)
			}
		}
		if len(h.Receivers) == 0 {
			h.Inhibited = false // the simulator tells it of routes only
		}
		for _, g := range groups {
			for _, in := range g.Alerts {
				if in.Labels["case"] == a.Labels["case"] && g.Receiver.Name != spec.NullReceiver && !h.Inhibited {
					muted := slices.Compact(append([]string{}, in.Status.MutedBy...))
					h.Groups = append(h.Groups, fmt.Sprint(g.Receiver.Name, muted))
				}
			}
		}
		slices.Sort(h.Groups)
		have[a.Labels["case"]] = h
	}
	return have
}

func (b *bench) get(path string, into any) {
	b.Helper()
	answer, err := http.Get("http://" + b.in.Addresses[component.Alertmanager] + path)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if err := json.NewDecoder(answer.Body).Decode(into); err != nil || answer.StatusCode != http.StatusOK {
		b.Fatalf("GET %s: %s %v", path, answer.Status, err)
	}
}

func (b *bench) post(sent map[string]map[string]string) {
	b.Helper()
	var body []map[string]any
	for _, labels := range sent {
		body = append(body, map[string]any{"labels": labels})
	}
	text, err := json.Marshal(body)
	if err != nil {
		b.Fatal(err)
	}
	answer, err := http.Post("http://"+b.in.Addresses[component.Alertmanager]+"/api/v2/alerts", "application/json", bytes.NewReader(text))
	if err != nil {
		b.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		b.Fatalf("posting alerts: %s", answer.Status)
	}
}

func pick(random *rand.Rand, from ...string) string { return from[random.IntN(len(from))] }

func randomLabels(random *rand.Rand) map[string]string {
	labels := map[string]string{"alertname": pick(random, "A", "B", "C")}
	for name, values := range map[string][]string{
		"severity": {"critical", "warning", "info", ""}, "team": {"a", "b", ""}, "instance": {"i1", "i2", "i3", ""},
	} {
		if value := pick(random, values...); value != "" {
			labels[name] = value
		}
	}
	if random.IntN(8) == 0 {
		labels[spec.EscalationLabel], labels[spec.EscalationStepLabel] = "policy0", pick(random, "1", "2")
	}
	return labels
}

func randomMatchers(random *rand.Rand) []string {
	matchers := []string{}
	for range random.IntN(3) {
		matchers = append(matchers, pick(random, "alertname", "severity", "team", "instance")+pick(random, "=", "!=", "=~", "!~")+
			fmt.Sprintf("%q", pick(random, "A", "critical", "warning|info", "a", "a|b", "i[12]", "", ".+", "critical")))
	}
	return matchers
}

// randomState is a sound state whose alerts are notified at once and each on
// its own.
func randomState(random *rand.Rand, sink string) spec.State {
	state := spec.State{Stack: spec.DefaultStack("production"), MuteWindows: randomWindows(random)}
	for i := range 4 {
		c := componenttest.Webhook(fmt.Sprintf("c%d", i), randomMatchers(random)...)
		c.Webhook.URL, c.GroupBy, c.GroupWait = sink, []string{"..."}, "0s"
		c.Continue, c.Order, c.Default = random.IntN(2) == 0, int64(random.IntN(3)), i == 3 && random.IntN(2) == 0
		if random.IntN(2) == 0 {
			c.Matchers = nil
		}
		state.Channels = append(state.Channels, c)
	}
	names := []string{""}
	for i := range 2 + random.IntN(8) {
		r := componenttest.Route(fmt.Sprintf("r%d", i), fmt.Sprintf("c%d", random.IntN(4)), randomMatchers(random)...)
		r.Parent, r.Continue, r.Order = names[random.IntN(len(names))], random.IntN(2) == 0, int64(random.IntN(3))
		r.GroupBy, r.GroupWait = []string{"..."}, "0s"
		if r.Parent != "" && random.IntN(2) == 0 {
			r.Channel = ""
		}
		for _, list := range []*[]string{&r.MuteWindows, &r.ActiveWindows} {
			if random.IntN(3) == 0 {
				*list = append(*list, fmt.Sprintf("window%d", random.IntN(4)))
			}
		}
		state.Routes, names = append(state.Routes, r), append(names, r.Name)
	}
	for i, c := range []spec.Correlation{
		{SourceMatchers: []string{`team="a"`}, TargetMatchers: []string{`team!="a"`}, Equal: []string{pick(random, "alertname", "instance", "severity"), "tree"}},
		{Dependency: &spec.Dependency{Cause: "A", Effects: []string{"B", "C"}, On: []string{"instance", "tree", pick(random, "team", "severity")}}},
	} {
		if random.IntN(3) == 0 {
			c.Stack, c.Name = "production", fmt.Sprintf("correlation%d", i)
			spec.WithDefaults(&c)
			state.Correlations = append(state.Correlations, c)
		}
	}
	for i := range random.IntN(3) {
		p := spec.EscalationPolicy{Stack: "production", Name: fmt.Sprintf("policy%d", i), Matchers: randomMatchers(random), Steps: []spec.EscalationStep{
			{After: pick(random, "0s", "1m"), Channels: []string{"c0"}}, {After: "5m", Channels: []string{"c1", "c2"}},
		}}
		spec.WithDefaults(&p)
		state.EscalationPolicies = append(state.EscalationPolicies, p)
	}
	state.Stack.Alertmanager.SeverityInhibition = random.IntN(2) == 0
	if state.DefaultChannel() == nil && random.IntN(2) == 0 {
		state.Stack.Alertmanager.DefaultChannel = "c2"
	}
	return state
}

// randomWindows are windows of which every other one is open, at any time of the
// year. None begins or ends soon: not when a month does, nor when the clocks of
// its zone are put forward or back.
func randomWindows(random *rand.Rand) []spec.MuteWindow {
	const away, hour, day = 90, 60, 24 * 60 // minutes
	hours := func(most int) int { return random.IntN(most) * hour }
	windows := make([]spec.MuteWindow, 4)
	for i := range windows {
		zone := pick(random, "", "Europe/Berlin", "Asia/Tokyo", "America/New_York")
		location, err := time.LoadLocation(zone)
		if err != nil {
			panic(err)
		}
		now := time.Now().In(location)
		minute := now.Hour()*hour + now.Minute()
		from, to := minute-away-hours(8), minute+away+hours(8)
		if random.IntN(2) == 0 {
			from = minute + away + hours(8)
			to = from + hour + hours(8)
		}
		interval := spec.TimeInterval{Times: timesOfDay((from+day)%day, (to+day)%day), Location: zone}
		if random.IntN(2) == 0 {
			month := func(at time.Time) string { return fmt.Sprint(int(at.Month())) }
			interval.Months = []string{month(now.Add(-time.Hour)), month(now.Add(time.Hour)), "1:2"}
		}
		windows[i] = spec.MuteWindow{Stack: "production", Name: fmt.Sprintf("window%d", i), Intervals: []spec.TimeInterval{interval}}
		spec.WithDefaults(&windows[i])
	}
	return windows
}

// timesOfDay are the times from one minute of the day to another, which may be
// one of the next day.
func timesOfDay(from, to int) []spec.TimeRange {
	clock := func(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }
	switch begin, end := clock(from), clock(to); {
	case to == 0:
		return []spec.TimeRange{{StartTime: begin, EndTime: "24:00"}}
	case from > to:
		return []spec.TimeRange{{StartTime: begin, EndTime: "24:00"}, {StartTime: "00:00", EndTime: end}}
	default:
		return []spec.TimeRange{{StartTime: begin, EndTime: end}}
	}
}

// The channels of a plan have no secrets yet, those of its routes may be missing,
// and what was never started is not asked: at its address is somebody else.
func TestRoutingOfAPlan(t *testing.T) {
	state := spec.State{Stack: spec.DefaultStack("production"), Channels: []spec.Channel{{Stack: "production", Name: "slack", Default: true, Slack: &spec.Slack{}}}}
	state.Routes = []spec.Route{componenttest.Route("later", "later", `a="b"`)}
	if got := offline(t, state, "", map[string]string{"a": "c"}).Routes; len(got) != 1 || got[0].Channel != "slack" {
		t.Errorf("the rest goes to %+v", got)
	}
	if got := offline(t, state, "", map[string]string{"a": "b"}).Routes; len(got) != 1 || got[0].Channel != "later" {
		t.Errorf("the route leads to %+v", got)
	}
	in := componenttest.Input(t, state)
	in.Addresses = nil
	result, err := alertmanager.New().Routing(t.Context(), in, api.RoutingQuery{Labels: map[string]string{"alertname": "A", "severity": "info", "instance": "i"}})
	if err != nil || len(result.Warnings) > 0 {
		t.Errorf("result %+v (%v)", result, err)
	}
}
