package silence

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	full := spec.Silence{
		Stack: "production", Name: "maintenance", Matchers: []string{`instance="db-1"`}, Start: "2026-01-31T22:00:00Z",
		End: "2026-01-31T23:00:00Z", Duration: "1h", Comment: "disks are replaced", CreatedBy: "somebody",
	}
	empty := spec.Silence{Name: "x"}
	spec.WithDefaults(&empty)
	for name, want := range map[string]spec.Silence{"full": full, "empty": empty} {
		m := model{Start: types.StringUnknown(), End: types.StringUnknown(), Status: types.StringUnknown()}
		m.FromSpec(want)
		if diff := cmp.Diff(want, m.ToSpec()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if m.Start.IsUnknown() || m.End.IsUnknown() || m.Status.IsUnknown() {
			t.Errorf("%s: unknown in state: %+v", name, m)
		}
	}
}

func TestAbsentAttributes(t *testing.T) {
	t.Parallel()
	want := spec.Silence{Name: "x"}
	spec.WithDefaults(&want)
	unknown := model{
		Stack: types.StringUnknown(), Matchers: types.ListUnknown(types.StringType), Start: types.StringUnknown(), End: types.StringUnknown(),
		Duration: types.StringUnknown(), Comment: types.StringUnknown(), CreatedBy: types.StringUnknown(), Status: types.StringUnknown(),
	}
	var null model
	for name, m := range map[string]model{"null": null, "unknown": unknown} {
		m.Name = types.StringValue("x")
		if diff := cmp.Diff(want, m.ToSpec()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// What is observed is not sent back.
func TestStatusIsNotSent(t *testing.T) {
	t.Parallel()
	var m model
	m.FromSpec(spec.Silence{Name: "x", Status: spec.SilenceActive})
	if m.Status.ValueString() != spec.SilenceActive || m.ToSpec().Status != "" {
		t.Errorf("status %s, sent %q", m.Status, m.ToSpec().Status)
	}
}
