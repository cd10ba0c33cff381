package provider_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func channel(name string, attributes ...string) string {
	return fmt.Sprintf("resource \"opp_notification_channel\" %q {\n  stack = opp_monitoring_stack.main.name\n  name = %q\n"+
		"  webhook = { url = \"http://127.0.0.1:9/\" }\n  %s\n}\n", name, name, strings.Join(attributes, "\n  "))
}

func route(name, channel string, attributes ...string) string {
	return fmt.Sprintf("resource \"opp_route\" %q {\n  stack = opp_monitoring_stack.main.name\n  name = %q\n  channel = %s\n  %s\n}\n",
		name, name, channel, strings.Join(attributes, "\n  "))
}

// Mistakes between routes show in the plan, on the object at which they can be
// seen, and name both.
func TestMistakesBetweenRoutes(t *testing.T) {
	t.Parallel()
	const oncall, db = "opp_notification_channel.oncall.name", `matchers = ["team=\"db\""]`
	for name, test := range map[string]struct{ config, want, seenAtTheOther string }{
		"hidden": {
			route("a", oncall, db) + route("b", oncall, `matchers = ["team=\"db\"", "severity=\"critical\""]`),
			`Route "production/b": it receives nothing because route "a" comes before it`, `Route "production/a": it leaves nothing to route "b"`,
		},
		"hidden by a channel": {
			channel("all", "matchers = []") + route("b", oncall, db),
			`Route "production/b": it receives nothing because channel "all" comes before it`, `Notification channel "production/all": it leaves nothing to route "b"`,
		},
		"contradiction": {
			route("a", oncall, db) + route("b", oncall, `matchers = ["team=\"web\""]`, "parent = opp_route.a.name"),
			`Route "production/b": it receives nothing because its matchers contradict those of route "a"`, "",
		},
		"circle": {
			route("a", oncall, db, `parent = "b"`) + route("b", oncall, `parent = "a"`),
			`Route "production/a": it is its own ancestor`, `Route "production/b": it is its own ancestor`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			either := message(test.want, "")
			if test.seenAtTheOther != "" {
				either = regexp.MustCompile(either.String() + "|" + message(test.seenAtTheOther, "").String())
			}
			(&fake{}).test(t, resource.TestStep{
				Config: stack + channel("oncall") + test.config, PlanOnly: true, ExpectError: either,
			})
		})
	}
}

// What is not known yet between an alert and who hears of it is no mistake.
func TestNotificationsThatAreNotKnownYet(t *testing.T) {
	t.Parallel()
	const later = `
resource "terraform_data" "x" {
  input = { matcher = "team=\"a\"", flag = true, number = 3, name = "all", list = ["nights"], intervals = [{ weekdays = ["sunday"] }] }
}
locals { x = terraform_data.x.output }
`
	const oncall = "opp_notification_channel.oncall.name"
	config := later + stack + channel("oncall") +
		route("a", oncall, "matchers = [local.x.matcher]") +
		route("all", oncall, "continue = local.x.flag") +
		route("b", oncall, "order = local.x.number", `matchers = ["severity=\"info\""]`) +
		route("c", oncall, "parent = local.x.name", `matchers = ["severity=\"info\""]`) + `
resource "opp_mute_window" "nights" {
  stack     = opp_monitoring_stack.main.name
  name      = "nights"
  intervals = local.x.intervals
}
resource "opp_mute_window" "days" {
  stack     = opp_monitoring_stack.main.name
  name      = "days"
  intervals = [{ weekdays = local.x.list }, { times = [{ start_time = local.x.name, end_time = "10:00" }], location = local.x.name }]
}
resource "opp_correlation" "c" {
  stack           = opp_monitoring_stack.main.name
  name            = "c"
  source_matchers = [local.x.matcher]
  target_matchers = ["team=\"b\""]
}
resource "opp_correlation" "d" {
  stack      = opp_monitoring_stack.main.name
  name       = "d"
  dependency = { cause = local.x.name, effects = local.x.list, on = local.x.list }
}
resource "opp_route" "late" {
  stack          = opp_monitoring_stack.main.name
  name           = "late"
  parent         = local.x.name
  group_by       = local.x.list
  mute_windows   = [local.x.name]
  active_windows = local.x.list
}
resource "opp_silence" "s" {
  stack    = opp_monitoring_stack.main.name
  name     = "s"
  matchers = [local.x.matcher]
  start    = local.x.name
  duration = local.x.name
  comment  = local.x.name
}
resource "opp_silence" "t" {
  stack      = opp_monitoring_stack.main.name
  name       = "t"
  matchers   = local.x.list
  end        = local.x.name
  comment    = "x"
  created_by = local.x.name
}
resource "opp_silence" "u" {
  stack    = opp_monitoring_stack.main.name
  name     = "u"
  matchers = ["a=b"]
  start    = "2026-01-31T22:00:00Z"
  end      = local.x.name
  duration = local.x.name
  comment  = "x"
}
resource "opp_notification_template" "t" {
  stack   = opp_monitoring_stack.main.name
  name    = "t"
  content = local.x.name
}
resource "opp_notification_template" "u" {
  stack   = opp_monitoring_stack.main.name
  name    = local.x.name
  content = "{{ template \"${local.x.name}\" . }}"
}
resource "opp_monitoring_stack" "other" {
  name = "other"
  alertmanager = {
    default_channel     = local.x.name
    external_url        = local.x.name
    resolve_timeout     = local.x.name
    replicas            = local.x.number
    severity_inhibition = local.x.flag
  }
}
data "opp_notification_route" "x" {
  stack  = opp_monitoring_stack.main.name
  labels = { alertname = local.x.name }
  at     = local.x.name
}
`
	(&fake{}).test(t, resource.TestStep{Config: config, PlanOnly: true, ExpectNonEmptyPlan: true})
}

