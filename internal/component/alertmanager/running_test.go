package alertmanager_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/alertmanager"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/porttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// bench is a running Alertmanager.
type bench struct {
	testing.TB
	c     *alertmanager.Component
	in    component.Input
	files component.Files
	path  string
	said  *componenttest.Process
}

// start runs an Alertmanager. Secrets are the texts of the files of secrets, by
// name; others have any text.
func start(t testing.TB, state spec.State, secrets map[string]string) *bench {
	t.Helper()
	state.Stack.Alertmanager.Enabled = true
	b := &bench{TB: t, c: alertmanager.New(), in: componenttest.Input(t, state)}
	for file, text := range secrets {
		componenttest.Replace(t, filepath.Join(b.in.SecretsDir, file), []byte(text))
	}
	b.path = filepath.Join(b.in.ConfigDir, "alertmanager.yml")
	b.files = componenttest.Publish(t, b.c, b.in)
	b.said = componenttest.Start(t, b.c, b.in, componenttest.Tool(t, component.Alertmanager, version, "alertmanager"))
	if err := b.c.Verify(t.Context(), b.in, b.files, nil); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bench) reload() {
	b.Helper()
	if err := b.c.Reload(b.Context(), b.in); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) edit(old, replacement string) {
	b.Helper()
	componenttest.Edit(b, b.path, old, replacement)
}

func (b *bench) editAll(old *regexp.Regexp, replacement string) {
	b.Helper()
	text, err := os.ReadFile(b.path)
	if err != nil {
		b.Fatal(err)
	}
	found := old.Find(text)
	if found == nil {
		b.Fatalf("nothing matches %s:\n%s", old, text)
	}
	b.edit(string(found), string(old.ReplaceAll(found, []byte(replacement))))
}

