package loki

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func TestKept(t *testing.T) {
	retention := func(name, selector, period string, priority int64) spec.LogRetention {
		return spec.LogRetention{Name: name, Selector: selector, Period: period, Priority: priority}
	}
	api, audit, web := map[string]string{"a": "api"}, map[string]string{"a": "api", "b": "audit"}, map[string]string{"a": "web\"\\"}
	for name, tc := range map[string]struct {
		retentions []spec.LogRetention
		streams    []map[string]string
		want       map[string][]string
	}{
		"nothing":            {nil, []map[string]string{api}, map[string][]string{}},
		"selects nothing":    {[]spec.LogRetention{retention("r", `{a="x"}`, "24h", 0)}, []map[string]string{api}, map[string][]string{}},
		"its own selector":   {[]spec.LogRetention{retention("r", `{ a =~ "api|web" }`, "24h", 0)}, []map[string]string{api, audit}, map[string][]string{"r": {`{a=~"api|web"}`}}},
		"without the label":  {[]spec.LogRetention{retention("r", `{a="api",b=""}`, "24h", 0)}, []map[string]string{api, audit}, map[string][]string{"r": {`{a="api", b=""}`}}},
		"a higher priority":  {[]spec.LogRetention{retention("long", `{b="audit"}`, "90d", 1), retention("short", `{a="api"}`, "24h", 0)}, []map[string]string{api, audit}, map[string][]string{"long": {`{b="audit"}`}, "short": {`{a="api", b=""}`}}},
		"a shorter period":   {[]spec.LogRetention{retention("long", `{a="api"}`, "1d1h", 0), retention("short", `{b="audit"}`, "24h", 0)}, []map[string]string{api, audit}, map[string][]string{"short": {`{b="audit"}`}, "long": {`{a="api", b=""}`}}},
		"nothing left":       {[]spec.LogRetention{retention("a", `{a="api"}`, "24h", 1), retention("b", `{b="audit"}`, "24h", 0)}, []map[string]string{api, audit}, map[string][]string{"a": {`{a="api"}`}}},
		"both the same":      {[]spec.LogRetention{retention("a", `{a="api"}`, "24h", 0), retention("b", `{b="audit"}`, "1d", 0)}, []map[string]string{api, audit}, map[string][]string{"a": {`{a="api"}`}, "b": {`{b="audit"}`}}},
		"hostile and shared": {[]spec.LogRetention{retention("a", `{a="api"}`, "24h", 1), retention("b", `{a=~".+"}`, "24h", 0)}, []map[string]string{api, web}, map[string][]string{"a": {`{a="api"}`}, "b": {`{a="web\"\\"}`}}},
	} {
		t.Run(name, func(t *testing.T) {
			all, err := rulingsOf(tc.retentions)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, kept(all, tc.streams)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