// What the plan removes, nothing of the plan may refer to.
func TestRemovedButInUse(t *testing.T) {
	t.Parallel()
	f := &fake{}
	// Which of the two says so depends on which is planned first.
	inUse := regexp.MustCompile(`(?s)refers\s+to\s+notification\s+channel\s+"oncall",\s+which\s+this\s+plan\s+removes|` +
		`cannot\s+be\s+removed:\s+it\s+will\s+still\s+be\s+in\s+use\s+by\s+route\s+"r"\s+\(channel\)`)
	named, bare := "opp_notification_channel.oncall.name", `"oncall"`
	f.test(t,
		resource.TestStep{Config: stack + channel("oncall") + channel("other") + route("r", named)},
		resource.TestStep{Config: stack + channel("other") + route("r", bare), ExpectError: inUse},
		// Renamed, while the route says what it was before.
		resource.TestStep{
			Config:      stack + strings.ReplaceAll(channel("oncall"), `name = "oncall"`, `name = "night"`) + channel("other") + route("r", bare),
			ExpectError: inUse,
		},
		// Moved to another stack, while the route stays.
		resource.TestStep{
			Config: stack + "resource \"opp_monitoring_stack\" \"second\" {\n  name = \"second\"\n}\n" +
				strings.ReplaceAll(channel("oncall"), "opp_monitoring_stack.main", "opp_monitoring_stack.second") + channel("other") + route("r", bare),
			ExpectError: inUse,
		},
		resource.TestStep{Config: stack + channel("other") + route("r", "opp_notification_channel.other.name")},
	)
}

// The default channel may come after its stack and go before it, but not while the
// stack stays and names it.
func TestDefaultChannelIsNotRemovedSilently(t *testing.T) {
	t.Parallel()
	naming := func(name string) string {
		return strings.Replace(stack, `name = "production"`, `name = "production"
  alertmanager = { default_channel = "`+name+`" }`, 1)
	}
	inUse := regexp.MustCompile(`(?s)refers\s+to\s+notification\s+channel\s+"oncall",\s+which\s+this\s+plan\s+removes|` +
		`in\s+use\s+by\s+stack\s+"production"\s+\(alertmanager.default_channel\)`)
	(&fake{}).test(t,
		resource.TestStep{Config: naming("oncall") + channel("oncall") + channel("other")},
		resource.TestStep{Config: naming("oncall") + channel("other"), ExpectError: inUse},
		resource.TestStep{Config: naming("other") + channel("other")},
		resource.TestStep{Config: naming("nobody") + channel("other")},
	)
}

