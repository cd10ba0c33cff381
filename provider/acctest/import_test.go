package acctest_test

import (
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

// importedObjects sets more than defaults, and secrets, which nobody can read back.
const importedObjects = realStack + `
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

// A configuration whose objects are imported plans nothing, whatever they have
// set, and nothing was changed by importing.
func TestImportThenPlanIsEmpty(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	provider := acctest.BuildProvider(t)
	first := acctest.NewWorkspace(t, provider, e.StateDir, importedObjects)
	first.Apply()
	first.PlanEmpty()
	revisions := func() (all []uint64) {
		o := e.Observe("production")
		all = append(all, o.Stack.Revision)
		for _, records := range o.Objects {
			for _, record := range records {
				all = append(all, record.Revision)
			}
		}
		return all
	}
	second := acctest.NewWorkspace(t, provider, e.StateDir, importedObjects)
	for address, id := range map[string]string{
		"opp_monitoring_stack.main":       "production",
		"opp_scrape_job.api":              "production/api",
		"opp_alert_rule.down":             "production/api-down",
		"opp_notification_channel.oncall": "production/oncall",
	} {
		if code, out := second.Run(nil, "import", "-input=false", address, id); code != 0 {
			t.Fatalf("import %s: exit %d\n%s", id, code, out)
		}
	}
	second.PlanEmpty()
	for _, revision := range revisions() {
		if revision != 1 {
			t.Errorf("importing wrote: revisions are %v", revisions())
		}
	}
	second.Destroy()
}
