package spec_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func TestRouteSet(t *testing.T) {
	const team, critical = `team="db"`, `severity="critical"`
	for _, tt := range []struct {
		name    string
		objects []spec.Object
		want    string // of the last
	}{
		{"sound", []spec.Object{oncall(), route("a", 0, team), route("b", 0, critical)}, ""},
		{"hidden", []spec.Object{route("a", 0, team), route("b", 0, team, critical)}, `it receives nothing because route "a" comes before it`},
		{"hides", []spec.Object{route("b", 0, team, critical), route("a", 0, team)}, `it leaves nothing to route "b"`},
		{"hidden by a channel", []spec.Object{channel("a", 0), route("b", 0, team)}, `it receives nothing because channel "a"`},
		{"hidden default", []spec.Object{route("a", 0, team), isDefault(channel("b", 0, team))}, ""},
		{"default alone", []spec.Object{isDefault(channel("a", 0)), route("b", 0, team)}, ""},
		{"another parent", []spec.Object{route("a", 0, team), route("p", 0, critical), below(route("b", 0, team), "p")}, ""},
		{"siblings below", []spec.Object{route("p", 0, critical), below(route("a", 0, critical), "p"), below(route("b", 0, team), "p")}, `because route "a"`},
		{"contradicts a parent", []spec.Object{route("p", 0, critical), below(route("q", 0), "p"), below(route("a", 0, `severity="info"`), "q")}, `contradict those of route "p"`},
		{"parent not known", []spec.Object{below(route("a", 0, team), "p")}, ""},
		{"circle", []spec.Object{below(route("a", 0), "b"), below(route("b", 0), "a")}, `is its own ancestor, by way of "a"`},
		{"again", []spec.Object{route("a", 0, team), route("a", 0, team)}, ""},
		{"changed", []spec.Object{route("a", 0), route("a", 0, critical), route("b", 0, team)}, ""},
		{"not a matcher", []spec.Object{route("a", 0, "("), route("b", 0, "(")}, ""},
		{"other kinds", []spec.Object{rule("a", "g", ""), rule("b", "g", "")}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var set spec.RouteSet
			for i, o := range tt.objects {
				got := set.Add(o).Error()
				if i < len(tt.objects)-1 {
					continue
				}
				if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
					t.Errorf("got %q, want %q", got, tt.want)
				}
			}
		})
	}
}

// Whatever the order in which a plan comes to know routes, it finds a mistake
// exactly if the state that it leads to has one.
func TestRouteSetAgreesWithTheState(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	wrong := 0
	for range 300 {
		objects := forest(random)
		state := stateOf(objects...)
		want := len(state.Unreachable()) > 0
		parentsFirst := random.IntN(2) == 0
		if !parentsFirst {
			random.Shuffle(len(objects), func(i, k int) { objects[i], objects[k] = objects[k], objects[i] })
		}
		var set spec.RouteSet
		found := ""
		for _, o := range objects {
			found += set.Add(o).Error()
		}
		// What depends on the matchers of ancestors shows if those come first,
		// as they do where a route refers to its parent.
		if found != "" && !want || parentsFirst && found == "" && want {
			t.Fatalf("found %q, the state has %v:\n%s", found, state.Unreachable(), outline(state.RouteTree()))
		}
		if want {
			wrong++
		}
	}
	if wrong < 30 || wrong > 270 {
		t.Errorf("%d of 300 states were wrong: the test does not tell much", wrong)
	}
}

// twoHundred are 200 channels and 200 routes, a quarter of them below others.
func twoHundred() []spec.Object {
	var objects []spec.Object
	for i := range 200 {
		c := oncall()
		c.Name = fmt.Sprintf("c%d", i)
		if i%2 == 0 {
			c.Matchers = []string{`severity="critical"`, fmt.Sprintf(`team="t%d"`, i)}
		}
		objects = append(objects, c)
	}
	for i := range 200 {
		r := route(fmt.Sprintf("r%d", i), 1, fmt.Sprintf(`service=~"s%d|x%d"`, i, i), `severity!="info"`)
		r.Channel = fmt.Sprintf("c%d", i)
		if i%4 == 3 {
			r = below(r, fmt.Sprintf("r%d", i-1))
			r.Matchers = []string{fmt.Sprintf(`team="t%d"`, i)}
		}
		objects = append(objects, r)
	}
	return objects
}

// BenchmarkPlanOf200Routes is what a plan does: validate every object, add it to
// the set, and once check the state as a whole.
func BenchmarkPlanOf200Routes(b *testing.B) {
	objects := twoHundred()
	for b.Loop() {
		var set spec.RouteSet
		for _, o := range objects {
			errs := append(o.Validate(), set.Add(o)...)
			if errs = append(errs, set.Takeovers(o, func(spec.Object) bool { return true })...); len(errs) > 0 {
				b.Fatal(errs)
			}
		}
		state := stateOf(objects...)
		if problems := append(state.Validate(), state.Unreachable()...); len(problems) > 0 {
			b.Fatal(problems)
		}
	}
}
