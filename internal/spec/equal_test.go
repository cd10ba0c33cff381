package spec_test

import (
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func TestEqual(t *testing.T) {
	type pair struct {
		a, b string
		want bool
	}
	tests := map[string]struct {
		equal func(a, b string) bool
		pairs []pair
	}{
		"durations": {spec.EqualDuration, []pair{
			{"60s", "1m", true}, {"", "0s", true}, {"0", "", true}, {"1d", "24h", true}, {"x", "x", true},
			{"1m", "2m", false}, {"", "1s", false}, {"x", "y", false}, {"x", "0s", false},
		}},
		"sizes": {spec.EqualSize, []pair{
			{"1GB", "1024MB", true}, {"1GiB", "1GB", true}, {"x", "x", true},
			{"1GB", "1000MB", false}, {"x", "y", false}, {"", "0B", false},
		}},
		"expressions": {spec.EqualExpr, []pair{
			{`up{a="b",c="d"}==0`, `up{a="b",c="d"}  == 0 # down`, true}, {"sum(x) by (a)", "sum by (a) (x)", true}, {"(", "(", true},
			{"up == 0", "up == 1", false}, {"(", ")", false}, {"up", "(", false}, {"a - (b - c)", "a - b - c", false},
		}},
	}
	for name, test := range tests {
		for _, p := range test.pairs {
			if got := test.equal(p.a, p.b); got != p.want {
				t.Errorf("%s %q and %q: equal is %v", name, p.a, p.b, got)
			}
			if got := test.equal(p.b, p.a); got != p.want {
				t.Errorf("%s %q and %q: equal is %v", name, p.b, p.a, got)
			}
		}
	}
}

func TestEqualMatchers(t *testing.T) {
	for _, test := range []struct {
		a, b []string
		want bool
	}{
		{nil, []string{}, true},
		{[]string{`a="b"`, `c=~"d"`}, []string{`c=~"d"`, `a="b"`}, true},
		{[]string{`a="b",c="d"`}, []string{`c="d"`, `a=b`}, true},
		{[]string{`a="b"`}, []string{`a="b"`, `a = "b"`}, true},
		{[]string{`(`}, []string{`(`}, true},
		{[]string{`a="b"`}, []string{`a!="b"`}, false},
		{[]string{`a="b"`}, []string{`a=~"b"`}, false},
		{[]string{`a="b"`}, nil, false},
		{[]string{`(`}, []string{`)`}, false},
	} {
		if got := spec.EqualMatchers(test.a, test.b); got != test.want {
			t.Errorf("%q and %q: equal is %v", test.a, test.b, got)
		}
	}
}

func TestEqualStringMaps(t *testing.T) {
	if !spec.EqualStringMaps(nil, map[string]string{}) || spec.EqualStringMaps(map[string]string{"a": ""}, nil) ||
		spec.EqualStringMaps(map[string]string{"a": "b"}, map[string]string{"a": "c"}) {
		t.Error("maps are not compared by entries")
	}
}

func TestParseSize(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "0B": 0, "1B": 1, "1KB": 1024, "512MB": 512 << 20, "1GB": 1 << 30, "1GiB": 1 << 30,
		"1.5GB": 3 << 29, "1TB": 1 << 40, "7EB": 7 << 60, "1GB512MB": 3 << 29,
	} {
		if got, err := spec.ParseSize(text); err != nil || got != want {
			t.Errorf("ParseSize(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "1", "GB", "-1GB", "+1GB", "1 GB", "1kB", "1gb", "8EB", "99999EB", "1GB ", "1e3MB", "NaN", "0x1B", "1,5GB"} {
		if got, err := spec.ParseSize(text); err == nil {
			t.Errorf("ParseSize(%q) = %d, want an error", text, got)
		}
	}
}
