package provider_test

import (
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

const policy = "opp_escalation_policy.oncall"

// Every attribute of a policy, changed in place, reaches the control plane.
func TestEscalationPolicyAttributes(t *testing.T) {
	t.Parallel()
	f := &fake{}
	attributes := map[string]string{"step": `[{ channels = ["first"] }]`}
	config := func() string { return stack + child(policy, "oncall", attributes) }
	steps := []resource.TestStep{{
		Config: config(),
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectKnownValue(policy, tfjsonpath.New("step").AtSliceIndex(0).AtMapKey("after"), knownvalue.StringExact("0s")),
			plancheck.ExpectKnownValue(policy, tfjsonpath.New("matchers"), knownvalue.ListSizeExact(0)),
		}},
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(policy, tfjsonpath.New("id"), knownvalue.StringExact("production/oncall")),
			statecheck.ExpectKnownValue(policy, tfjsonpath.New("repeat"), knownvalue.Null()),
		},
	}}
	last := func(want spec.EscalationPolicy) func() {
		return func() {
			t.Helper()
			puts := f.puts("oncall")
			got := puts[len(puts)-1].Object.(*spec.EscalationPolicy)
			want.Stack, want.Name = "production", "oncall"
			spec.WithDefaults(&want)
			if diff := cmp.Diff(&want, got); diff != "" {
				t.Errorf("write %d: %s", len(puts), diff)
			}
		}
	}
	want := spec.EscalationPolicy{Steps: []spec.EscalationStep{{Channels: []string{"first"}}}}
	for _, change := range []struct {
		attribute, value string
		want             func()
	}{
		{"matchers", `["team=\"a\""]`, func() { want.Matchers = []string{`team="a"`} }},
		{"step", `[{ channels = ["first"] }, { after = "15m", channels = ["first", "second"] }]`, func() {
			want.Steps = []spec.EscalationStep{{Channels: []string{"first"}}, {After: "15m", Channels: []string{"first", "second"}}}
		}},
		{"repeat", `{ every = "1h", times = 3 }`, func() { want.Repeat = &spec.EscalationRepeat{Every: "1h", Times: 3} }},
		{"repeat", "null", func() { want.Repeat = nil }},
	} {
		before := want
		attributes[change.attribute] = change.value
		change.want()
		steps = append(steps,
			resource.TestStep{PreConfig: last(before), Config: config(), ConfigPlanChecks: updates(policy)},
			resource.TestStep{PreConfig: last(want), Config: config(), PlanOnly: true})
	}
	steps = append(steps, resource.TestStep{ResourceName: policy, ImportState: true, ImportStateId: "production/oncall", ImportStateVerify: true})
	f.test(t, steps...)
}

// Mistakes show on their attribute when planned; what is not known yet waits.
func TestEscalationPolicyMistakes(t *testing.T) {
	t.Parallel()
	bad := func(step, repeat, want, attribute string) resource.TestStep {
		return resource.TestStep{
			Config:      stack + child(policy, "oncall", map[string]string{"step": step, "repeat": repeat}),
			PlanOnly:    true,
			ExpectError: message(want, attribute),
		}
	}
	const later = `
resource "terraform_data" "x" {
  input = { after = "20m", channels = ["c"], steps = [{ channels = ["c"] }, { after = "40m", channels = ["c"] }], times = 2 }
}
locals { x = terraform_data.x.output }
`
	unknown := func(step string) string {
		return later + stack + child(policy, "oncall", map[string]string{"step": step, "repeat": `{ every = "1h", times = local.x.times }`})
	}
	(&fake{}).test(t,
		bad(`[]`, "null", "an escalation policy has at least one step", "step"),
		bad(`[{ channels = ["c"] }, { after = "15m", channels = ["c"] }, { after = "5m", channels = ["c"] }]`, "null", `step[2].after: "5m" is not longer than the "15m"`, ""),
		bad(`[{ after = "15m", channels = [] }]`, "null", `step[0].channels is empty: the step would notify nobody`, ""),
		bad(`[{ after = "15m", channels = ["c"] }]`, `{ every = "10m", times = 1 }`, `repeat.every: "10m" is not longer than the steps`, ""),
		resource.TestStep{Config: unknown(`[{ channels = ["c"] }, { after = local.x.after, channels = local.x.channels }]`)},
		resource.TestStep{Config: unknown(`local.x.steps`), PlanOnly: true, ExpectNonEmptyPlan: true},
	)
}

// A rule may not have the labels that escalation adds.
func TestEscalationLabelsAreReserved(t *testing.T) {
	t.Parallel()
	(&fake{}).test(t, resource.TestStep{
		Config: stack + rule("r", `name = "r"`, `labels = { escalation_step = "2" }`), PlanOnly: true,
		ExpectError: regexp.MustCompile(`(?s)escalation\s+policies\s+add`),
	})
}

// That a policy takes over what a route would receive shows in the plan that
// brings it about, and in no later one.
func TestPlanTellsOfTakeover(t *testing.T) {
	t.Parallel()
	f := &fake{}
	const takes = `"stack": "production", "name": "p", "matchers": ["severity=\"critical\""], "step": [{"after": "0s", "channels": ["oncall"]}]`
	const goes = `"stack": "production", "name": "r", "channel": "oncall", "matchers": ["severity=\"critical\""]`
	production := spec.DefaultStack("production")
	p := &spec.EscalationPolicy{Stack: "production", Name: "p", Matchers: []string{`severity="critical"`}, Steps: []spec.EscalationStep{{After: "0s", Channels: []string{"oncall"}}}}
	r := &spec.Route{Stack: "production", Name: "r", Channel: "oncall", Matchers: []string{`severity="critical"`}}
	for _, o := range []spec.Object{&production, p, r} {
		spec.WithDefaults(o)
		if _, err := f.Put(t.Context(), o, api.PutCreate); err != nil {
			t.Fatal(err)
		}
	}
	run := f.refresh(t)
	if said := run.plan("opp_escalation_policy", "{"+takes+"}"); len(said) > 0 {
		t.Errorf("a policy alone says %q", said)
	}
	want := []diagnostic{{"warning", "matchers", `Route "production/r": it receives nothing because escalation policy "p" takes every alert that matches over at once`,
		"That is fine if it is meant. Else narrow the matchers of the policy, or let its first step be later than at once."}}
	if said := run.plan("opp_route", "{"+goes+"}"); !slices.Equal(said, want) {
		t.Errorf("said %q, want %q", said, want)
	}
	run = f.refresh(t)
	for kind, id := range map[string]string{"opp_escalation_policy": "production/p", "opp_route": "production/r"} {
		state := run.imported(kind, id)
		response, err := run.server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
			TypeName: kind, PriorState: state, ProposedNewState: state, Config: state,
		})
		if err != nil || len(response.Diagnostics) > 0 {
			t.Errorf("a plan without changes says %q (%v)", diagnostics(response.Diagnostics), err)
		}
	}
}
