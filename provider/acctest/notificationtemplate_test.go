package acctest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

// A channel sends what the template says, and what it says after a change; a
// template in use stays, and a name that does not exist is an error.
func TestNotificationTemplate(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	var mu sync.Mutex
	var took string
	slack := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		took += string(body)
	}))
	t.Cleanup(slack.Close)
	sent := func(text string) resource.TestCheckFunc {
		return runs(func() error {
			acctest.Eventually(t, "Slack gets "+text, func() bool {
				mu.Lock()
				defer mu.Unlock()
				return strings.Contains(took, text)
			})
			return nil
		})
	}
	const address = "opp_notification_template.test"
	channel := func(template string) string {
		return fmt.Sprintf(`
resource "opp_notification_channel" "slack" {
  stack           = opp_monitoring_stack.main.name
  name            = "slack"
  default         = true
  group_wait      = "0s"
  group_interval  = "1s"
  repeat_interval = "2s"
  slack = {
    api_url_wo         = %q
    api_url_wo_version = 1
    text               = "{{ template \"%s\" . }}"
  }
}
`, slack.URL, template)
	}
	template := func(content string) string {
		return acctest.Attributes{"stack": "opp_monitoring_stack.main.name", "name": `"oncall"`, "content": fmt.Sprintf("%q", content)}.Resource("opp_notification_template")
	}
	const named = "${" + address + ".name}"
	base := e.Stack("self_monitoring = false") + alwaysCritical
	config := base + template("first {{ .CommonLabels.alertname }}") + channel(named)
	changed := base + template("second {{ .CommonLabels.alertname }}") + channel(named)
	file := func() string {
		var found string
		for line := range strings.Lines(alertmanagerConfig(e)) {
			if _, name, ok := strings.Cut(strings.TrimSpace(line), "/templates/"); ok {
				found = "alertmanager/templates/" + name
			}
		}
		return found
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: []resource.TestStep{
		{Config: config, Check: sent("first Always")},
		{Config: changed, Check: sent("second Always"), ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
		}}},
		importStep(address, "production/oncall"),
		{
			PreConfig: func() { e.Replace("production", file(), "second", "edited") }, Config: changed,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate), planShows{address, "its file was edited by hand"},
			}},
		},
		{ // Renamed, and what refers to it with it.
			Config: strings.ReplaceAll(base+template("third {{ .CommonLabels.alertname }}")+channel(named), `name = "oncall"`, `name = "night"`), Check: sent("third Always"),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate),
				plancheck.ExpectResourceAction("opp_notification_channel.slack", plancheck.ResourceActionUpdate),
			}},
		},
		{Config: changed},
		{Config: base + channel("oncall"), ExpectError: regexp.MustCompile(`(?s)which\s+this\s+plan\s+removes|cannot\s+be\s+removed`)},
		{Config: base + template("second") + channel("other"), ExpectError: regexp.MustCompile(`(?s)notification\s+template\s+"other",\s+which\s+does\s+not\s+exist`)},
		{Config: base},
	}})
}

// A template fails for a value that nobody thought of: that notification is
// lost, and the channel is told so, with the name of the alert.
func TestFallback(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	var mu sync.Mutex
	var took string
	room := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = w.Write([]byte("ok"))
		mu.Lock()
		defer mu.Unlock()
		took += string(body)
	}))
	t.Cleanup(room.Close)
	before := e.Stack("") + alwaysCritical
	config := before + fmt.Sprintf(`
resource "opp_notification_channel" "room" {
  stack      = opp_monitoring_stack.main.name
  name       = "room"
  matchers   = ["severity=\"critical\""]
  group_wait = "0s"
  discord = {
    webhook_url_wo         = %q
    webhook_url_wo_version = 1
    message                = "{{ if eq .CommonLabels.alertname \"Always\" }}{{ index .Alerts 9 }}{{ end }}fine"
  }
}
`, room.URL)
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: []resource.TestStep{
		// The alert fires already when the channel comes: what fails does so at once.
		{Config: before, Check: runs(func() error {
			acctest.Eventually(t, "Alertmanager has the alert", func() bool {
				var alerts []any
				e.GetJSON(e.Endpoint("production", "alertmanager")+"/api/v2/alerts?filter=alertname%3D%22Always%22", &alerts)
				return len(alerts) > 0
			})
			return nil
		})},
		{Config: config, Check: runs(func() error {
			said := func(text string) bool {
				mu.Lock()
				defer mu.Unlock()
				return strings.Contains(took, text)
			}
			acctest.Eventually(t, "the channel is told that its template fails", func() bool {
				return said("on their way to channel room") && said("What fires now: Always")
			})
			if said("fine") {
				t.Errorf("the template did not fail: %s", took)
			}
			return nil
		})},
		{Config: config, PlanOnly: true},
	}})
}
