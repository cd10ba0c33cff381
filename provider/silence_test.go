package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

const quiet = "opp_silence.maintenance"

// A silence that says how long it is gets its times when it is created, and
// keeps its start when it is made longer.
func TestSilence(t *testing.T) {
	t.Parallel()
	f := &fake{}
	attributes := map[string]string{"matchers": `["instance=\"db-1\""]`, "comment": `"disks are replaced"`, "duration": `"1h"`}
	config := func() string { return stack + child(quiet, "maintenance", attributes) }
	known := func(attribute, value string) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(quiet, tfjsonpath.New(attribute), knownvalue.StringExact(value))
	}
	steps := []resource.TestStep{{
		Config: config(),
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectUnknownValue(quiet, tfjsonpath.New("start")), plancheck.ExpectUnknownValue(quiet, tfjsonpath.New("end")),
		}},
		ConfigStateChecks: []statecheck.StateCheck{
			known("start", "2026-01-31T22:00:00Z"), known("end", "2026-01-31T23:00:00Z"), known("status", spec.SilenceActive), known("created_by", "terraform"),
		},
	}, {Config: config(), PlanOnly: true}}
	attributes["comment"] = `"more disks"`
	steps = append(steps, resource.TestStep{Config: config(), ConfigPlanChecks: updates(quiet,
		plancheck.ExpectKnownValue(quiet, tfjsonpath.New("end"), knownvalue.StringExact("2026-01-31T23:00:00Z")))})
	attributes["duration"] = `"3h"`
	steps = append(steps, resource.TestStep{
		Config: config(),
		ConfigPlanChecks: updates(quiet, plancheck.ExpectKnownValue(quiet, tfjsonpath.New("end"), knownvalue.StringExact("2026-02-01T01:00:00Z")),
			plancheck.ExpectKnownValue(quiet, tfjsonpath.New("start"), knownvalue.StringExact("2026-01-31T22:00:00Z"))),
		ConfigStateChecks: []statecheck.StateCheck{known("status", spec.SilenceActive)},
	}, resource.TestStep{Config: config(), PlanOnly: true})
	delete(attributes, "duration")
	attributes["end"], attributes["created_by"] = `"2026-02-01T00:00:00+01:00"`, `"somebody"`
	steps = append(steps, resource.TestStep{
		Config: config(), ConfigPlanChecks: updates(quiet),
		ConfigStateChecks: []statecheck.StateCheck{known("end", "2026-02-01T00:00:00+01:00"), known("created_by", "somebody")},
	}, resource.TestStep{Config: config(), PlanOnly: true},
		resource.TestStep{ResourceName: quiet, ImportState: true, ImportStateId: "production/maintenance", ImportStateVerify: true})
	f.test(t, steps...)
}

func TestSilenceMistakes(t *testing.T) {
	t.Parallel()
	bad := func(attribute, value, want, at string) resource.TestStep {
		attributes := map[string]string{"matchers": `["instance=\"db-1\""]`, "comment": `"x"`, "end": `"2026-02-01T00:00:00Z"`}
		attributes[attribute] = value
		return resource.TestStep{Config: stack + child(quiet, "maintenance", attributes), PlanOnly: true, ExpectError: message(want, at)}
	}
	(&fake{}).test(t,
		bad("matchers", `["alertname=~\".+\""]`, "the silence would silence every alert", "matchers"),
		bad("end", "null", "the silence has no end", ""),
		bad("duration", `"1h"`, `"1h" is not how long the silence is`, "duration"),
		bad("comment", `""`, "comment is empty", "comment"),
	)
}
