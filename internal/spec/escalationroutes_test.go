package spec_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Steps come first and let everything pass; what ends with a policy ends before
// any other route.
func TestRoutesOfEscalation(t *testing.T) {
	first, second, boss := channel("first", 0, `a="b"`), channel("second", 0), channel("boss", 0)
	second.Matchers, boss.Matchers = nil, nil
	first.GroupWait, first.RepeatInterval = "1s", "1h"
	boss.GroupBy = []string{"..."}
	second.GroupBy = []string{"escalation_round"} // as for rounds it is anyway
	takes := soundPolicy()
	adds := &spec.EscalationPolicy{
		Stack: "production", Name: "adds", Matchers: []string{`alertname="A"`}, Steps: []spec.EscalationStep{{After: "5m", Channels: []string{"first"}}},
	}
	everything := &spec.EscalationPolicy{Stack: "production", Name: "everything", Steps: []spec.EscalationStep{{After: "0s", Channels: []string{"second"}}}}
	for _, p := range []*spec.EscalationPolicy{adds, everything} {
		spec.WithDefaults(p)
	}
	state := stateOf(first, second, boss, &takes, adds, everything, route("db", 0, `team="db"`))
	want := strings.TrimLeft(`
root > opp-null [] by [] 30s 5m 4h false
  adds > first ["alertname=\"A\"" "escalation=\"adds\"" "escalation_step=\"1\""] by ["alertname"] 1s 5m 120h true
  everything > second ["escalation_step=\"\"" "alertname!=\"Watchdog\""] by ["escalation_round"] 30s 5m 120h true
  oncall > first ["severity=\"critical\"" "escalation_step=\"\""] by ["alertname" "escalation_round"] 1s 5m 120h true
  oncall > first ["severity=\"critical\"" "escalation=\"oncall\"" "escalation_step=\"1\""] by ["alertname" "escalation_round"] 1s 5m 120h true
  oncall > first ["severity=\"critical\"" "escalation=\"oncall\"" "escalation_step=\"2\""] by ["alertname" "escalation_round"] 1s 5m 120h true
  oncall > second ["severity=\"critical\"" "escalation=\"oncall\"" "escalation_step=\"2\""] by ["escalation_round"] 30s 5m 120h true
  oncall > boss ["severity=\"critical\"" "escalation=\"oncall\"" "escalation_step=\"3\""] by ["..."] 30s 5m 120h true
  everything > opp-null ["escalation_step=\"\"" "alertname!=\"Watchdog\""] by [] 30s 5m 4h false
  oncall > opp-null ["severity=\"critical\"" "escalation_step=\"\""] by [] 30s 5m 4h false
  end > opp-null ["escalation_step!=\"\""] by [] 30s 5m 4h false
  db > oncall ["team=\"db\""] by ["alertname"] 30s 5m 4h false
  first > first ["a=\"b\""] by ["alertname"] 1s 5m 1h false
`, "\n")
	if diff := cmp.Diff(want, outline(state.RouteTree())); diff != "" {
		t.Error(diff)
	}
}
