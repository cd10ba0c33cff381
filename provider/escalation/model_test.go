package escalation

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
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