func (b *bench) want(change func(*spec.State), drift ...string) {
	b.Helper()
	report := componenttest.Observe(b, b.c, b.in, b.files)
	want := b.in.State.Clone()
	if change != nil {
		change(&want)
	}
	if diff := cmp.Diff(want, report.Observed); diff != "" {
		b.Errorf("observed (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(drift)), componenttest.Sentences(report)); diff != "" {
		b.Errorf("drift (-want +got):\n%s", diff)
	}
}

func channel(s *spec.State, name string) *spec.Channel {
	return s.Get(spec.KindChannel, name).(*spec.Channel)
}

func routeOf(s *spec.State, name string) *spec.Route {
	return s.Get(spec.KindRoute, name).(*spec.Route)
}

func TestRunsWhatIsRendered(t *testing.T) {
	for name, state := range componenttest.States() {
		t.Run(name, func(t *testing.T) {
			b := start(t, state, nil)
			b.want(nil)
			report := componenttest.Observe(t, b.c, b.in, b.files)
			if report.Versions[component.Alertmanager] != version {
				t.Errorf("version %q", report.Versions[component.Alertmanager])
			}
		})
	}
}

// TestReadsBackWhatRuns observes a configuration that differs from ours in a
// comment only, so that every field takes the way back from what runs: once
// from the file, once from the API.
func TestReadsBackWhatRuns(t *testing.T) {
	const edited = "stack production: alertmanager: alertmanager.yml was edited by hand"
	for name, state := range componenttest.States() {
		t.Run(name, func(t *testing.T) {
			b := start(t, state, nil)
			edited := strings.Replace(edited, "production", state.Stack.Name, 1)
			b.edit("route:", "# by hand\nroute:")
			b.reload()
			b.want(nil, edited)
			b.edit("# by hand", "# by hand, not loaded")
			b.want(nil, edited)
		})
	}
}

type change struct {
	name   string
	edit   func(*bench)
	still  bool // not reloaded
	change func(*spec.State)
	drift  []string
}

func TestObserveTellsWhatWasChangedByHand(t *testing.T) {
	b := start(t, componenttest.Everything(), nil)
	const edited = "stack production: alertmanager: alertmanager.yml was edited by hand"
	for _, tt := range slices.Concat(routeChanges(), treeChanges(), windowChanges(), inhibitionChanges(), receiverChanges()) {
		t.Run(tt.name, func(t *testing.T) {
			b.TB = t
			tt.edit(b)
			if tt.still {
				b.want(tt.change, append(tt.drift, edited+", without effect so far")...)
			} else {
				b.reload()
				b.want(tt.change, append(tt.drift, edited)...)
			}
			componenttest.Publish(t, b.c, b.in)
			b.reload()
			if err := b.c.Verify(t.Context(), b.in, b.files, []string{"alertmanager.yml"}); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func routeChanges() []change {
	return []change{
		{
			name:  "not loaded",
			edit:  func(b *bench) { b.edit("group_wait: 10s", "group_wait: 11s") },
			still: true,
		},
		{
			name: "route fields",
			edit: func(b *bench) {
				b.edit("group_by: [alertname, job]", "group_by: [instance]")
				b.edit("group_wait: 10s", "group_wait: 11s")
				b.edit("group_interval: 1m", "group_interval: 2m")
				b.edit("repeat_interval: 12h", "repeat_interval: 1d")
				b.edit("      continue: true\n", "")
				b.edit(`severity="critical"`, `severity="warning"`)
			},
			change: func(s *spec.State) {
				c := channel(s, "oncall")
				c.GroupBy, c.GroupWait, c.GroupInterval, c.RepeatInterval = []string{"instance"}, "11s", "2m", "1d"
				c.Continue, c.Matchers = false, []string{`severity="warning"`}
			},
		},
		{
			name: "default made explicit",
			edit: func(b *bench) {
				b.edit("group_by: ['...']\n      group_wait: 30s", "group_by: [a]\n      group_wait: 31s")
			},
			change: func(s *spec.State) {
				channel(s, "mail").GroupBy, channel(s, "mail").GroupWait = []string{"a"}, "31s"
			},
		},
		{
			name:   "root route options",
			edit:   func(b *bench) { b.edit("group_wait: 20s", "group_wait: 21s") },
			change: func(s *spec.State) { channel(s, "slack").GroupWait = "21s" },
		},
		{
			name: "root receiver",
			edit: func(b *bench) { b.edit("receiver: slack", "receiver: mail") },
			change: func(s *spec.State) {
				channel(s, "slack").Default, channel(s, "mail").Default = false, true
			},
			drift: []string{`stack production: alertmanager: the root route leads to "mail", wanted "slack"`},
		},
		{
			name:  "route removed and one added",
			edit:  func(b *bench) { b.edit("- receiver: oncall", "- receiver: slack") },
			drift: []string{"notification_channel oncall: alertmanager: the route is not loaded", `stack production: alertmanager: a route to receiver "slack" is loaded but not managed`},
		},
		{
			name: "nested route",
			edit: func(b *bench) {
				b.edit("      continue: true\n", "      continue: true\n      routes: [{receiver: mail}]\n")
			},
			drift: []string{`notification_channel oncall: alertmanager: a route to receiver "mail" below it is loaded but not managed`},
		},
		{
			name: "watchdog",
			edit: func(b *bench) {
				b.edit("- receiver: opp-null\n      matchers:\n        - alertname", "- receiver: mail\n      matchers:\n        - alertname")
			},
			drift: []string{"stack production: alertmanager: the route of the watchdog is not loaded", `stack production: alertmanager: a route to receiver "mail" is loaded but not managed`},
		},
	}
}

func treeChanges() []change {
	const wait = "group_by: [alertname, cluster]\n      group_wait: 5s\n"
	return []change{
		{
			name: "fields of a route",
			edit: func(b *bench) {
				b.edit(wait, "group_by: []\n      group_wait: 6s\n")
				b.edit("group_interval: 2m", "group_interval: 1m")
				b.edit("repeat_interval: 3h", "repeat_interval: 4h")
				b.edit(`team="database"`, `team="db"`)
			},
			change: func(s *spec.State) {
				r := routeOf(s, "database")
				r.GroupBy, r.GroupWait, r.GroupInterval, r.RepeatInterval = []string{}, "6s", "1m", "4h"
				r.Matchers = []string{`team="db"`}
			},
		},
		{
			name: "receiver of a route",
			edit: func(b *bench) {
				b.edit("receiver: pager\n      matchers:\n        - team=\"database\"", "receiver: chat\n      matchers:\n        - team=\"database\"")
			},
			change: func(s *spec.State) { routeOf(s, "database").Channel = "chat" },
		},
		{
			name:   "what a child inherits",
			edit:   func(b *bench) { b.edit("repeat_interval: 6h", "repeat_interval: 7h") },
			change: func(s *spec.State) { routeOf(s, "database-rest").RepeatInterval = "7h" },
		},
		{
			name: "inherited made explicit",
			edit: func(b *bench) {
				b.edit("receiver: chat", "receiver: mail")
				b.edit("- cluster=\"a\"\n              group_by: [alertname, cluster]", "- cluster=\"a\"\n              group_by: [cluster]")
			},
			change: func(s *spec.State) {
				routeOf(s, "database-rest-deep").Channel, routeOf(s, "database-rest-deep").GroupBy = "mail", []string{"cluster"}
			},
		},
		{
			name:   "continue of a child",
			edit:   func(b *bench) { b.edit("          continue: true\n", "") },
			change: func(s *spec.State) { routeOf(s, "database-info").Continue = false },
		},
		{
			name: "children swapped",
			edit: func(b *bench) {
				b.edit("severity=\"info\"", "MINE")
				b.edit("cluster=~\"a|b\"", "severity=\"info\"")
				b.edit("MINE", "cluster=~\"a|b\"")
				b.edit("        - receiver: mail\n          matchers:\n            - cluster", "        - receiver: pager\n          matchers:\n            - cluster")
				b.edit("        - receiver: pager\n          matchers:\n            - severity", "        - receiver: mail\n          matchers:\n            - severity")
			},
			change: func(s *spec.State) {
				info, rest := routeOf(s, "database-info"), routeOf(s, "database-rest")
				info.Continue, rest.Continue = false, true
				info.GroupBy, info.RepeatInterval = []string{"alertname", "cluster"}, "6h"
				rest.GroupBy, rest.RepeatInterval = []string{}, "3h"
				info.MuteWindows, info.ActiveWindows = []string{"holidays", "nights"}, []string{"office-hours"}
				rest.MuteWindows, rest.ActiveWindows = []string{}, []string{}
			},
			drift: []string{
				"route database: alertmanager: the routes below it are loaded in another order",
				`route database-info: alertmanager: a route to receiver "chat" below it is loaded but not managed`,
				"route database-rest-deep: alertmanager: the route is not loaded",
			},
		},
		{
			name: "route removed with those below it",
			edit: func(b *bench) {
				b.editAll(regexp.MustCompile(`(?s)    - receiver: pager\n      matchers:\n        - team="database".*?(    - receiver: opp-null)`), "$1")
			},
			drift: []string{
				"route database: alertmanager: the route is not loaded", "route database-info: alertmanager: the route is not loaded",
				"route database-rest: alertmanager: the route is not loaded", "route database-rest-deep: alertmanager: the route is not loaded",
			},
		},
		{
			name: "route added below",
			edit: func(b *bench) {
				b.edit("        - receiver: mail\n          matchers:\n            - severity=\"info\"", "        - receiver: slack\n        - receiver: mail\n          matchers:\n            - severity=\"info\"")
			},
			drift: []string{`route database: alertmanager: a route to receiver "slack" below it is loaded but not managed`},
		},
	}
}

func windowChanges() []change {
	window := func(s *spec.State, name string) *spec.TimeInterval {
		w := s.Get(spec.KindMuteWindow, name).(*spec.MuteWindow)
		w.Intervals = slices.Clone(w.Intervals)
		return &w.Intervals[0]
	}
	return []change{
		{
			name: "the same in other words",
			edit: func(b *bench) {
				b.edit("weekdays: ['Monday:thursday', friday]", "weekdays: ['monday:thursday', 'friday:friday']")
				b.edit(`months: ["12"]`, `months: [december]`)
				b.edit("mute_time_intervals: [holidays, nights]", "mute_time_intervals: [nights, holidays]")
			},
		},
		{
			name: "times",
			edit: func(b *bench) {
				b.edit(`end_time: "06:00"`, `end_time: "07:00"`)
				b.edit("location: Europe/Berlin", "location: Asia/Tokyo")
			},
			change: func(s *spec.State) {
				i := window(s, "nights")
				i.Times = []spec.TimeRange{{StartTime: "00:00", EndTime: "07:00"}, i.Times[1]}
				i.Location = "Asia/Tokyo"
			},
		},
		{
			name:   "dates",
			edit:   func(b *bench) { b.edit("years: ['2026:2030']", "years: ['2026']") },
			change: func(s *spec.State) { window(s, "holidays").Years = []string{"2026"} },
		},
		{
			name: "windows of a route",
			edit: func(b *bench) {
				b.edit("mute_time_intervals: [holidays, nights]", "mute_time_intervals: [nights]")
				b.edit("active_time_intervals: [office-hours]", "active_time_intervals: []")
			},
			change: func(s *spec.State) {
				routeOf(s, "database-rest").MuteWindows, routeOf(s, "database-rest").ActiveWindows = []string{"nights"}, []string{}
			},
		},
		{
			name: "windows of a channel's own route",
			edit: func(b *bench) {
				b.edit("      continue: true\n", "      continue: true\n      mute_time_intervals: [nights]\n")
			},
			drift: []string{"notification_channel oncall: alertmanager: the route was changed"},
		},
		{
			name: "window renamed",
			edit: func(b *bench) {
				b.edit("name: nights", "name: days")
				b.edit("[holidays, nights]", "[holidays, days]")
			},
			change: func(s *spec.State) { routeOf(s, "database-rest").MuteWindows = []string{"holidays", "days"} },
			drift: []string{
				"mute_window nights: alertmanager: the time interval is not loaded",
				`stack production: alertmanager: time interval "days" is loaded but not managed`,
			},
		},
		{
			name: "window of the old kind",
			edit: func(b *bench) {
				b.edit("receivers:", "mute_time_intervals: [{name: old, time_intervals: [{weekdays: [monday]}]}]\nreceivers:")
			},
			drift: []string{`stack production: alertmanager: time interval "old" is loaded but not managed`},
		},
	}
}

func inhibitionChanges() []change {
	return []change{
		{
			name: "the same in other words",
			edit: func(b *bench) {
				b.edit("equal: [instance, cluster]", "equal: [cluster, instance]")
				b.edit("- alertname=\"NodeDown\"", "- alertname = NodeDown")
				b.edit("    source_matchers:\n      - alertname=\"DatabaseDown\"\n", "    source_match: {alertname: DatabaseDown}\n")
			},
		},
		{
			name: "matchers and labels",
			edit: func(b *bench) {
				b.edit("equal: [instance, cluster]", "equal: [instance]")
				b.edit("- alertname=\"NodeDown\"", "- alertname=\"HostDown\"")
				b.edit("- instance!=\"\"\n    equal: [instance]", "- cluster!=\"\"\n    equal: [instance]")
			},
			change: func(s *spec.State) {
				c := s.Get(spec.KindCorrelation, "node-down").(*spec.Correlation)
				c.SourceMatchers, c.Equal = []string{`alertname="HostDown"`}, []string{"instance"}
				c.TargetMatchers = []string{`alertname!="NodeDown"`, `cluster!=""`}
			},
		},
		{
			name:  "dependency",
			edit:  func(b *bench) { b.edit("DatabaseDown", "DatabaseSlow") },
			drift: []string{"correlation database-down: alertmanager: the inhibition was changed"},
		},
		{
			name: "removed, added and of the stack",
			edit: func(b *bench) {
				b.edit("name: node-down", "name: mine")
				b.edit("severity=~\"warning|info\"", "severity=~\"warning|info|none\"")
			},
			drift: []string{
				"correlation node-down: alertmanager: the inhibition is not loaded",
				`stack production: alertmanager: the inhibition "opp-severity-critical" was changed`,
				`stack production: alertmanager: an inhibition of alerts with ["alertname!=\"NodeDown\"" "instance!=\"\""] by those with ["alertname=\"NodeDown\""] is loaded but not managed`,
			},
		},
		{
			name: "without names",
			edit: func(b *bench) {
				b.edit("  - name: node-down\n    source_matchers", "  - source_matchers")
				b.edit("  - name: opp-severity-critical\n    source_matchers", "  - source_matchers")
			},
		},
		{
			name:   "resolve timeout",
			edit:   func(b *bench) { b.edit("resolve_timeout: 5m", "resolve_timeout: 6m") },
			change: func(s *spec.State) { s.Stack.Alertmanager.ResolveTimeout = "6m" },
		},
	}
}

func TestDefaultChannelOfTheStack(t *testing.T) {
	state := componenttest.Everything()
	state.Stack.Alertmanager.DefaultChannel = "chat"
	for i := range state.Channels {
		state.Channels[i].Default = false
	}
	b := start(t, state, nil)
	b.want(nil)
	b.edit("receiver: chat", "receiver: slack")
	b.reload()
	b.want(func(s *spec.State) { s.Stack.Alertmanager.DefaultChannel = "slack" },
		"stack production: alertmanager: alertmanager.yml was edited by hand",
		`stack production: alertmanager: the root route leads to "slack", wanted "chat"`)
}

func receiverChanges() []change {
	return []change{
		{
			name: "webhook",
			edit: func(b *bench) {
				b.edit("http://127.0.0.1:9/oncall", "http://127.0.0.1:9/other")
				b.edit("max_alerts: 10", "max_alerts: 11")
				b.edit("send_resolved: true", "send_resolved: false")
			},
			change: func(s *spec.State) {
				c := channel(s, "oncall")
				w := *c.Webhook
				w.URL, w.MaxAlerts, c.SendResolved = "http://127.0.0.1:9/other", 11, false
				c.Webhook = &w
			},
		},
		{
			name: "secrets",
			edit: func(b *bench) {
				for _, name := range []string{"oncall-token", "mail-password", "slack-url", "pager-key"} {
					b.edit(name, "mine")
				}
			},
			drift: []string{
				"notification_channel mail: alertmanager: the secret email.auth_password was changed",
				"notification_channel oncall: alertmanager: the secret webhook.bearer_token was changed",
				"notification_channel pager: alertmanager: the secret pagerduty.routing_key was changed",
				"notification_channel slack: alertmanager: the secret slack.api_url was changed",
			},
		},
		{
			name: "email",
			edit: func(b *bench) {
				b.edit("team@example.org", "all@example.org")
				b.edit("mail.example.org:587", "mail.example.org:25")
				b.edit("require_tls: true", "require_tls: false")
				b.edit("subject: Alert", "subject: Other")
			},
			change: func(s *spec.State) {
				e := *channel(s, "mail").Email
				e.To, e.Smarthost, e.RequireTLS = "all@example.org", "mail.example.org:25", new(false)
				e.Headers = map[string]string{"Subject": "Other"}
				channel(s, "mail").Email = &e
			},
		},
		{
			name: "slack and pagerduty",
			edit: func(b *bench) {
				b.edit("channel: '#alerts'", "channel: '#other'")
				b.edit("title: T", "title: U")
				b.edit("severity: critical", "severity: warning")
				b.edit("http://127.0.0.1:9/v2", "http://127.0.0.1:9/v3")
			},
			change: func(s *spec.State) {
				slack, pager := *channel(s, "slack").Slack, *channel(s, "pager").PagerDuty
				slack.Channel, slack.Title = "#other", new("U")
				pager.Severity, pager.URL = "warning", "http://127.0.0.1:9/v3"
				channel(s, "slack").Slack, channel(s, "pager").PagerDuty = &slack, &pager
			},
		},
		{
			name: "receiver renamed",
			edit: func(b *bench) {
				b.edit("name: oncall", "name: mine")
				b.edit("receiver: oncall", "receiver: mine")
			},
			drift: []string{
				"notification_channel oncall: alertmanager: the receiver is not loaded",
				"notification_channel oncall: alertmanager: the route is not loaded",
				`stack production: alertmanager: receiver "mine" is loaded but not managed`,
				`stack production: alertmanager: a route to receiver "mine" is loaded but not managed`,
			},
		},
		{
			name: "another integration",
			edit: func(b *bench) {
				b.edit("- name: oncall\n", "- name: oncall\n    discord_configs: [{webhook_url: 'http://127.0.0.1:9/'}]\n")
			},
			drift: []string{
				"notification_channel oncall: alertmanager: the receiver has other integrations: 1 discord_configs, 1 webhook_configs",
			},
		},
	}
}

func TestVerifyAndReloadRefuse(t *testing.T) {
	b := start(t, componenttest.Everything(), nil)
	b.edit("group_wait: 10s", "group_wait: never")
	err := b.c.Reload(t.Context(), b.in)
	var refused *api.Error
	if !errors.As(err, &refused) || refused.Code != api.CodeRefused || !strings.Contains(refused.Detail, "not a valid duration string") {
		t.Errorf("error %#v", err)
	}
	verify := func(ctx context.Context) error { return b.c.Verify(ctx, b.in, b.files, nil) }
	componenttest.Fails(t, "its last reload failed", verify)
	b.edit("group_wait: never", "group_wait: 12s")
	b.reload()
	componenttest.Fails(t, "does not run alertmanager.yml as written", verify)
	b.in.Addresses[component.Alertmanager] = porttest.Address(t)
	if err := b.c.Observe(t.Context(), b.in, b.files, &component.Report{}); err == nil {
		t.Error("a server that does not answer was observed")
	}
}

func TestAlerts(t *testing.T) {
	b := start(t, componenttest.Everything(), nil)
	body := `[{"labels":{"alertname":"A","severity":"info"},"annotations":{"summary":"s"}},{"labels":{"alertname":"B"}}]`
	answer, err := http.Post("http://"+b.in.Addresses[component.Alertmanager]+"/api/v2/alerts", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	componenttest.Eventually(t, func() bool {
		alerts, err := b.c.Alerts(t.Context(), b.in, nil)
		return err == nil && len(alerts) == 2 && alerts[0].State == "active"
	})
	alerts, err := b.c.Alerts(t.Context(), b.in, []string{`severity="info"`})
	if err != nil || len(alerts) != 1 || alerts[0].Labels["alertname"] != "A" || alerts[0].Annotations["summary"] != "s" || alerts[0].Since.IsZero() {
		t.Errorf("alerts %v, %v", alerts, err)
	}
	if _, err := b.c.Alerts(t.Context(), b.in, []string{"}{"}); !errors.Is(err, &api.Error{Code: api.CodeInvalid}) {
		t.Errorf("error %v", err)
	}
}
