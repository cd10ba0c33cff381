package tfkit_test

import (
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func TestPlannedCreate(t *testing.T) {
	t.Parallel()
	planned := tfkit.NewProviderData(nil).Planned
	rule := &spec.AlertRule{Stack: "production", Name: "x"}
	if !planned.Create(rule) {
		t.Error("the first of its name is refused")
	}
	if planned.Create(rule) {
		t.Error("the second of its name is accepted")
	}
	for _, other := range []spec.Object{
		&spec.AlertRule{Stack: "staging", Name: "x"},
		&spec.AlertRule{Stack: "production", Name: "y"},
		&spec.ScrapeJob{Stack: "production", Name: "x"},
	} {
		if !planned.Create(other) {
			t.Errorf("%s %s/%s is refused for another's name", other.Kind(), other.StackName(), other.ObjectName())
		}
	}
}

func TestPlannedGroupInterval(t *testing.T) {
	t.Parallel()
	planned := tfkit.NewProviderData(nil).Planned
	for i, step := range []struct {
		name, group, interval, other string
	}{
		{"a", "g", "1m", ""},
		{"b", "g", "", ""},
		{"c", "g", "60s", ""}, // means the same
		{"d", "h", "5m", ""},
		{"e", "g", "2m", "a"},
		{"e", "g", "1m", ""}, // planned again, now in agreement
		{"f", "g", "1m", ""},
	} {
		other, _, disagree := planned.GroupInterval(spec.AlertRule{Stack: "s", Name: step.name, Group: step.group, GroupInterval: step.interval})
		if other != step.other || disagree != (step.other != "") {
			t.Errorf("step %d: disagrees with %q (%t), want %q", i, other, disagree, step.other)
		}
	}
}
