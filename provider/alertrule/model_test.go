package alertrule

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func full() spec.AlertRule {
	return spec.AlertRule{
		Stack: "production", Name: "api-down", Source: "logs", Alert: "ServiceDown", Group: "availability", GroupInterval: "30s",
		Expr: "up == 0", For: "1m", KeepFiringFor: "2m", Severity: "critical", Summary: "down", Description: "it is",
		RunbookURL: "https://example.com", Labels: map[string]string{"team": "api"}, Annotations: map[string]string{"a": "b"},
		Order: 3, Paused: true,
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	minimal := spec.AlertRule{Stack: "production", Name: "api-down", Expr: "up == 0"}
	spec.WithDefaults(&minimal)
	for name, want := range map[string]spec.AlertRule{"full": full(), "minimal": minimal} {
		var m model
		m.FromSpec(want)
		if diff := cmp.Diff(want, m.ToSpec()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// Null and unknown are absent: they take defaults and never reach the control plane.
func TestAbsentAttributes(t *testing.T) {
	t.Parallel()
	want := spec.AlertRule{Name: "x"}
	spec.WithDefaults(&want)
	null := model{}
	null.Name = types.StringValue("x")
	unknown := model{
		Alert: types.StringUnknown(), Group: types.StringUnknown(), GroupInterval: types.StringUnknown(), Expr: types.StringUnknown(),
		For: types.StringUnknown(), KeepFiringFor: types.StringUnknown(), Severity: types.StringUnknown(), Summary: types.StringUnknown(),
		Labels: types.MapUnknown(types.StringType), Annotations: types.MapUnknown(types.StringType),
		Order: types.Int64Unknown(), Paused: types.BoolUnknown(),
	}
	unknown.Name = types.StringValue("x")
	for name, m := range map[string]model{"null": null, "unknown": unknown} {
		if diff := cmp.Diff(want, m.ToSpec()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAbsenceInState(t *testing.T) {
	t.Parallel()
	r := spec.AlertRule{Name: "x", Expr: "up"}
	spec.WithDefaults(&r)
	m := model{Summary: types.StringValue(""), Description: types.StringValue("was here")}
	m.FromSpec(r)
	if m.Summary.IsNull() {
		t.Error(`summary = "" becomes null, which would differ in every plan`)
	}
	if !m.Description.IsNull() {
		t.Errorf("a description that was removed shows as %s, want null", m.Description)
	}
	if !m.Severity.IsNull() || !m.GroupInterval.IsNull() || !m.RunbookURL.IsNull() {
		t.Error("what a rule does not have is not null")
	}
}

func TestInputHasExactlyTheInputs(t *testing.T) {
	t.Parallel()
	got := slices.Sorted(maps.Keys(InputType(t.Context()).AttrTypes))
	want := []string{"alert", "annotations", "description", "expr", "for", "group", "group_interval", "keep_firing_for",
		"labels", "name", "order", "paused", "runbook_url", "severity", "source", "summary"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	object, diags := Input(t.Context(), full())
	if diags.HasError() {
		t.Fatal(diags)
	}
	if got := object.Attributes()["expr"]; !got.Equal(types.StringValue("up == 0")) {
		t.Errorf("expr = %s", got)
	}
	object, diags = Input(t.Context(), spec.AlertRule{Name: "x", Expr: "up"})
	if diags.HasError() || !object.Attributes()["severity"].IsNull() {
		t.Errorf("an absent severity is %s, want null (%v)", object.Attributes()["severity"], diags)
	}
}

func TestCheckPlan(t *testing.T) {
	t.Parallel()
	planned := tfkit.NewProviderData(nil).Planned
	rule := func(name, interval string) *model {
		m := &model{Stack: types.StringValue("s"), Source: types.StringValue("metrics"), Group: types.StringValue("g"), GroupInterval: types.StringValue(interval)}
		m.Name = types.StringValue(name)
		return m
	}
	if got, _ := rule("a", "1m").CheckPlan(planned); len(got) != 0 {
		t.Error(got)
	}
	unknown := rule("c", "3m")
	unknown.Group = types.StringNull()
	if got, _ := unknown.CheckPlan(planned); len(got) != 0 {
		t.Errorf("a group that is not known yet: %v", got)
	}
	got, _ := rule("b", "2m").CheckPlan(planned)
	if len(got) != 1 || got[0].Path != "group_interval" {
		t.Fatal(got)
	}
	if want := `group_interval "2m" disagrees with "1m" of rule "a" in the same group "g"`; got[0].Message != want {
		t.Errorf("got %s, want %s", got[0].Message, want)
	}
}

// Escalation policies of the plan learn of the rules whose labels are known.
func TestCheckPlanTellsPolicies(t *testing.T) {
	t.Parallel()
	planned := tfkit.NewProviderData(nil).Planned
	policy := spec.EscalationPolicy{Stack: "s", Name: "p", Matchers: []string{`team="db"`}, Steps: []spec.EscalationStep{{After: "5m"}}}
	add := func(name string, labels types.Map) {
		m := &model{Stack: types.StringValue("s"), Source: types.StringValue("metrics"), Group: types.StringValue("g"), Labels: labels}
		m.Name = types.StringValue(name)
		m.CheckPlan(planned)
	}
	for i := range 99 {
		add(fmt.Sprint(i), tfkit.MapOfStrings(nil))
	}
	add("unknown", types.MapNull(types.StringType))
	if got := planned.Escalation(policy); len(got) > 0 {
		t.Errorf("of 99 rules: %v", got)
	}
	add("100", tfkit.MapOfStrings(nil))
	if got := planned.Escalation(policy); len(got) != 1 {
		t.Errorf("of 100 rules: %v", got)
	}
}
