package loki

import (
	"fmt"
	"math/rand/v2"
	"slices"
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
		"a higher priority":  {[]spec.LogRetention{retention("long", `{b="audit"}`, "90d", 1), retention("short", `{a="api"}`, "24h", 0)}, []map[string]string{api, audit}, map[string][]string{"long": {`{b="audit"}`}, "short": {`{a="api", b!="audit"}`}}},
		"a shorter period":   {[]spec.LogRetention{retention("long", `{a="api"}`, "1d1h", 0), retention("short", `{b="audit"}`, "24h", 0)}, []map[string]string{api, audit}, map[string][]string{"short": {`{b="audit"}`}, "long": {`{a="api", b!="audit"}`}}},
		"nothing left":       {[]spec.LogRetention{retention("a", `{a="api"}`, "24h", 1), retention("b", `{b="audit"}`, "24h", 0)}, []map[string]string{api, audit}, map[string][]string{"a": {`{a="api"}`}}},
		"both the same":      {[]spec.LogRetention{retention("a", `{a="api"}`, "24h", 0), retention("b", `{b="audit"}`, "1d", 0)}, []map[string]string{api, audit}, map[string][]string{"a": {`{a="api"}`}, "b": {`{b="audit"}`}}},
		"shared":             {[]spec.LogRetention{retention("a", `{a="api"}`, "24h", 1), retention("b", `{a=~".+"}`, "24h", 0)}, []map[string]string{api, web}, map[string][]string{"a": {`{a="api"}`}, "b": {`{a=~".+", a!="api"}`}}},
		"hostile and shared": {[]spec.LogRetention{retention("a", `{a="api",b="audit"}`, "24h", 1), retention("b", `{a=~".+"}`, "24h", 0)}, []map[string]string{audit, web}, map[string][]string{"a": {`{a="api", b="audit"}`}, "b": {`{a="web\"\\", b=""}`}}},
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

// TestKeptByChance: selectors select the streams that Loki keeps by a retention,
// and no others.
func TestKeptByChance(t *testing.T) {
	values, operators := []string{"", "x", "y", "z"}, []string{"=", "!=", "=~", "!~"}
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(from []string) string { return from[random.IntN(len(from))] }
	for range 2000 {
		var retentions []spec.LogRetention
		for i := range 1 + random.IntN(5) {
			selector := fmt.Sprintf(`{s="1", a%s"%s", b%s"%s"}`, pick(operators), pick(values), pick(operators), pick(values))
			retentions = append(retentions, spec.LogRetention{Name: fmt.Sprint(i), Selector: selector, Period: fmt.Sprint(24+random.IntN(2), "h"), Priority: random.Int64N(3)})
		}
		all, err := rulingsOf(retentions)
		if err != nil {
			t.Fatal(err)
		}
		var streams []map[string]string
		want, got := map[string]int{}, map[string]int{}
		for _, a := range values {
			for _, b := range values {
				stream := map[string]string{"s": "1", "a": a, "b": b}
				streams = append(streams, stream)
				first := slices.IndexFunc(all, func(r ruling) bool { return r.selects(stream) })
				for _, r := range all {
					if first >= 0 && r.selects(stream) && precedence(all[first], r) == 0 {
						want[r.name+"/"+a+"/"+b] = 1
					}
				}
			}
		}
		for name, selectors := range kept(all, streams) {
			for _, selector := range selectors {
				chosen, err := rulingsOf([]spec.LogRetention{{Selector: selector, Period: "24h"}})
				if err != nil {
					t.Fatal(err)
				}
				for _, stream := range streams {
					if chosen[0].selects(stream) {
						got[name+"/"+stream["a"]+"/"+stream["b"]] = 1
					}
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%v: %s", retentions, diff)
		}
	}
}
