package selfhosted_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/backend"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// forgetful is a component that remembers what it was told to forget, as
// "PREV>NEXT", and fails to.
type forgetful struct {
	*obedient
	told []string
}

func (f *forgetful) Forget(_ component.Input, prev, next spec.Object) error {
	text := prev.ObjectName() + ">"
	if next != nil {
		text += next.ObjectName()
	}
	f.told = append(f.told, text)
	return errors.New("it is in use")
}

// What is gone is forgotten once it is gone for good.
func TestForget(t *testing.T) {
	f := newFixture(t)
	c := &forgetful{obedient: f.component}
	f.with(c)
	if err := f.apply(with("a", "b", "c"), nil); err != nil {
		t.Fatal(err)
	}
	change := func(commit error, named ...string) {
		t.Helper()
		var keys []component.ObjectKey
		for _, name := range named {
			keys = append(keys, component.ObjectKey{Kind: spec.KindAlertRule, Name: name})
		}
		next := with("b", "d")
		if err := f.Apply(context.Background(), f.state, next, keys, f.runtime, func(backend.Runtime) error { return commit }); !errors.Is(err, commit) {
			t.Fatalf("error %v, want %v", err, commit)
		}
	}
	change(errors.New("disk full"), "a", "c")
	if len(c.told) > 0 {
		t.Errorf("forgot %q though nothing was stored", c.told)
	}
	change(nil, "a", "b", "c", "d")
	if want := []string{"a>", "b>b", "c>"}; !slices.Equal(c.told, want) {
		t.Errorf("forgot %q, want %q", c.told, want)
	}
}
