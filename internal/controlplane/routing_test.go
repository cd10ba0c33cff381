package controlplane_test

import (
	"slices"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Changes are reckoned with and leave no trace; with the stack among them it
// need not exist.
func TestRoutingReckonsWithChanges(t *testing.T) {
	f := withStack(t)
	put := func(name string) *spec.Channel {
		return &spec.Channel{Stack: "production", Name: name, Webhook: &spec.Webhook{URL: "http://127.0.0.1:9/"}}
	}
	f.mustPut(t, put("stays"), api.PutCreate)
	f.mustPut(t, put("goes"), api.PutCreate)
	routed := func(stack string, changes ...api.Change) []string {
		t.Helper()
		if _, err := f.Routing(t.Context(), stack, api.RoutingQuery{Changes: changes}); err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, c := range f.backend.Routed().Channels {
			names = append(names, c.Name)
		}
		return names
	}
	changes := []api.Change{{Kind: spec.KindChannel, Name: "goes"}, {Kind: spec.KindChannel, Name: "comes", Object: put("comes")}}
	if got := routed("production", changes...); !slices.Equal(got, []string{"comes", "stays"}) {
		t.Errorf("channels are %q", got)
	}
	if got := routed("production"); !slices.Equal(got, []string{"goes", "stays"}) {
		t.Errorf("afterwards channels are %q", got)
	}
	comes := put("comes")
	comes.Stack = "new"
	if _, err := f.Routing(t.Context(), "new", api.RoutingQuery{Changes: []api.Change{{Kind: spec.KindChannel, Name: "comes", Object: comes}}}); code(err) != api.CodeNotFound {
		t.Errorf("a stack that neither exists nor is planned: %v", err)
	}
	stack := spec.DefaultStack("new")
	if got := routed("new", api.Change{Kind: spec.KindStack, Name: "new", Object: &stack}, api.Change{Kind: spec.KindChannel, Name: "comes", Object: comes}); !slices.Equal(got, []string{"comes"}) {
		t.Errorf("channels of a planned stack are %q", got)
	}
}