// That holds for everything that refers to something by its name.
func TestEveryReferenceKeepsWhatItNames(t *testing.T) {
	t.Parallel()
	window := child("opp_mute_window.w", "w", map[string]string{"intervals": `[{ weekdays = ["sunday"] }]`})
	template := child("opp_notification_template.t", "t", map[string]string{"content": `"{{ .Status }}"`})
	oncall, later := channel("oncall"), "opp_notification_channel.oncall.name"
	for name, test := range map[string]struct{ removed, user, path string }{
		"channel of a route":  {oncall, route("r", `"oncall"`), "channel"},
		"parent":              {oncall + route("p", later, `matchers = ["a=b"]`), route("r", `"oncall"`, `parent = "p"`, `matchers = ["c=d"]`), "parent"},
		"mute window":         {window, oncall + route("r", later, `mute_windows = ["w"]`), "mute_windows[0]"},
		"active window":       {window, oncall + route("r", later, `active_windows = ["w"]`), "active_windows[0]"},
		"channel of a step":   {oncall, child("opp_escalation_policy.p", "p", map[string]string{"step": `[{ channels = ["oncall"] }]`}), "step[0].channels[0]"},
		"template":            {template, child("opp_notification_channel.c", "c", map[string]string{"discord": `{ webhook_url_wo = "https://example.com", title = "{{ template \"t\" . }}" }`}), "discord.title"},
		"template of another": {template, child("opp_notification_template.u", "u", map[string]string{"content": `"{{ template \"t\" . }}"`}), "content"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// Which of the two says so depends on which is planned first.
			path, top := regexp.QuoteMeta(test.path), regexp.MustCompile(`^\w+`).FindString(test.path)
			inUse := regexp.MustCompile(`(?s)refers\s+to\s.*,\s+which\s+this\s+plan\s+removes.*\d:\s+` + top + `\s+=|` + path + `:\s+it\s+refers\s+to|in\s+use\s+by.*\(` + path + `\)`)
			(&fake{}).test(t,
				resource.TestStep{Config: stack + test.removed + test.user},
				resource.TestStep{Config: stack + test.user, ExpectError: inUse},
				resource.TestStep{Config: stack},
			)
		})
	}
}

// Who keeps a deleted object is told when it is deleted, and by every plan.
func TestWhatStaysIsToldOf(t *testing.T) {
	t.Parallel()
	f := &fake{}
	for _, o := range []spec.Object{
		&spec.Stack{Name: "production"},
		&spec.Channel{Stack: "production", Name: "oncall", Webhook: &spec.Webhook{URL: "http://127.0.0.1:9/"}},
	} {
		if _, err := f.Put(t.Context(), o, api.PutCreate); err != nil {
			t.Fatal(err)
		}
	}
	const kind = "opp_notification_channel"
	run := f.refresh(t)
	state := run.imported(kind, "production/oncall")
	f.DeleteWarnings = []string{`the notification channel "oncall" was removed but stays`}
	response, err := run.server.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: kind, PriorState: state, PlannedState: run.null(kind), Config: run.null(kind),
	})
	if err != nil || len(response.Diagnostics) != 1 || response.Diagnostics[0].Severity != tfprotov6.DiagnosticSeverityWarning ||
		!strings.HasPrefix(response.Diagnostics[0].Summary, `The notification channel "oncall" was removed but stays`) {
		t.Errorf("deleting says %v (%v)", response.Diagnostics, err)
	}

	f.setDrift(func(o *api.Observation) { o.Remarks = []string{`route "r" refers to what was removed`} })
	_, said := f.refresh(t).read("opp_monitoring_stack", f.refresh(t).importState("opp_monitoring_stack", "production"))
	if len(said) != 1 || !strings.HasPrefix(said[0], `warning: Route "r" refers to what was removed`) {
		t.Errorf("a plan says %q", said)
	}
}

// importState is the state of an object that was imported and not read yet.
func (r refresh) importState(kind, id string) *tfprotov6.DynamicValue {
	r.t.Helper()
	imported, err := r.server.ImportResourceState(r.t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: kind, ID: id})
	if err != nil || len(imported.ImportedResources) != 1 {
		r.t.Fatalf("cannot import %s %s: %v %v", kind, id, err, imported)
	}
	return imported.ImportedResources[0].State
}

