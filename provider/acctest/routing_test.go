package acctest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

// An alert goes where the simulator says, by a route, a mute window, a
// correlation and the default channel of the stack, all made in one apply; every
// attribute changes what runs; what is changed by hand shows and is repaired.
func TestRouting(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	database, rest := acctest.NewReceiver(t), acctest.NewReceiver(t)
	alertmanager := acctest.Attributes{"port": "0", "default_channel": `"rest"`, "smtp": `{ smarthost = "127.0.0.1:25", from = "a@example.com" }`}
	window := acctest.Attributes{
		"stack": "opp_monitoring_stack.main.name", "name": `"window"`,
		"intervals": `[{ times = [{ start_time = "22:00", end_time = "24:00" }], location = "Europe/Berlin" }]`,
	}
	correlation := acctest.Attributes{
		"stack": "opp_monitoring_stack.main.name", "name": `"correlation"`,
		"dependency": `{ cause = "DatabaseDown", effects = ["ApiSlow"], on = ["cluster"] }`,
	}
	config := func() string {
		stack := strings.Replace(e.Stack("self_monitoring = false"), "alertmanager  = { port = 0 }", "alertmanager = "+object(alertmanager), 1)
		return stack + window.Resource("opp_mute_window") + correlation.Resource("opp_correlation") + fmt.Sprintf(`
resource "opp_notification_channel" "rest" {
  stack      = opp_monitoring_stack.main.name
  name       = "rest"
  webhook    = { url = %q }
  group_wait = "0s"
}
resource "opp_notification_channel" "database" {
  stack   = opp_monitoring_stack.main.name
  name    = "database"
  webhook = { url = %q }
}
resource "opp_notification_channel" "mail" {
  stack      = opp_monitoring_stack.main.name
  name       = "mail"
  email      = { to = "ops@example.com" }
}
resource "opp_route" "database" {
  stack        = opp_monitoring_stack.main.name
  name         = "database"
  channel      = opp_notification_channel.database.name
  matchers     = ["team=\"database\""]
  group_wait   = "0s"
}
resource "opp_route" "quiet" {
  stack        = opp_monitoring_stack.main.name
  name         = "quiet"
  parent       = opp_route.database.name
  matchers     = ["severity=\"info\""]
  mute_windows = [opp_mute_window.test.name]
}
data "opp_notification_route" "info" {
  stack      = opp_monitoring_stack.main.name
  labels     = { alertname = "DatabaseSlow", team = "database", severity = "info" }
  at         = "2026-07-01T20:30:00Z"
  depends_on = [opp_route.quiet]
}
data "opp_notification_route" "other" {
  stack      = opp_monitoring_stack.main.name
  labels     = { alertname = "ApiSlow", cluster = "a" }
  depends_on = [opp_route.quiet, opp_notification_channel.rest, opp_correlation.test]
}
check "somebody_is_reached" {
  assert {
    condition     = data.opp_notification_route.other.routes[0].channel == opp_notification_channel.rest.name
    error_message = "nobody hears of slow APIs"
  }
}
`, rest.URL, database.URL)
	}
	contains := func(texts ...string) resource.TestCheckFunc {
		return runs(func() error {
			running := alertmanagerConfig(e)
			for _, text := range texts {
				if !strings.Contains(running, text) {
					return fmt.Errorf("the running configuration lacks %q:\n%s", text, running)
				}
			}
			return nil
		})
	}
	post := func(labels string) {
		body := strings.NewReader(`[{"labels":` + labels + `}]`)
		response, err := http.Post(e.Endpoint("production", "alertmanager")+"/api/v2/alerts", "application/json", body) //nolint:noctx // a test's own loopback request
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
	}
	const info, other = "data.opp_notification_route.info", "data.opp_notification_route.other"
	steps := []resource.TestStep{{
		Config: config(),
		Check: resource.ComposeAggregateTestCheckFunc(
			resource.TestCheckResourceAttr(info, "routes.#", "1"),
			resource.TestCheckResourceAttr(info, "routes.0.channel", "database"),
			resource.TestCheckResourceAttr(info, "routes.0.route", "quiet"),
			resource.TestCheckResourceAttr(info, "routes.0.muted_by.0", "window"),
			resource.TestCheckResourceAttr(other, "routes.0.channel", "rest"),
			resource.TestCheckResourceAttr(other, "routes.0.inhibited_by.#", "0"),
			runs(func() error {
				post(`{"alertname":"DatabaseDown","team":"database","cluster":"a"}`)
				database.Await(t, "firing", "DatabaseDown")
				post(`{"alertname":"DiskFull"}`)
				rest.Await(t, "firing", "DiskFull")
				return nil
			}),
		),
	}, {
		Config: config(), // DatabaseDown fires now
		Check:  resource.TestCheckResourceAttr(other, "routes.0.inhibited_by.0", "correlation"),
	}}
	update := func(address string, check resource.TestCheckFunc) {
		step := updateStep(config(), address, nil)
		step.Check = check
		steps = append(steps, step)
	}
	window["intervals"] = `[{ weekdays = ["saturday"], days_of_month = ["1:7"], months = ["may"], years = ["2026"] }, { times = [{ start_time = "01:00", end_time = "02:00" }] }]`
	update("opp_mute_window.test", contains("weekdays: [saturday]", `days_of_month: ["1:7"]`, `months: ["5"]`, `years: ["2026"]`, "start_time: \"01:00\""))
	correlation = correlation.With("dependency", "").With("source_matchers", `["alertname=\"HostDown\""]`).With("target_matchers", `["alertname!=\"HostDown\""]`).With("equal", `["instance"]`)
	update("opp_correlation.test", contains(`- alertname="HostDown"`, `- alertname!="HostDown"`, "- instance"))
	alertmanager["resolve_timeout"], alertmanager["severity_inhibition"], alertmanager["external_url"] = `"7m"`, "false", `"https://alerts.example.com/am"`
	update("opp_monitoring_stack.main", resource.ComposeAggregateTestCheckFunc(contains("resolve_timeout: 7m"), runs(func() error {
		if strings.Contains(alertmanagerConfig(e), "opp-severity") {
			return fmt.Errorf("the stack still mutes by severity")
		}
		units, err := e.Engine().List(t.Context(), "production/alertmanager")
		if err != nil || len(units) != 1 || !strings.Contains(strings.Join(units[0].Command, " "), "--web.external-url=https://alerts.example.com/am") {
			return fmt.Errorf("alertmanager runs as %+v (%v)", units, err)
		}
		return nil
	})))
	alertmanager["default_channel"], alertmanager["smtp"] = `"mail"`, `{ smarthost = "127.0.0.1:26", from = "b@example.com", hello = "opp.example.com", auth_username = "u", auth_password_wo = "pw" }`
	update("opp_monitoring_stack.main", contains("route:\n  receiver: mail\n", "from: b@example.com\n    hello: opp.example.com\n    smarthost: 127.0.0.1:26\n    auth_username: u\n    auth_password_file: "))
	steps = append(steps, importStep("opp_mute_window.test", "production/window"), importStep("opp_correlation.test", "production/correlation"))
	final := config()
	// By hand: a window, an inhibition, a route. One plan shows all three.
	steps = append(steps, resource.TestStep{
		PreConfig: func() {
			const file = "alertmanager/alertmanager.yml"
			e.Replace("production", file, `"01:00"`, `"00:30"`)
			e.Replace("production", file, `alertname="HostDown"`, `alertname="NodeDown"`)
			e.Replace("production", file, `team="database"`, `team="db"`)
			e.Reload("production", "alertmanager")
		},
		Config: final,
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			planShows{"opp_mute_window.test", "00:30"}, planShows{"opp_correlation.test", "NodeDown"}, planShows{"opp_route.database", `team="db"`},
		}},
		Check: contains(`- alertname="HostDown"`),
	}, resource.TestStep{Config: final, PlanOnly: true})
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: steps})
}
