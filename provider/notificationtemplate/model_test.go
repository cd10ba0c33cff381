package notificationtemplate

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]spec.NotificationTemplate{
		"full":  {Stack: "production", Name: "oncall", Content: "{{ .Status }}"},
		"empty": {Name: "x"},
	} {
		var m model
		m.FromSpec(want)
		if diff := cmp.Diff(want, m.ToSpec()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAbsentAttributes(t *testing.T) {
	t.Parallel()
	unknown := model{Stack: types.StringUnknown(), Content: types.StringUnknown()}
	var null model
	for name, m := range map[string]model{"null": null, "unknown": unknown} {
		m.Name = types.StringValue("x")
		if diff := cmp.Diff(spec.NotificationTemplate{Name: "x"}, m.ToSpec()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
