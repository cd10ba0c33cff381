package escalation

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	full := spec.EscalationPolicy{
		Stack: "production", Name: "oncall", Matchers: []string{`severity="critical"`},
		Steps: []spec.EscalationStep{
			{After: "0s", Channels: []string{"first"}}, {After: "15m", Channels: []string{"second", "boss"}},
		},
		Repeat: &spec.EscalationRepeat{Every: "1h", Times: 3},
	}
	empty := spec.EscalationPolicy{Name: "x"}
	spec.WithDefaults(&empty)
	for name, want := range map[string]spec.EscalationPolicy{"full": full, "empty": empty} {
		m := model{Repeat: &repeat{}, Steps: []*step{{}, {}, {}}}
		m.FromSpec(want)
		if diff := cmp.Diff(want, m.ToSpec()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// Null and unknown are absent, whole steps included.
func TestAbsentAttributes(t *testing.T) {
	t.Parallel()
	want := spec.EscalationPolicy{Name: "x", Steps: make([]spec.EscalationStep, 2), Repeat: &spec.EscalationRepeat{}}
	spec.WithDefaults(&want)
	unknown := model{
		Stack: types.StringUnknown(), Matchers: types.ListUnknown(types.StringType),
		Steps:  []*step{nil, {After: types.StringUnknown(), Channels: types.ListUnknown(types.StringType)}},
		Repeat: &repeat{Every: types.StringUnknown(), Times: types.Int64Unknown()},
	}
	null := model{Steps: []*step{nil, {}}, Repeat: &repeat{}}
	for name, m := range map[string]model{"null": null, "unknown": unknown} {
		m.Name = types.StringValue("x")
		if diff := cmp.Diff(want, m.ToSpec()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// A plan tells what a policy adds to the rules that it has come to.
func TestCheckPlan(t *testing.T) {
	t.Parallel()
	planned := tfkit.NewProviderData(nil).Planned
	policy := func(matcher string) *model {
		m := &model{Stack: types.StringValue("s"), Matchers: tfkit.StringList([]string{matcher}), Steps: []*step{{After: types.StringValue("15m")}}}
		m.Name = types.StringValue("p")
		return m
	}
	warned := func(m *model) int {
		problems, warnings := m.CheckPlan(planned)
		if len(problems) > 0 {
			t.Error(problems)
		}
		return len(warnings)
	}
	for i := range 150 {
		if i == 99 && warned(policy(`team="db"`)) > 0 {
			t.Error("warned of 99 rules")
		}
		planned.AlertRule(spec.AlertRule{Stack: "s", Name: fmt.Sprint(i), Severity: spec.SeverityWarning})
		planned.AlertRule(spec.AlertRule{Stack: "s", Name: fmt.Sprint(i), Severity: spec.SeverityInfo}) // planned again
	}
	unknown := policy("")
	unknown.Matchers = types.ListNull(types.StringType)
	elsewhere := policy(`team="db"`)
	elsewhere.Stack = types.StringValue("other")
	for name, m := range map[string]*model{"decided": policy(`severity="warning"`), "unknown": unknown, "another stack": elsewhere, "unknown matcher": policy("")} {
		if warned(m) > 0 {
			t.Errorf("%s is warned of", name)
		}
	}
	if warned(policy(`team="db"`)) != 1 {
		t.Error("not warned of 150 rules")
	}
}
