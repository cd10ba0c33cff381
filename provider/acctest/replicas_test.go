package acctest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

// A stack has as many Alertmanagers as it says; Prometheus sends to all of them,
// they know each other, and one that is gone shows in the plan.
func TestAlertmanagerReplicas(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	config := func(replicas int) string {
		return strings.Replace(e.Stack(""), "alertmanager  = { port = 0 }", fmt.Sprintf("alertmanager  = { port = 0, replicas = %d }", replicas), 1)
	}
	has := func(replicas int) resource.TestCheckFunc {
		return runs(func() error {
			var senders struct {
				Data struct {
					Active []struct{} `json:"activeAlertmanagers"`
				} `json:"data"`
			}
			acctest.Eventually(t, "Prometheus sends to all", func() bool {
				e.GetJSON(e.Endpoint("production", "prometheus")+"/api/v1/alertmanagers", &senders)
				return len(senders.Data.Active) == replicas
			})
			running := 0
			for name, status := range e.Observe("production").Status.Components {
				if strings.HasPrefix(name, "alertmanager") && status.Status == "healthy" {
					running++
				}
			}
			if running != replicas {
				return fmt.Errorf("%d run, want %d", running, replicas)
			}
			return nil
		})
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: []resource.TestStep{
		{Config: config(1), Check: has(1)},
		{Config: config(3), Check: has(3)},
		{
			PreConfig: func() { e.Kill("production", "alertmanager-2") }, Config: config(3), Check: has(3),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction("opp_monitoring_stack.main", plancheck.ResourceActionUpdate),
				planShows{"opp_monitoring_stack.main", "alertmanager-2: not running"},
			}},
		},
		{Config: config(1), Check: has(1)},
	}})
}
