package acctest_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

// importedObjects sets more than defaults, and secrets, which nobody can read back.
const importedObjects = `
resource "opp_scrape_job" "api" {
  stack          = opp_monitoring_stack.main.name
  name           = "api"
  targets        = ["127.0.0.1:18000"]
  labels         = { service = "api" }
  interval       = "60s"
  timeout        = "5s"
  params         = { format = ["prometheus"] }
  basic_auth     = { username = "prom", password_wo = "s3cret", password_wo_version = 3 }
  tls            = { server_name = "api.example" }
  metric_relabel = [{ action = "drop", source_labels = ["__name__"], regex = "go_.*" }]
}

resource "opp_alert_rule" "down" {
  stack          = opp_monitoring_stack.main.name
  name           = "api-down"
  alert          = "ServiceDown"
  group          = "availability"
  group_interval = "60s"
  expr           = "up{job=\"api\"}   ==   0"
  for            = "90s"
  severity       = "critical"
  summary        = "{{ $labels.instance }} is down"
  labels         = { team = "platform" }
  order          = 7
}

resource "opp_notification_channel" "oncall" {
  stack           = opp_monitoring_stack.main.name
  name            = "oncall"
  slack           = { channel = "#ops", api_url_wo = "https://hooks.example.com/x", api_url_wo_version = 2 }
  matchers        = ["severity=\"critical\""]
  group_by        = ["alertname"]
  repeat_interval = "90m"
  order           = 3
}
`

// notificationObjects is at least one object of every kind between an alert and
// who hears of it, with every attribute that is not exclusive of others.
const notificationObjects = `
resource "opp_notification_channel" "mail" {
  stack   = opp_monitoring_stack.main.name
  name    = "mail"
  default = true
  email   = { to = "ops@example.com", headers = { Subject = "{{ template \"subject\" . }}" } }
  depends_on = [opp_notification_template.subject]
}

resource "opp_notification_template" "subject" {
  stack   = opp_monitoring_stack.main.name
  name    = "subject"
  content = "{{ define \"subject\" }}{{ template \"subject.of\" . }}{{ end }}{{ define \"subject.of\" }}{{ .CommonLabels.alertname }}{{ end }}"
}

resource "opp_mute_window" "nights" {
  stack = opp_monitoring_stack.main.name
  name  = "nights"
  intervals = [{
    times         = [{ start_time = "00:00", end_time = "06:00" }, { start_time = "22:00", end_time = "24:00" }]
    weekdays      = ["Monday:friday"]
    days_of_month = ["1:-1"]
    months        = ["january:december"]
    years         = ["2026:2030"]
    location      = "Europe/Berlin"
  }]
}

resource "opp_mute_window" "office" {
  stack     = opp_monitoring_stack.main.name
  name      = "office"
  intervals = [{ weekdays = ["monday:friday"] }]
}

resource "opp_route" "team" {
  stack           = opp_monitoring_stack.main.name
  name            = "team"
  channel         = opp_notification_channel.oncall.name
  matchers        = ["team=\"database\""]
  order           = -1
  continue        = true
  group_by        = ["alertname", "cluster"]
  group_wait      = "10s"
  group_interval  = "60s"
  repeat_interval = "2h"
}

resource "opp_route" "quiet" {
  stack          = opp_monitoring_stack.main.name
  name           = "quiet"
  parent         = opp_route.team.name
  matchers       = ["severity=\"info\""]
  mute_windows   = [opp_mute_window.nights.name]
  active_windows = [opp_mute_window.office.name]
}

resource "opp_correlation" "node" {
  stack           = opp_monitoring_stack.main.name
  name            = "node"
  source_matchers = ["alertname = NodeDown"]
  target_matchers = ["alertname!=\"NodeDown\"", "instance!=\"\""]
  equal           = ["instance"]
}

resource "opp_correlation" "database" {
  stack      = opp_monitoring_stack.main.name
  name       = "database"
  dependency = { cause = "DatabaseDown", effects = ["ApiSlow", "ApiErrors"], on = ["cluster"] }
}

resource "opp_escalation_policy" "oncall" {
  stack    = opp_monitoring_stack.main.name
  name     = "oncall"
  matchers = ["tier=\"1\""]
  step = [
    { channels = [opp_notification_channel.oncall.name] },
    { after = "900s", channels = [opp_notification_channel.oncall.name, opp_notification_channel.mail.name] },
  ]
  repeat = { every = "60m", times = 2 }
}

resource "opp_silence" "maintenance" {
  stack      = opp_monitoring_stack.main.name
  name       = "maintenance"
  matchers   = ["instance=\"db-1\"", "alertname=~\"Disk.*\""]
  duration   = "120m"
  comment    = "disks are replaced"
  created_by = "operations"
}

resource "opp_silence" "later" {
  stack    = opp_monitoring_stack.main.name
  name     = "later"
  matchers = ["instance=\"db-2\""]
  start    = "2099-01-31T22:00:00+01:00"
  end      = "2099-02-01T00:00:00Z"
  comment  = "a century ends"
}
`

