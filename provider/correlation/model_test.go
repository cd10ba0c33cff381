package correlation

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]spec.Correlation{
		"matchers": {
			Stack: "production", Name: "node", SourceMatchers: []string{`a="b"`}, TargetMatchers: []string{`a="c"`, `d!=""`}, Equal: []string{"instance"},
		},
		"dependency": {
			Stack: "production", Name: "db", SourceMatchers: []string{}, TargetMatchers: []string{}, Equal: []string{},
			Dependency: &spec.Dependency{Cause: "A", Effects: []string{"B", "C"}, On: []string{"cluster"}},
		},
	} {
		var m model
		m.FromSpec(want)
		if diff := cmp.Diff(want, m.ToSpec()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		m.FromSpec(spec.Correlation{})
		if m.Dependency != nil {
			t.Errorf("%s: a dependency is left over", name)
		}
	}
}

func TestAbsentAttributes(t *testing.T) {
	t.Parallel()
	list := types.ListUnknown(types.StringType)
	for name, m := range map[string]model{
		"null":    {Dependency: &dependency{}},
		"unknown": {SourceMatchers: list, TargetMatchers: list, Equal: list, Dependency: &dependency{Cause: types.StringUnknown(), Effects: list, On: list}},
	} {
		want := spec.Correlation{Dependency: &spec.Dependency{}}
		spec.WithDefaults(&want)
		if diff := cmp.Diff(want, m.ToSpec()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
