package spec

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func TestDemandsCover(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{`a="b"`, `a="b",c="d"`, true},
		{`a="b",c="d"`, `a="b"`, false},
		{`a=~".*"`, `c="d"`, true},
		{`a=~".+"`, `c="d"`, false},
		{`a!=""`, `a="b"`, true},
		{`a=""`, `c="d"`, false},
		{`a!~"x.*"`, `a=~"b|c"`, true},
		{`a!~"x.*"`, `a=~"b|xc"`, false},
		{`a!~"x.*"`, `a=~"b|xc",a!="xc"`, true},
		{`a=~"b.*"`, `a=~"b.*"`, true},
		{`a=~"b.*"`, `a=~"bc.*"`, false}, // true, but it does not show
		{`a=~"b|c"`, `a=~"c|b"`, true},
	} {
		if got := demandsOf(t, tt.a).cover(demandsOf(t, tt.b)); got != tt.want {
			t.Errorf("%s covers %s: %v", tt.a, tt.b, got)
		}
	}
}

func TestDemandsContradict(t *testing.T) {
	for text, want := range map[string]bool{
		`a="b",a="c"`:            true,
		`a="b",a!="b"`:           true,
		`a="b",c="b"`:            false,
		`a=~"b|c",a=~"c|d"`:      false,
		`a=~"b|c",a=~"d|e"`:      true,
		`a=~"b|c",a!~"b|c"`:      true,
		`a=~"x.*",a!~"x.*"`:      true,
		`a=~"x.*",a!~"y.*"`:      false,
		`a="",a!=""`:             true,
		`a=~"b.+",a="b"`:         true,
		`a!="b",a!="c"`:          false,
		`a=~"b|c",a!="b"`:        false,
		`a=~"b|c",a!="b",a!~"c"`: true,
	} {
		if got := demandsOf(t, text).contradict(); got != want {
			t.Errorf("%s contradicts itself: %v", text, got)
		}
	}
}

// What is said of demands must hold for every label set.
func TestDemandsAreRightAboutLabels(t *testing.T) {
	values := []string{"", "a", "b", "ab"}
	random := rand.New(rand.NewPCG(1, 2))
	matcher := func() string {
		return fmt.Sprintf("%c%s%q", 'x'+rune(random.IntN(2)), []string{"=", "!=", "=~", "!~"}[random.IntN(4)],
			[]string{"", "a", "b", "a|b", "a.*", ".*", ".+", "a|"}[random.IntN(8)])
	}
	list := func() demands {
		text := matcher()
		for range random.IntN(3) {
			text += "," + matcher()
		}
		return demandsOf(t, text)
	}
	covers, contradictions := 0, 0
	for range 5000 {
		a, b := list(), list()
		for _, x := range values {
			for _, y := range values {
				fitA, fitB := fit(a, x, y), fit(b, x, y)
				if a.cover(b) && fitB && !fitA {
					t.Fatalf("%v should cover %v, but not x=%q y=%q", a.texts, b.texts, x, y)
				}
				if a.contradict() && fitA {
					t.Fatalf("%v should fit nothing, but fits x=%q y=%q", a.texts, x, y)
				}
			}
		}
		if a.cover(b) {
			covers++
		}
		if a.contradict() {
			contradictions++
		}
	}
	if covers < 100 || contradictions < 100 {
		t.Errorf("%d covers and %d contradictions were tried: too few", covers, contradictions)
	}
}

func fit(d demands, x, y string) bool {
	for _, m := range d.matchers {
		if !m.Matches(map[string]string{"x": x, "y": y}[m.Name]) {
			return false
		}
	}
	return true
}

func demandsOf(t *testing.T, text string) demands {
	t.Helper()
	d, ok := parseDemands([]string{text})
	if !ok {
		t.Fatalf("%s does not parse", text)
	}
	return d
}
