package acctest_test

import (
	"context"
	"maps"
	"slices"
	"syscall"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

// A stack that monitors itself scrapes its components and their supervisor, and
// runs its own rules, of which one always fires.
func TestSelfMonitoring(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	query := func(promql string) []api.Sample {
		result, err := e.Client.Query(context.Background(), "production", promql)
		if err != nil {
			t.Fatal(err)
		}
		return result.Vector
	}
	jobs := func(promql string) []string {
		found := map[string]bool{}
		for _, sample := range query(promql) {
			found[sample.Labels["job"]] = true
		}
		return slices.Sorted(maps.Keys(found))
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: []resource.TestStep{
		{Config: e.Stack("")},
		{
			Config: e.Stack(""),
			Check: runs(func() error {
				want := []string{"opp-alertmanager", "opp-node-exporter", "opp-prometheus", "opp-supervisor"}
				acctest.Eventually(t, "all components and the supervisor are scraped", func() bool {
					return slices.Equal(jobs("up == 1"), want)
				})
				// The supervisor tells of every unit of the stack.
				if samples := query(`opp_supervisor_unit_restarts_total{stack="production"}`); len(samples) != 3 {
					t.Errorf("the supervisor tells of %+v", samples)
				}
				acctest.Eventually(t, "the watchdog fires, and nothing else", func() bool {
					samples := query(`ALERTS{alertstate="firing"}`)
					return len(samples) == 1 && samples[0].Labels["alertname"] == "Watchdog"
				})
				return nil
			}),
		},
		// What counts restarts sees one.
		{
			PreConfig: func() {
				e.Signal("production", "node_exporter", syscall.SIGKILL)
				acctest.Eventually(t, "the restart is counted", func() bool {
					samples := query(`opp_supervisor_unit_restarts_total{component="node_exporter"} >= 1`)
					return len(samples) == 1
				})
			},
			Config: e.Stack(""), PlanOnly: true,
		},
		{
			Config: e.Stack("self_monitoring = false"),
			Check: runs(func() error {
				if status := e.Observe("production").Status; status.Targets != 0 || status.Rules != 0 {
					t.Errorf("%d targets are scraped and %d rules run", status.Targets, status.Rules)
				}
				return nil
			}),
		},
	}})
}
