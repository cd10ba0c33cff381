package acctest_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/porttest"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

// A target goes down, the alert fires and reaches the webhook; the target comes
// back and the webhook hears that, too.
func TestWholePath(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	receiver := acctest.NewReceiver(t)
	address := porttest.Address(t)
	config := e.Stack("") + fmt.Sprintf(`
resource "opp_scrape_job" "api" {
  stack    = opp_monitoring_stack.main.name
  name     = "api"
  targets  = [%q]
  labels   = { service = "api" }
  interval = "1s"
  timeout  = "1s"
}

resource "opp_alert_rule" "down" {
  stack    = opp_monitoring_stack.main.name
  name     = "api-down"
  alert    = "ServiceDown"
  group    = "availability"
  expr     = "up{job=\"api\"} == 0"
  for      = "1s"
  severity = "critical"
  summary  = "{{ $labels.instance }} is down"
}

resource "opp_notification_channel" "oncall" {
  stack          = opp_monitoring_stack.main.name
  name           = "oncall"
  webhook        = { url = %q }
  matchers       = ["severity=\"critical\""]
  group_by       = ["alertname"]
  group_wait     = "1s"
  group_interval = "1s"
}

data "opp_metric_query" "up" {
  stack = opp_monitoring_stack.main.name
  query = "vector(42)"
}

data "opp_alerts" "all" {
  stack    = opp_monitoring_stack.main.name
  matchers = ["alertname=\"ServiceDown\""]
}
`, address, receiver.URL)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: e.Factories,
		Steps: []resource.TestStep{
			{
				Config: config,
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr("opp_monitoring_stack.main", "status", "healthy"),
					resource.TestCheckResourceAttr("data.opp_metric_query.up", "vector.0.value", "42"),
					func(*terraform.State) error {
						n := receiver.Await(t, "firing", "ServiceDown")
						a := n.Alerts[0]
						if a.Labels["severity"] != "critical" || a.Labels["service"] != "api" || a.Annotations["summary"] != address+" is down" {
							return fmt.Errorf("notification = %+v", n)
						}
						return nil
					},
				),
			},
			{
				Config: config,
				Check: func(*terraform.State) error {
					serveMetrics(t, address)
					receiver.Await(t, "resolved", "ServiceDown")
					return nil
				},
			},
			{Config: config, PlanOnly: true},
		},
	})
}

// serveMetrics answers scrapes at the address until the test ends.
func serveMetrics(t *testing.T, address string) {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("api_requests_total 1\n"))
	}))
	server.Listener = listener
	server.Start()
	t.Cleanup(server.Close)
}