func TestNotificationRoute(t *testing.T) {
	t.Parallel()
	f := &fake{}
	f.Routed = api.RoutingResult{
		Routes: []api.NotificationRoute{
			{Channel: "oncall", Route: "r", GroupBy: []string{"..."}, GroupWait: "1s", MutedBy: []string{"nights"}},
			{Channel: "rest"},
		},
		EscalatesTo: []api.EscalationStep{{After: "15m", Channels: []string{"boss"}}},
	}
	data := func(at string) string {
		return stack + `data "opp_notification_route" "x" {
  stack  = opp_monitoring_stack.main.name
  labels = { alertname = "Down", severity = "critical" }
  ` + at + `
}`
	}
	const x = "data.opp_notification_route.x"
	f.test(t,
		resource.TestStep{
			Config: data(`at = "2026-12-24T22:00:00+01:00"`),
			Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(x, "routes.#", "2"),
				resource.TestCheckResourceAttr(x, "routes.0.channel", "oncall"),
				resource.TestCheckResourceAttr(x, "routes.0.route", "r"),
				resource.TestCheckResourceAttr(x, "routes.0.muted_by.0", "nights"),
				resource.TestCheckResourceAttr(x, "routes.0.escalates_to.0.channels.0", "boss"),
				resource.TestCheckResourceAttr(x, "escalates_to.#", "1"),
				resource.TestCheckResourceAttr(x, "escalates_to.0.after", "15m"),
				resource.TestCheckResourceAttr(x, "escalates_to.0.channels.0", "boss"),
				resource.TestCheckNoResourceAttr(x, "routes.1.route"),
				resource.TestCheckResourceAttr(x, "routes.1.inhibited_by.#", "0"),
			),
		},
		resource.TestStep{Config: data(`at = "noon"`), ExpectError: message(`"noon" is not a time`, "at")},
		resource.TestStep{
			PreConfig: func() { f.Routed.Routes = nil }, Config: data(""),
			Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(x, "routes.#", "0"), resource.TestCheckResourceAttr(x, "escalates_to.0.after", "15m"),
			),
		},
	)
	for _, call := range f.Calls() {
		if at := call.Routing.At; call.Method == "Routing" && (call.Routing.Labels["severity"] != "critical" || !at.IsZero() && at.UTC().Hour() != 21) {
			t.Errorf("asked %+v", call.Routing)
		}
	}
}

// A question reckons with what the same plan is going to write, not with what is
// written, and says what is not known of that yet.
func TestNotificationRouteInAPlan(t *testing.T) {
	t.Parallel()
	f := &fake{}
	config := func(matchers string) string {
		return stack + fmt.Sprintf(`
resource "opp_notification_channel" "c" {
  stack   = opp_monitoring_stack.main.name
  name    = "c"
  webhook = { url = "http://127.0.0.1:9/" }
}
resource "opp_route" "r" {
  stack    = opp_monitoring_stack.main.name
  name     = "r"
  channel  = opp_notification_channel.c.name
  matchers = %s
}
locals {
  routed = opp_route.r.stack
}
data "opp_notification_route" "x" {
  stack  = local.routed
  labels = { alertname = "Down" }
}
`, matchers)
	}
	asked := func() (changes []string) {
		for _, call := range f.Calls() {
			if call.Method == "Routing" {
				changes = nil
				for _, change := range call.Routing.Changes {
					changes = append(changes, fmt.Sprintf("%s %s", change.Kind, change.Name))
					if r, ok := change.Object.(*spec.Route); ok {
						changes = append(changes, r.Matchers...)
					}
				}
			}
		}
		return changes
	}
	expect := func(want ...string) resource.TestCheckFunc {
		return func(*terraform.State) error {
			if got := asked(); !slices.Equal(got, want) {
				t.Errorf("asked with %q, want %q", got, want)
			}
			return nil
		}
	}
	f.test(t,
		resource.TestStep{Config: config(`["a=1"]`), Check: expect("notification_channel c", "route r", "a=1", "stack production")},
		resource.TestStep{Config: config(`["a=2"]`), Check: expect("notification_channel c", "route r", "a=2", "stack production")},
	)
}