// importIDs are the ids of the objects above, by address.
var importIDs = map[string]string{
	"opp_monitoring_stack.main":         "production",
	"opp_scrape_job.api":                "production/api",
	"opp_alert_rule.down":               "production/api-down",
	"opp_notification_channel.oncall":   "production/oncall",
	"opp_notification_channel.mail":     "production/mail",
	"opp_notification_template.subject": "production/subject",
	"opp_mute_window.nights":            "production/nights",
	"opp_mute_window.office":            "production/office",
	"opp_route.team":                    "production/team",
	"opp_route.quiet":                   "production/quiet",
	"opp_correlation.node":              "production/node",
	"opp_correlation.database":          "production/database",
	"opp_escalation_policy.oncall":      "production/oncall",
	"opp_silence.maintenance":           "production/maintenance",
	"opp_silence.later":                 "production/later",
}

// A configuration whose objects are imported plans nothing, whatever they have
// set, and nothing was changed by importing. One that creates them again, as
// after an apply that died before Terraform could note it, adopts them. And where
// somebody takes all of them away, a plan names each, and an apply brings them back.
func TestImportAdoptAndRepair(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	provider := acctest.BuildProvider(t)
	stack := strings.Replace(acctest.PlainStack, "alertmanager  = { port = 0 }", `alertmanager  = {
    port                = 0
    external_url        = "https://alerts.example.com/am/"
    resolve_timeout     = "360s"
    severity_inhibition = false
    smtp = {
      smarthost = "127.0.0.1:25", from = "opp@example.com", auth_username = "u", auth_password_wo = "pw", auth_password_wo_version = 4
    }
  }`, 1)
	config := stack + importedObjects + notificationObjects
	first := acctest.NewWorkspace(t, provider, e.StateDir, config)
	first.Apply()
	first.PlanEmpty()
	onlyOnce := func(after string) {
		t.Helper()
		o := e.Observe("production")
		found := 0
		for kind, records := range o.Objects {
			for name, record := range records {
				if found++; record.Revision != 1 {
					t.Errorf("%s wrote %s %s: its revision is %d", after, kind, name, record.Revision)
				}
			}
		}
		if o.Stack.Revision != 1 || found != len(importIDs)-1 {
			t.Errorf("after %s there are %d objects, and the stack has revision %d", after, found, o.Stack.Revision)
		}
	}
	var blocks strings.Builder
	for _, address := range slices.Sorted(maps.Keys(importIDs)) {
		fmt.Fprintf(&blocks, "import {\n  to = %s\n  id = %q\n}\n", address, importIDs[address])
	}
	second := acctest.NewWorkspace(t, provider, e.StateDir, config+blocks.String())
	if code, out := second.Run(nil, "import", "-input=false", "opp_route.team", importIDs["opp_route.team"]); code != 0 {
		t.Fatalf("import: exit %d\n%s", code, out)
	}
	if out, want := second.Apply(), fmt.Sprintf("%d imported, 0 added, 0 changed, 0 destroyed", len(importIDs)-1); !strings.Contains(out, want) {
		t.Errorf("importing does not say %q:\n%s", want, out)
	}
	second.PlanEmpty()
	onlyOnce("importing")

	third := acctest.NewWorkspace(t, provider, e.StateDir, config)
	if out := third.Apply(); strings.Count(out, "existed already and was adopted") != len(importIDs) {
		t.Errorf("creating again does not adopt all %d:\n%s", len(importIDs), out)
	}
	third.PlanEmpty()

	e.Edit("production", "alertmanager/alertmanager.yml", func(string) string { return "route: { receiver: mine }\nreceivers: [{ name: mine }]\n" })
	e.Reload("production", "alertmanager")
	for _, s := range heldSilences(e) {
		expire(t, e, s.ID)
	}
	code, plan := third.Run(nil, "plan", "-input=false", "-detailed-exitcode")
	if code != 2 {
		t.Errorf("plan: exit %d, want 2", code)
	}
	for address, shows := range removedByHand {
		_, change, _ := strings.Cut(plan, "# "+address+" will be updated in-place\n")
		change, _, _ = strings.Cut(change, "\n    }\n")
		if !strings.Contains(change, shows) {
			t.Errorf("the plan of %s does not show %q:\n%s", address, shows, change)
		}
	}
	third.Apply()
	third.PlanEmpty()
	if left := len(heldSilences(e)); left != 2 {
		t.Errorf("%d silences are left", left)
	}
	third.Destroy()
}

// removedByHand is what a plan shows of each object when Alertmanager holds none
// of them.
var removedByHand = map[string]string{
	"opp_monitoring_stack.main":         `"5m" -> "360s"`,
	"opp_notification_channel.oncall":   "alertmanager: the receiver is not loaded",
	"opp_notification_channel.mail":     "alertmanager: the receiver is not loaded",
	"opp_notification_template.subject": "alertmanager: the template is not loaded",
	"opp_mute_window.nights":            "alertmanager: the time interval is not loaded",
	"opp_mute_window.office":            "alertmanager: the time interval is not loaded",
	"opp_route.team":                    "alertmanager: the route is not loaded",
	"opp_route.quiet":                   "alertmanager: the route is not loaded",
	"opp_correlation.node":              "alertmanager: the inhibition is not loaded",
	"opp_correlation.database":          "alertmanager: the inhibition is not loaded",
	"opp_escalation_policy.oncall":      `alertmanager: the route of step 2 to \"mail\" is not loaded`,
	"opp_silence.maintenance":           "alertmanager: the silence was expired at",
	"opp_silence.later":                 "alertmanager: the silence was expired at",
}
