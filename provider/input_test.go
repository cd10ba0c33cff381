package provider_test

import (
	"fmt"
	"os"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Values that are known only after apply may stand anywhere, nested blocks and
// elements included.
func TestUnknownValues(t *testing.T) {
	t.Parallel()
	const later = `
resource "terraform_data" "x" {
  input = {
    name = "later", address = "127.0.0.1:1", text = "30s", number = 9191, flag = true
    blocks = { webhook = { url = "http://127.0.0.1:1/" }, retention = { time = "1d", size = "2GB" } }
    rules  = [{ action = "drop", regex = "go_.*", source_labels = ["__name__"] }]
    labels = { a = "b" }
  }
}
locals { x = terraform_data.x.output }
`
	f := &fake{}
	all := later + `
resource "opp_monitoring_stack" "main" {
  name            = local.x.name
  self_monitoring = local.x.flag
  prometheus      = { port = local.x.number, retention = local.x.blocks.retention, external_labels = local.x.labels }
  alertmanager    = { port = local.x.number + 1 }
}
resource "opp_scrape_job" "api" {
  stack          = opp_monitoring_stack.main.name
  name           = local.x.name
  targets        = ["127.0.0.1:2", local.x.address]
  interval       = local.x.text
  metric_relabel = local.x.rules
  params         = { module = [local.x.name] }
  basic_auth     = { username = local.x.name, password_wo = local.x.name }
}
resource "opp_alert_rule" "down" {
  stack  = opp_monitoring_stack.main.name
  name   = local.x.name
  expr   = "up{job=\"${local.x.name}\"} == 0"
  for    = local.x.text
  labels = { a = local.x.name, b = "c" }
  group_interval = local.x.text
}
resource "opp_notification_channel" "oncall" {
  stack    = opp_monitoring_stack.main.name
  name     = "oncall"
  webhook  = local.x.blocks.webhook
  matchers = ["job=\"${local.x.name}\""]
}
resource "opp_notification_channel" "slack" {
  stack = opp_monitoring_stack.main.name
  name  = "slack"
  order = 1
  slack = { api_url_wo = "https://example.com/${local.x.name}" }
}
`
	f.test(t,
		resource.TestStep{
			Config: all,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectUnknownValue("opp_alert_rule.down", tfjsonpath.New("alert")),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("opp_alert_rule.down", tfjsonpath.New("alert"), knownvalue.StringExact("later")),
				statecheck.ExpectKnownValue("opp_monitoring_stack.main", tfjsonpath.New("prometheus").AtMapKey("retention").AtMapKey("size"), knownvalue.StringExact("2GB")),
				statecheck.ExpectKnownValue("opp_scrape_job.api", tfjsonpath.New("metric_relabel").AtSliceIndex(0).AtMapKey("action"), knownvalue.StringExact("drop")),
			},
		},
		resource.TestStep{Config: all, PlanOnly: true},
	)
}

// Elements of lists may be unknown as a whole, also where they were known before.
func TestUnknownElements(t *testing.T) {
	t.Parallel()
	f := &fake{}
	config := func(text string) string {
		return stack + fmt.Sprintf(`
resource "terraform_data" "x" {
  input = {
    field    = { title = %[1]q, value = "b" }
    step     = { channels = ["slack"] }
    interval = { months = [%[1]q], times = [{ start_time = "08:00", end_time = "09:00" }] }
    relabel  = { source_labels = [%[1]q], regex = "x", action = "drop" }
  }
}
locals { x = terraform_data.x.output }
resource "opp_notification_channel" "slack" {
  stack = opp_monitoring_stack.main.name
  name  = "slack"
  slack = { api_url_wo = "http://127.0.0.1/", fields = [local.x.field, { title = "c", value = "d" }] }
}
resource "opp_escalation_policy" "all" {
  stack = opp_monitoring_stack.main.name
  name  = "all"
  step  = [local.x.step, { after = "5m", channels = ["slack"] }]
  depends_on = [opp_notification_channel.slack]
}
resource "opp_mute_window" "night" {
  stack     = opp_monitoring_stack.main.name
  name      = "night"
  intervals = [local.x.interval]
}
resource "opp_scrape_job" "api" {
  stack          = opp_monitoring_stack.main.name
  name           = "api"
  targets        = []
  metric_relabel = [local.x.relabel]
}
`, text)
	}
	f.test(t,
		resource.TestStep{Config: config("may")},
		resource.TestStep{Config: config("june")},
		resource.TestStep{Config: config("june"), PlanOnly: true},
	)
}

