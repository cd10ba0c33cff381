package acctest_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

// aSilence is a silence as Alertmanager tells it.
type aSilence struct {
	ID      string    `json:"id"`
	Comment string    `json:"comment"`
	EndsAt  time.Time `json:"endsAt"`
	Status  struct {
		State string `json:"state"`
	} `json:"status"`
}

// activeSilences are those in force.
func activeSilences(e *acctest.Env) []aSilence {
	return slices.DeleteFunc(heldSilences(e), func(s aSilence) bool { return s.Status.State != "active" })
}

// heldSilences are those that have not ended.
func heldSilences(e *acctest.Env) []aSilence {
	var all []aSilence
	e.GetJSON(e.Endpoint("production", "alertmanager")+"/api/v2/silences", &all)
	return slices.DeleteFunc(all, func(s aSilence) bool { return s.Status.State == "expired" })
}

// expire ends a silence by hand.
func expire(t *testing.T, e *acctest.Env, id string) {
	t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), http.MethodDelete, e.Endpoint("production", "alertmanager")+"/api/v2/silence/"+id, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%v %v", response, err)
	}
	_ = response.Body.Close()
}

// A silence mutes what it matches, shows when somebody ended it, is repaired,
// ends with its time without a difference and with its resource at once.
func TestSilence(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	const address = "opp_silence.test"
	base := e.Stack("") + `
resource "opp_alert_rule" "always" {
  stack    = opp_monitoring_stack.main.name
  name     = "Always"
  expr     = "vector(1)"
}
`
	attributes := acctest.Attributes{
		"stack": "opp_monitoring_stack.main.name", "name": `"maintenance"`, "matchers": `["alertname=\"Always\""]`,
		"comment": `"disks are replaced"`, "duration": `"1h"`,
	}
	silence := func(a acctest.Attributes) string { return base + a.Resource("opp_silence") }
	one := func(comment string) func() error {
		return func() error {
			if active := activeSilences(e); len(active) != 1 || !strings.HasPrefix(active[0].Comment, comment+" [") {
				return fmt.Errorf("active silences: %+v, want one: %s", active, comment)
			}
			return nil
		}
	}
	status := func(want string) []statecheck.StateCheck {
		return []statecheck.StateCheck{statecheck.ExpectKnownValue(address, tfjsonpath.New("status"), knownvalue.StringExact(want))}
	}
	longer := attributes.With("duration", `"2h"`).With("comment", `"more disks"`)
	other := longer.With("matchers", `["alertname=~\"Al.*\""]`).With("created_by", `"me"`)
	planned := other.With("duration", "").With("start", `"2026-01-31T22:00:00+01:00"`).With("end", `"2099-01-31T22:00:00Z"`)
	until := func(end string) func() error {
		return func() error {
			if active := activeSilences(e); len(active) != 1 || active[0].EndsAt.UTC().Format(time.RFC3339) != end {
				return fmt.Errorf("active silences: %+v, want one until %s", active, end)
			}
			return nil
		}
	}
	steps := []resource.TestStep{
		{
			Config: silence(attributes), ConfigStateChecks: status("active"),
			Check: runs(func() error {
				if err := one("disks are replaced")(); err != nil {
					return err
				}
				acctest.Eventually(t, "the alert is suppressed", func() bool {
					alerts, err := e.Client.Alerts(context.Background(), "production", []string{`alertname="Always"`})
					return err == nil && len(alerts) == 1 && alerts[0].State == "suppressed"
				})
				return nil
			}),
		},
		{Config: silence(attributes), PlanOnly: true},
		updateStep(silence(longer), address, one("more disks")),
		updateStep(silence(other), address, one("more disks")),
		{ResourceName: address, ImportState: true, ImportStateId: "production/maintenance", ImportStateVerify: true},
		{
			PreConfig: func() { expire(t, e, activeSilences(e)[0].ID) },
			Config:    silence(other),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate), planShows{address, "the silence was expired at"},
			}},
			Check: runs(one("more disks")),
		},
		updateStep(silence(planned), address, until("2099-01-31T22:00:00Z")),
		updateStep(silence(planned.With("end", `"2099-02-01T00:00:00+01:00"`)), address, until("2099-01-31T23:00:00Z")),
		{Config: base, Check: runs(func() error {
			if active := activeSilences(e); len(active) != 0 {
				return fmt.Errorf("active silences: %+v, want none", active)
			}
			return nil
		})},
	}
	short := silence(attributes.With("duration", `"20s"`))
	steps = append(steps,
		resource.TestStep{Config: short, ConfigStateChecks: status("active")},
		resource.TestStep{
			PreConfig: func() {
				acctest.Eventually(t, "the silence has ended", func() bool { return len(activeSilences(e)) == 0 })
			},
			Config: short, PlanOnly: true,
		},
		resource.TestStep{Config: short, ConfigStateChecks: status("expired")})
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: steps})
}
