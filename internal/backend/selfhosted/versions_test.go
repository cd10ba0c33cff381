package selfhosted_test

import (
	"context"
	"errors"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// released is started in a way that goes by its release.
type released struct {
	*obedient
	// tells is what a binary says that it is.
	tells string
	asked int
}

func (r *released) VersionOf(context.Context, string) string {
	r.asked++
	return r.tells
}

func (*released) Launch(in component.Input) (component.Launch, error) {
	return component.Launch{Args: []string{"--for=" + in.State.Stack.Prometheus.Version}}, nil
}

// What a binary of the user's own says counts more than what the stack says, and
// is remembered: plans ask nobody.
func TestOwnBinaryTellsItsRelease(t *testing.T) {
	f := newFixture(t)
	c := &released{obedient: f.component, tells: "2.50.0"}
	f.with(c)
	own := func(version string) spec.State {
		s := with("a")
		s.Stack.Prometheus.Path, s.Stack.Prometheus.Version = "/bin/true", version
		return s
	}
	runs := func(want string) {
		t.Helper()
		if got := f.units.running["production/prometheus"].Args[0]; got != "--for="+want {
			t.Errorf("runs with %s, want the flags of %s", got, want)
		}
		asked := c.asked
		seen, err := f.Observe(t.Context(), *f.state, f.runtime)
		if err != nil || len(seen.Report.Drift) > 0 {
			t.Errorf("drift %v, %v", seen.Report.Drift, err)
		}
		if got := seen.Report.Observed.Stack.Prometheus.Version; got != f.state.Stack.Prometheus.Version {
			t.Errorf("the plan would change version from %s to %s", got, f.state.Stack.Prometheus.Version)
		}
		if c.asked != asked {
			t.Error("looking at the stack ran the binary")
		}
	}
	apply := func(next spec.State, commit error) {
		t.Helper()
		if err := f.apply(next, commit); !errors.Is(err, commit) {
			t.Fatal(err)
		}
	}
	apply(own("3.16.0"), nil)
	runs("2.50.0")
	c.tells = "2.51.0"
	apply(own("3.16.0"), errors.New("disk full"))
	runs("2.50.0") // as before
	apply(own("3.16.0"), nil)
	runs("2.51.0") // it was replaced
	c.tells = ""
	apply(own("3.15.0"), nil)
	runs("3.15.0")
	c.tells = "2.50.0"
	apply(with("a"), nil)
	runs(spec.DefaultStack("production").Prometheus.Version)
}
