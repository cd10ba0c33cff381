package alertmanager_test

import (
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
)

// What was changed in the routes of a policy is told on the policy.
func TestObserveTellsThePolicyOfItsRoutes(t *testing.T) {
	b := start(t, componenttest.States()["escalated"], nil)
	const edited = "stack production: alertmanager: alertmanager.yml was edited by hand"
	const policy = "escalation_policy critical: alertmanager: "
	for _, tt := range []struct {
		name, old, replacement string
		drift                  []string
	}{
		{"timing", "repeat_interval: 120h", "repeat_interval: 1h", []string{policy + `the route of step 1 to "oncall" was changed`}},
		{
			"receiver", "- receiver: chat\n      matchers:\n        - severity=\"critical\"", "- receiver: mail\n      matchers:\n        - severity=\"critical\"",
			[]string{policy + `the route of step 2 to "chat" is not loaded`, `stack production: alertmanager: a route to receiver "mail" is loaded but not managed`},
		},
		{"taking over", "        - severity=\"critical\"\n        - escalation_step=\"\"\n      group_by: []", "        - severity=\"critical\"\n      group_by: []", []string{
			policy + "the route that takes its alerts over was changed",
		}},
		{"end", `escalation_step!=""`, `escalation_step!="9"`, []string{
			"stack production: alertmanager: the route that ends escalation is not loaded",
			`stack production: alertmanager: a route to receiver "opp-null" is loaded but not managed`,
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b.TB = t
			b.edit(tt.old, tt.replacement)
			b.reload()
			b.want(nil, append(tt.drift, edited)...)
			componenttest.Publish(t, b.c, b.in)
			b.reload()
			b.want(nil)
		})
	}
}
