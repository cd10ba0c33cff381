package spec_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// outline prints a tree, a line a node.
func outline(n *spec.RouteNode) string {
	var b strings.Builder
	var walk func(n *spec.RouteNode, indent string)
	walk = func(n *spec.RouteNode, indent string) {
		name := "root"
		switch {
		case n.Object != nil:
			name = n.Object.ObjectName()
		case n.Title != "":
			name = "end"
		}
		fmt.Fprintf(&b, "%s%s > %s %q by %q %s %s %s %v\n", indent, name, n.Receiver, n.Matchers, n.GroupBy, n.GroupWait, n.GroupInterval, n.RepeatInterval, n.Continue)
		for _, child := range n.Children {
			walk(child, indent+"  ")
		}
	}
	walk(n, "")
	return b.String()
}

func TestRouteTree(t *testing.T) {
	rest := isDefault(channel("rest", 0))
	rest.GroupWait, rest.GroupBy = "1s", []string{"job"}
	db := route("db", 0, `team="db"`)
	db.GroupWait, db.RepeatInterval = "2s", "1h"
	night := below(onward(route("night", 9, `when="night"`)), "db")
	night.Channel, night.GroupBy = "", nil
	loud := below(route("loud", 1), "db")
	loud.GroupBy, loud.GroupWait = []string{}, "3s"
	state := stateOf(oncall(), rest, channel("own", 0, `a="b"`), db, night, loud, below(route("lost", 0), "nowhere"))
	want := strings.TrimLeft(`
rest > rest [] by ["job"] 1s 5m 4h false
  end > opp-null ["escalation_step!=\"\""] by [] 30s 5m 4h false
  db > oncall ["team=\"db\""] by ["alertname"] 2s 5m 1h false
    loud > oncall [] by [] 3s 5m 1h false
    night > oncall ["when=\"night\""] by ["alertname"] 2s 5m 1h true
  own > own ["a=\"b\""] by ["alertname"] 30s 5m 4h false
`, "\n")
	if diff := cmp.Diff(want, outline(state.RouteTree())); diff != "" {
		t.Error(diff)
	}
}

func TestRouteTreeOfNothing(t *testing.T) {
	state := stateOf()
	want := "root > opp-null [] by [] 30s 5m 4h false\n  end > opp-null [\"escalation_step!=\\\"\\\"\"] by [] 30s 5m 4h false\n"
	if got := outline(state.RouteTree()); got != want {
		t.Errorf("got %s", got)
	}
}

// forest is a random tree of routes, parents among those before them, and of
// channels with routes of their own.
func forest(random *rand.Rand) []spec.Object {
	objects := []spec.Object{oncall()}
	names := []string{""}
	for i := range 3 + random.IntN(12) {
		name := fmt.Sprintf("%c%d", 'a'+rune(random.IntN(3)), i)
		matcher := fmt.Sprintf("%c=%q", 'x'+rune(random.IntN(3)), fmt.Sprint(random.IntN(3)))
		if random.IntN(4) == 0 {
			c := channel(name, int64(random.IntN(3)), matcher)
			c.Default = i == 0
			objects = append(objects, c)
			continue
		}
		r := below(route(name, int64(random.IntN(3)), matcher), names[random.IntN(len(names))])
		r.Continue = random.IntN(2) == 0
		objects, names = append(objects, r), append(names, name)
	}
	return objects
}

// The order of creation leaves no trace in the tree.
func TestRouteTreeIsIndependentOfCreation(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		objects := forest(random)
		want := ""
		for range 5 {
			random.Shuffle(len(objects), func(i, k int) { objects[i], objects[k] = objects[k], objects[i] })
			state := spec.State{Stack: soundStack()}
			for _, o := range objects {
				state.Put(o)
			}
			got := outline(state.RouteTree())
			if want == "" {
				want = got
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatal(diff)
			}
		}
	}
}

// Destroying a fragment takes its own node away and changes no other.
func TestDestroyingAFragmentLeavesTheOthers(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	destroyed := 0
	for range 200 {
		objects := forest(random)
		state := stateOf(objects...)
		victim := objects[1+random.IntN(len(objects)-1)]
		if c, ok := victim.(*spec.Channel); ok && c.Default || len(state.Uses(victim.Kind(), victim.ObjectName())) > 0 {
			continue // the root is everybody's, and what is in use stays
		}
		destroyed++
		before := strings.Split(outline(state.RouteTree()), "\n")
		state.Delete(victim.Kind(), victim.ObjectName())
		after := strings.Split(outline(state.RouteTree()), "\n")
		var expected []string
		for _, line := range before {
			if !strings.HasPrefix(strings.TrimLeft(line, " "), victim.ObjectName()+" > ") {
				expected = append(expected, line)
			}
		}
		if diff := cmp.Diff(expected, after); diff != "" {
			t.Fatalf("without %s:\n%s", victim.ObjectName(), diff)
		}
	}
	if destroyed < 50 {
		t.Errorf("only %d fragments were destroyed", destroyed)
	}
}

func TestUses(t *testing.T) {
	state := stateOf(oncall(), route("a", 0), below(route("b", 0, `x="y"`), "a"))
	for _, tt := range []struct {
		kind spec.Kind
		name string
		want []string
	}{
		{spec.KindChannel, "oncall", []string{"a channel", "b channel"}},
		{spec.KindRoute, "a", []string{"b parent"}},
		{spec.KindRoute, "b", nil},
		{spec.KindRoute, "oncall", nil},
	} {
		var got []string
		for _, use := range state.Uses(tt.kind, tt.name) {
			got = append(got, use.By.ObjectName()+" "+use.Path)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s %s: %s", tt.kind, tt.name, diff)
		}
	}
}
