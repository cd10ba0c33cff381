package alertmanager_test

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

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

func (b *bench) want(change func(*spec.State), drift ...string) {
	b.Helper()
	componenttest.Want(b, b.in, componenttest.Observe(b, b.c, b.in, b.files), change, drift...)
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

func TestObserveTellsWhatWasChangedByHand(t *testing.T) {
	b := start(t, componenttest.Everything(), nil)
	reload := func(t testing.TB) {
		b.TB = t
		b.reload()
	}
	componenttest.ChangeByHand(t, b.c, b.in, "alertmanager.yml", reload,
		slices.Concat(routeChanges(), treeChanges(), windowChanges(), inhibitionChanges(), receiverChanges()))
}

func routeChanges() []componenttest.ByHand {
	return []componenttest.ByHand{
		{
			Name:  "not loaded",
			Edit:  func(f componenttest.File) { f.Edit("group_wait: 10s", "group_wait: 11s") },
			Still: true,
		},
		{
			Name: "route fields",
			Edit: func(f componenttest.File) {
				f.Edit("group_by: [alertname, job]", "group_by: [instance]")
				f.Edit("group_wait: 10s", "group_wait: 11s")
				f.Edit("group_interval: 1m", "group_interval: 2m")
				f.Edit("repeat_interval: 12h", "repeat_interval: 1d")
				f.Edit("1d\n      continue: true\n", "1d\n")
				f.Edit(`severity="critical"`, `severity="warning"`)
			},
			Change: func(s *spec.State) {
				c := channel(s, "oncall")
				c.GroupBy, c.GroupWait, c.GroupInterval, c.RepeatInterval = []string{"instance"}, "11s", "2m", "1d"
				c.Continue, c.Matchers = false, []string{`severity="warning"`}
			},
		},
		{
			Name: "default made explicit",
			Edit: func(f componenttest.File) {
				f.Edit("group_by: ['...']\n      group_wait: 30s", "group_by: [a]\n      group_wait: 31s")
			},
			Change: func(s *spec.State) {
				channel(s, "mail").GroupBy, channel(s, "mail").GroupWait = []string{"a"}, "31s"
			},
		},
		{
			Name:   "root route options",
			Edit:   func(f componenttest.File) { f.Edit("group_wait: 20s", "group_wait: 21s") },
			Change: func(s *spec.State) { channel(s, "slack").GroupWait = "21s" },
		},
		{
			Name: "root receiver",
			Edit: func(f componenttest.File) { f.Edit("receiver: slack", "receiver: mail") },
			Change: func(s *spec.State) {
				channel(s, "slack").Default, channel(s, "mail").Default = false, true
			},
			Drift: []string{`stack production: alertmanager: the root route leads to "mail", wanted "slack"`},
		},
		{
			Name:  "route removed and one added",
			Edit:  func(f componenttest.File) { f.Edit("- receiver: oncall", "- receiver: slack") },
			Drift: []string{"notification_channel oncall: alertmanager: the route is not loaded", `stack production: alertmanager: a route to receiver "slack" is loaded but not managed`},
		},
		{
			Name: "nested route",
			Edit: func(f componenttest.File) {
				f.Edit("12h\n      continue: true\n", "12h\n      continue: true\n      routes: [{receiver: mail}]\n")
			},
			Drift: []string{`notification_channel oncall: alertmanager: a route to receiver "mail" below it is loaded but not managed`},
		},
		{
			Name: "route of a fallback",
			Edit: func(f componenttest.File) { f.Edit("receiver_name=\"slack\"", "receiver_name=\"other\"") },
			Drift: []string{
				"stack production: alertmanager: the route of the fallback of slack is not loaded",
				`stack production: alertmanager: a route to receiver "slack (fallback)" is loaded but not managed`,
			},
		},
		{
			Name:  "receiver of a fallback",
			Edit:  func(f componenttest.File) { f.Edit("title: T\n  - name: opp-null", "title: U\n  - name: opp-null") },
			Drift: []string{`stack production: alertmanager: receiver "slack (fallback)" was changed`},
		},
		{
			Name: "watchdog",
			Edit: func(f componenttest.File) {
				f.Edit("- receiver: opp-null\n      matchers:\n        - alertname", "- receiver: mail\n      matchers:\n        - alertname")
			},
			Drift: []string{"stack production: alertmanager: the route of the watchdog is not loaded", `stack production: alertmanager: a route to receiver "mail" is loaded but not managed`},
		},
	}
}

func treeChanges() []componenttest.ByHand {
	const wait = "group_by: [alertname, cluster]\n      group_wait: 5s\n"
	return []componenttest.ByHand{
		{
			Name: "fields of a route",
			Edit: func(f componenttest.File) {
				f.Edit(wait, "group_by: []\n      group_wait: 6s\n")
				f.Edit("group_interval: 2m", "group_interval: 1m")
				f.Edit("repeat_interval: 3h", "repeat_interval: 4h")
				f.Edit(`team="database"`, `team="db"`)
			},
			Change: func(s *spec.State) {
				r := routeOf(s, "database")
				r.GroupBy, r.GroupWait, r.GroupInterval, r.RepeatInterval = []string{}, "6s", "1m", "4h"
				r.Matchers = []string{`team="db"`}
			},
		},
		{
			Name: "receiver of a route",
			Edit: func(f componenttest.File) {
				f.Edit("receiver: pager\n      matchers:\n        - team=\"database\"", "receiver: chat\n      matchers:\n        - team=\"database\"")
			},
			Change: func(s *spec.State) { routeOf(s, "database").Channel = "chat" },
		},
		{
			Name:   "what a child inherits",
			Edit:   func(f componenttest.File) { f.Edit("repeat_interval: 6h", "repeat_interval: 7h") },
			Change: func(s *spec.State) { routeOf(s, "database-rest").RepeatInterval = "7h" },
		},
		{
			Name: "inherited made explicit",
			Edit: func(f componenttest.File) {
				f.Edit("receiver: chat", "receiver: mail")
				f.Edit("- cluster=\"a\"\n              group_by: [alertname, cluster]", "- cluster=\"a\"\n              group_by: [cluster]")
			},
			Change: func(s *spec.State) {
				routeOf(s, "database-rest-deep").Channel, routeOf(s, "database-rest-deep").GroupBy = "mail", []string{"cluster"}
			},
		},
		{
			Name:   "continue of a child",
			Edit:   func(f componenttest.File) { f.Edit("          continue: true\n", "") },
			Change: func(s *spec.State) { routeOf(s, "database-info").Continue = false },
		},
		{
			Name: "children swapped",
			Edit: func(f componenttest.File) {
				f.Edit("severity=\"info\"", "MINE")
				f.Edit("cluster=~\"a|b\"", "severity=\"info\"")
				f.Edit("MINE", "cluster=~\"a|b\"")
				f.Edit("        - receiver: mail\n          matchers:\n            - cluster", "        - receiver: pager\n          matchers:\n            - cluster")
				f.Edit("        - receiver: pager\n          matchers:\n            - severity", "        - receiver: mail\n          matchers:\n            - severity")
			},
			Change: func(s *spec.State) {
				info, rest := routeOf(s, "database-info"), routeOf(s, "database-rest")
				info.Continue, rest.Continue = false, true
				info.GroupBy, info.RepeatInterval = []string{"alertname", "cluster"}, "6h"
				rest.GroupBy, rest.RepeatInterval = []string{}, "3h"
				info.MuteWindows, info.ActiveWindows = []string{"holidays", "nights"}, []string{"office-hours"}
				rest.MuteWindows, rest.ActiveWindows = []string{}, []string{}
			},
			Drift: []string{
				"route database: alertmanager: the routes below it are loaded in another order",
				`route database-info: alertmanager: a route to receiver "chat" below it is loaded but not managed`,
				"route database-rest-deep: alertmanager: the route is not loaded",
			},
		},
		{
			Name: "route removed with those below it",
			Edit: func(f componenttest.File) {
				f.EditMatch(regexp.MustCompile(`(?s)    - receiver: pager\n      matchers:\n        - team="database".*?(    - receiver: slack\n)`), "$1")
			},
			Drift: []string{
				"route database: alertmanager: the route is not loaded", "route database-info: alertmanager: the route is not loaded",
				"route database-rest: alertmanager: the route is not loaded", "route database-rest-deep: alertmanager: the route is not loaded",
			},
		},
		{
			Name: "route added below",
			Edit: func(f componenttest.File) {
				f.Edit("        - receiver: mail\n          matchers:\n            - severity=\"info\"", "        - receiver: slack\n        - receiver: mail\n          matchers:\n            - severity=\"info\"")
			},
			Drift: []string{`route database: alertmanager: a route to receiver "slack" below it is loaded but not managed`},
		},
	}
}

func windowChanges() []componenttest.ByHand {
	window := func(s *spec.State, name string) *spec.TimeInterval {
		w := s.Get(spec.KindMuteWindow, name).(*spec.MuteWindow)
		w.Intervals = slices.Clone(w.Intervals)
		return &w.Intervals[0]
	}
	return []componenttest.ByHand{
		{
			Name: "the same in other words",
			Edit: func(f componenttest.File) {
				f.Edit("weekdays: ['Monday:thursday', friday]", "weekdays: ['monday:thursday', 'friday:friday']")
				f.Edit(`months: ["12"]`, `months: [december]`)
				f.Edit("mute_time_intervals: [holidays, nights]", "mute_time_intervals: [nights, holidays]")
			},
		},
		{
			Name: "times",
			Edit: func(f componenttest.File) {
				f.Edit(`end_time: "06:00"`, `end_time: "07:00"`)
				f.Edit("location: Europe/Berlin", "location: Asia/Tokyo")
			},
			Change: func(s *spec.State) {
				i := window(s, "nights")
				i.Times = []spec.TimeRange{{StartTime: "00:00", EndTime: "07:00"}, i.Times[1]}
				i.Location = "Asia/Tokyo"
			},
		},
		{
			Name:   "dates",
			Edit:   func(f componenttest.File) { f.Edit("years: ['2026:2030']", "years: ['2026']") },
			Change: func(s *spec.State) { window(s, "holidays").Years = []string{"2026"} },
		},
		{
			Name: "windows of a route",
			Edit: func(f componenttest.File) {
				f.Edit("mute_time_intervals: [holidays, nights]", "mute_time_intervals: [nights]")
				f.Edit("active_time_intervals: [office-hours]", "active_time_intervals: []")
			},
			Change: func(s *spec.State) {
				routeOf(s, "database-rest").MuteWindows, routeOf(s, "database-rest").ActiveWindows = []string{"nights"}, []string{}
			},
		},
		{
			Name: "windows of a channel's own route",
			Edit: func(f componenttest.File) {
				f.Edit("12h\n      continue: true\n", "12h\n      continue: true\n      mute_time_intervals: [nights]\n")
			},
			Drift: []string{"notification_channel oncall: alertmanager: the route was changed"},
		},
		{
			Name: "window renamed",
			Edit: func(f componenttest.File) {
				f.Edit("name: nights", "name: days")
				f.Edit("[holidays, nights]", "[holidays, days]")
			},
			Change: func(s *spec.State) { routeOf(s, "database-rest").MuteWindows = []string{"holidays", "days"} },
			Drift: []string{
				"mute_window nights: alertmanager: the time interval is not loaded",
				`stack production: alertmanager: time interval "days" is loaded but not managed`,
			},
		},
		{
			Name: "window of the old kind",
			Edit: func(f componenttest.File) {
				f.Edit("receivers:", "mute_time_intervals: [{name: old, time_intervals: [{weekdays: [monday]}]}]\nreceivers:")
			},
			Drift: []string{`stack production: alertmanager: time interval "old" is loaded but not managed`},
		},
	}
}

func inhibitionChanges() []componenttest.ByHand {
	return []componenttest.ByHand{
		{
			Name: "the same in other words",
			Edit: func(f componenttest.File) {
				f.Edit("equal: [instance, cluster]", "equal: [cluster, instance]")
				f.Edit("- alertname=\"NodeDown\"", "- alertname = NodeDown")
				f.Edit("    source_matchers:\n      - alertname=\"DatabaseDown\"\n", "    source_match: {alertname: DatabaseDown}\n")
			},
		},
		{
			Name: "matchers and labels",
			Edit: func(f componenttest.File) {
				f.Edit("equal: [instance, cluster]", "equal: [instance]")
				f.Edit("- alertname=\"NodeDown\"", "- alertname=\"HostDown\"")
				f.Edit("- instance!=\"\"\n    equal: [instance]", "- cluster!=\"\"\n    equal: [instance]")
			},
			Change: func(s *spec.State) {
				c := s.Get(spec.KindCorrelation, "node-down").(*spec.Correlation)
				c.SourceMatchers, c.Equal = []string{`alertname="HostDown"`}, []string{"instance"}
				c.TargetMatchers = []string{`alertname!="NodeDown"`, `cluster!=""`}
			},
		},
		{
			Name:  "dependency",
			Edit:  func(f componenttest.File) { f.Edit("DatabaseDown", "DatabaseSlow") },
			Drift: []string{"correlation database-down: alertmanager: the inhibition was changed"},
		},
		{
			Name: "removed, added and of the stack",
			Edit: func(f componenttest.File) {
				f.Edit("name: node-down", "name: mine")
				f.Edit("severity=~\"warning|info\"", "severity=~\"warning|info|none\"")
			},
			Drift: []string{
				"correlation node-down: alertmanager: the inhibition is not loaded",
				`stack production: alertmanager: the inhibition "opp-severity-critical" was changed`,
				`stack production: alertmanager: an inhibition of alerts with ["alertname!=\"NodeDown\"" "instance!=\"\""] by those with ["alertname=\"NodeDown\""] is loaded but not managed`,
			},
		},
		{
			Name: "without names",
			Edit: func(f componenttest.File) {
				f.Edit("  - name: node-down\n    source_matchers", "  - source_matchers")
				f.Edit("  - name: opp-severity-critical\n    source_matchers", "  - source_matchers")
			},
		},
		{
			Name:   "resolve timeout",
			Edit:   func(f componenttest.File) { f.Edit("resolve_timeout: 5m", "resolve_timeout: 6m") },
			Change: func(s *spec.State) { s.Stack.Alertmanager.ResolveTimeout = "6m" },
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

func receiverChanges() []componenttest.ByHand {
	return []componenttest.ByHand{
		{
			Name: "webhook",
			Edit: func(f componenttest.File) {
				f.Edit("http://127.0.0.1:9/oncall", "http://127.0.0.1:9/other")
				f.Edit("max_alerts: 10", "max_alerts: 11")
				f.Edit("send_resolved: true", "send_resolved: false")
			},
			Change: func(s *spec.State) {
				c := channel(s, "oncall")
				w := *c.Webhook
				w.URL, w.MaxAlerts, c.SendResolved = "http://127.0.0.1:9/other", 11, false
				c.Webhook = &w
			},
		},
		{
			Name: "secrets",
			Edit: func(f componenttest.File) {
				for _, name := range []string{"oncall-token", "mail-password", "slack-url", "pager-key"} {
					f.Edit(name, "mine")
				}
			},
			Drift: []string{
				"notification_channel mail: alertmanager: the secret email.auth_password was changed",
				"notification_channel oncall: alertmanager: the secret webhook.bearer_token was changed",
				"notification_channel pager: alertmanager: the secret pagerduty.routing_key was changed",
				"notification_channel slack: alertmanager: the secret slack.api_url was changed",
			},
		},
		{
			Name: "email",
			Edit: func(f componenttest.File) {
				f.Edit("team@example.org", "all@example.org")
				f.Edit("mail.example.org:587", "mail.example.org:25")
				f.Edit("require_tls: true", "require_tls: false")
				f.Edit("subject: Alert", "subject: Other")
			},
			Change: func(s *spec.State) {
				e := *channel(s, "mail").Email
				e.To, e.Smarthost, e.RequireTLS = "all@example.org", "mail.example.org:25", new(false)
				e.Headers = map[string]string{"Subject": "Other"}
				channel(s, "mail").Email = &e
			},
		},
		{
			Name: "slack and pagerduty",
			Edit: func(f componenttest.File) {
				f.Edit("channel: '#alerts'", "channel: '#other'")
				f.Edit("title: T", "title: U")
				f.Edit("severity: critical", "severity: warning")
				f.Edit("http://127.0.0.1:9/v2", "http://127.0.0.1:9/v3")
			},
			Change: func(s *spec.State) {
				slack, pager := *channel(s, "slack").Slack, *channel(s, "pager").PagerDuty
				slack.Channel, slack.Title = "#other", new("U")
				pager.Severity, pager.URL = "warning", "http://127.0.0.1:9/v3"
				channel(s, "slack").Slack, channel(s, "pager").PagerDuty = &slack, &pager
			},
		},
		{
			Name: "receiver renamed",
			Edit: func(f componenttest.File) {
				f.Edit("name: oncall", "name: mine")
				f.Edit("receiver: oncall", "receiver: mine")
			},
			Drift: []string{
				"notification_channel oncall: alertmanager: the receiver is not loaded",
				"notification_channel oncall: alertmanager: the route is not loaded",
				`stack production: alertmanager: receiver "mine" is loaded but not managed`,
				`stack production: alertmanager: a route to receiver "mine" is loaded but not managed`,
			},
		},
		{
			Name: "another integration",
			Edit: func(f componenttest.File) {
				f.Edit("- name: oncall\n", "- name: oncall\n    discord_configs: [{webhook_url: 'http://127.0.0.1:9/'}]\n")
			},
			Drift: []string{
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
	if alerts, err := b.c.Alerts(t.Context(), b.in, []string{`severity="info", alertname!="B"`}); err != nil || len(alerts) != 1 {
		t.Errorf("alerts that fit two matchers in one text: %v, %v", alerts, err)
	}
	if _, err := b.c.Alerts(t.Context(), b.in, []string{"}{"}); !errors.Is(err, &api.Error{Code: api.CodeInvalid}) {
		t.Errorf("error %v", err)
	}
}
