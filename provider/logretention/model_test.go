package logretention

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	full := spec.LogRetention{Stack: "production", Name: "audit", Selector: `{service="audit"}`, Period: "90d", Priority: 10}
	for name, want := range map[string]spec.LogRetention{"full": full, "empty": {Name: "x"}} {
		var m model
		m.FromSpec(want)
		if diff := cmp.Diff(want, m.ToSpec()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAbsentAttributes(t *testing.T) {
	t.Parallel()
	unknown := model{
		Stack: types.StringUnknown(), Selector: types.StringUnknown(), Period: types.StringUnknown(), Priority: types.Int64Unknown(),
		Effective: types.BoolUnknown(), OldestEntry: types.StringUnknown(),
	}
	var null model
	for name, m := range map[string]model{"null": null, "unknown": unknown} {
		m.Name = types.StringValue("x")
		if diff := cmp.Diff(spec.LogRetention{Name: "x"}, m.ToSpec()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// What is observed is not sent back, and never unknown in state.
func TestObservedAttributes(t *testing.T) {
	t.Parallel()
	const day = "2026-01-31T12:00:00Z"
	yes, no := true, false
	before := model{Effective: types.BoolValue(true), OldestEntry: types.StringValue(day)}
	for name, test := range map[string]struct {
		before    model
		observed  spec.LogRetention
		effective types.Bool
		oldest    types.String
	}{
		"effective":          {model{}, spec.LogRetention{Effective: &yes, OldestEntry: day}, types.BoolValue(true), types.StringValue(day)},
		"no entry":           {before, spec.LogRetention{Effective: &no}, types.BoolValue(false), types.StringNull()},
		"not asked":          {before, spec.LogRetention{}, types.BoolValue(true), types.StringValue(day)},
		"not asked, planned": {model{Effective: types.BoolUnknown(), OldestEntry: types.StringUnknown()}, spec.LogRetention{}, types.BoolNull(), types.StringNull()},
	} {
		m := test.before
		m.FromSpec(test.observed)
		if !m.Effective.Equal(test.effective) || !m.OldestEntry.Equal(test.oldest) {
			t.Errorf("%s: effective %s, oldest entry %s", name, m.Effective, m.OldestEntry)
		}
		if r := m.ToSpec(); r.Effective != nil || r.OldestEntry != "" || r.Reason != "" {
			t.Errorf("%s: sends what was observed: %+v", name, r)
		}
	}
}

func TestRemark(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	var m model
	for _, quiet := range []spec.LogRetention{{}, {Effective: &yes}} {
		if summary, _ := m.Remark(quiet); summary != "" {
			t.Errorf("%+v: %s", quiet, summary)
		}
	}
	summary, detail := m.Remark(spec.LogRetention{Stack: "production", Name: "audit", Effective: &no, Reason: "the compactor does not run"})
	if summary != `A log retention of stack "production" is not effective` || detail != `"audit": the compactor does not run.` {
		t.Errorf("%s: %s", summary, detail)
	}
}

func TestCheckPlan(t *testing.T) {
	t.Parallel()
	planned := tfkit.NewProviderData(nil).Planned
	retention := func(name, period string, priority int64) *model {
		m := &model{Stack: types.StringValue("s"), Selector: types.StringValue(`{service="a"}`), Period: types.StringValue(period), Priority: types.Int64Value(priority)}
		m.Name = types.StringValue(name)
		return m
	}
	unknown := retention("u", "1d", 1)
	unknown.Selector = types.StringNull()
	elsewhere := retention("e", "9d", 1)
	elsewhere.Stack = types.StringValue("other")
	for _, quiet := range []*model{unknown, elsewhere, retention("a", "1d", 1), retention("b", "24h", 1), retention("c", "2d", 2)} {
		if problems, warnings := quiet.CheckPlan(planned); len(problems)+len(warnings) > 0 {
			t.Errorf("%s: %v %v", quiet.Name, problems, warnings)
		}
	}
	problems, warnings := retention("d", "2d", 1).CheckPlan(planned)
	if len(problems) > 0 || len(warnings) != 1 || warnings[0].Path != "priority" {
		t.Fatalf("%v %v", problems, warnings)
	}
	if want := `it may select the same streams as "a", "b", with the same priority 1: the shortest period counts there`; warnings[0].Message != want {
		t.Errorf("got %s", warnings[0].Message)
	}
	// Planned again, now without the conflict.
	if _, warnings := retention("d", "1d", 1).CheckPlan(planned); len(warnings) > 0 {
		t.Error(warnings)
	}
}