// Null, {} and [] mean the same; "" means what null does but stays what the user wrote.
func TestNullAndEmpty(t *testing.T) {
	t.Parallel()
	job := func(attributes string) string {
		return stack + fmt.Sprintf(`
resource "opp_scrape_job" "api" {
  stack   = opp_monitoring_stack.main.name
  name    = "api"
  targets = []
  %s
}
`, attributes) + rule("r", `name = "r"`, `summary = ""`, `severity = null`, `labels = null`)
	}
	f := &fake{}
	f.test(t,
		resource.TestStep{Config: job(`labels = {}
  params = {}
  metric_relabel = []
  interval = ""`)},
		resource.TestStep{Config: job(`labels = null
  params = null
  metric_relabel = null
  interval = ""`), PlanOnly: true},
		resource.TestStep{Config: job(`basic_auth = null
  tls = null
  interval = ""`), PlanOnly: true},
		resource.TestStep{Config: job(`tls = {}`), ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectResourceAction("opp_scrape_job.api", plancheck.ResourceActionUpdate),
		}}},
		resource.TestStep{Config: job(`metrics_path = ""`), ExpectError: regexp.MustCompile(`metrics_path`)},
		resource.TestStep{Config: job("")},
	)
}

// Secrets reach the control plane when they are new, and nothing else ever.
func TestSecrets(t *testing.T) {
	t.Parallel()
	job := func(password string, version string, honor bool) string {
		return stack + fmt.Sprintf(`
resource "opp_scrape_job" "api" {
  stack        = opp_monitoring_stack.main.name
  name         = "api"
  targets      = ["127.0.0.1:8000"]
  honor_labels = %t
  basic_auth   = { username = "u", password_wo = %q, password_wo_version = %s }
}
`, honor, password, version)
	}
	f := &fake{}
	sent := func(want *spec.Secret) func() {
		return func() {
			t.Helper()
			puts := f.puts("api")
			got := puts[len(puts)-1].Object.(*spec.ScrapeJob).BasicAuth.Password
			if got.Value != want.Value || got.Version != want.Version {
				t.Errorf("write %d sent %+v, want %+v", len(puts), got, want)
			}
		}
	}
	f.test(t,
		resource.TestStep{Config: job("one", "1", false)},
		resource.TestStep{PreConfig: sent(&spec.Secret{Value: "one", Version: 1}), Config: job("two", "1", false), PlanOnly: true},
		resource.TestStep{Config: job("two", "1", true)},
		resource.TestStep{PreConfig: sent(&spec.Secret{Version: 1}), Config: job("two", "2", true)},
		resource.TestStep{PreConfig: sent(&spec.Secret{Value: "two", Version: 2}), Config: job("two", "null", true)},
		resource.TestStep{PreConfig: sent(&spec.Secret{Value: "two"}), Config: job("two", "null", false)},
		resource.TestStep{PreConfig: sent(&spec.Secret{Value: "two"}), Config: job("two", "null", false), PlanOnly: true},
		resource.TestStep{
			Config: job("two", "null", false),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("opp_scrape_job.api", tfjsonpath.New("basic_auth").AtMapKey("password_wo"), knownvalue.Null()),
			},
		},
	)
}

// Validating, and planning a stack that is new, need no control plane.
func TestPlanOfNewStackDoesNotConnect(t *testing.T) {
	t.Parallel()
	f := &fake{}
	f.test(t, resource.TestStep{Config: everything, PlanOnly: true, ExpectNonEmptyPlan: true})
	if f.connects != 0 {
		t.Errorf("connected %d times", f.connects)
	}
}

// Variables without a value are unknown when Terraform validates.
func TestVariables(t *testing.T) {
	t.Parallel()
	f := &fake{}
	f.test(t, resource.TestStep{
		Config: `
variable "port" { type = number }
variable "expr" { type = string }
variable "secret" {
  type      = string
  ephemeral = true
}
resource "opp_monitoring_stack" "main" {
  name       = "production"
  prometheus = { port = var.port }
}
resource "opp_alert_rule" "r" {
  stack = opp_monitoring_stack.main.name
  name  = "r"
  expr  = var.expr
}
resource "opp_notification_channel" "slack" {
  stack = opp_monitoring_stack.main.name
  name  = "slack"
  slack = { api_url_wo = var.secret, api_url_wo_version = 1 }
}
`,
		ConfigVariables: config.Variables{
			"port": config.IntegerVariable(9191), "expr": config.StringVariable("up == 0"), "secret": config.StringVariable("https://example.com/hook"),
		},
	})
	if got := f.puts("slack")[0].Object.(*spec.Channel).Slack.APIURL.Value; got != "https://example.com/hook" {
		t.Errorf("the ephemeral secret arrived as %q", got)
	}
}

func TestProviderConfiguration(t *testing.T) {
	t.Parallel()
	if os.Getenv("OPP_STATE_DIR")+os.Getenv("OPP_ENDPOINT") != "" {
		t.Fatal("unset OPP_STATE_DIR and OPP_ENDPOINT: this test needs them empty")
	}
	f := &fake{}
	f.test(t,
		resource.TestStep{
			Config:      "provider \"opp\" {\n state_dir = \"/a\"\n endpoint = \"https://e\"\n}\n" + stack,
			ExpectError: regexp.MustCompile(`state_dir`),
		},
		resource.TestStep{
			Config: "resource \"terraform_data\" \"x\" {\n input = \"https://e\"\n}\nprovider \"opp\" {\n endpoint = terraform_data.x.output\n}\n" +
				everything,
		},
	)
}
