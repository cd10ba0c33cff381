package selfhosted

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/backend"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// guest is a component that runs elsewhere and remembers whom it let go.
type guest struct {
	holder
	detached []string
	gone     bool
}

func (*guest) Name() string { return component.Grafana }

func (g *guest) Detach(_ context.Context, in component.Input) error {
	if g.gone {
		return errors.New("nobody answers")
	}
	g.detached = append(g.detached, in.State.Stack.Grafana.URL)
	return nil
}

func TestLeavingWhatRunsElsewhere(t *testing.T) {
	const here, elsewhere, other = "", "http://elsewhere", "http://other"
	off := state(elsewhere)
	off.Stack.Grafana.Enabled = false
	for name, test := range map[string]struct {
		prev *spec.State
		next spec.State
		want []string
	}{
		"a new stack":           {nil, state(elsewhere), nil},
		"the same":              {p(state(elsewhere)), state(elsewhere, spec.Dashboard{Name: "a"}), nil},
		"another one":           {p(state(elsewhere)), state(other), []string{elsewhere}},
		"one of our own":        {p(state(elsewhere)), state(here), []string{elsewhere}},
		"one of our own before": {p(state(here)), state(elsewhere), nil},
		"none any more":         {p(state(elsewhere)), off, []string{elsewhere}},
	} {
		t.Run(name, func(t *testing.T) {
			g := &guest{}
			b := New(Config{StateDir: t.TempDir(), Components: []component.Component{g}, Logger: slog.New(slog.DiscardHandler)})
			b.left(t.Context(), test.prev, test.next, backend.Runtime{})
			if !slices.Equal(g.detached, test.want) {
				t.Errorf("left %q, want %q", g.detached, test.want)
			}
			g.gone = true
			b.left(t.Context(), test.prev, test.next, backend.Runtime{}) // must not keep anybody
		})
	}
}

func TestDetach(t *testing.T) {
	g := &guest{}
	b := New(Config{StateDir: t.TempDir(), Components: []component.Component{g}, Logger: slog.New(slog.DiscardHandler)})
	if err := b.Detach(t.Context(), state("http://elsewhere"), backend.Runtime{}); err != nil || len(g.detached) != 1 {
		t.Errorf("left %q, error %v", g.detached, err)
	}
	if err := b.Detach(t.Context(), state(""), backend.Runtime{}); err != nil || len(g.detached) != 1 {
		t.Errorf("one of our own: left %q, error %v", g.detached, err)
	}
	g.gone = true
	if b.Detach(t.Context(), state("http://elsewhere"), backend.Runtime{}) == nil {
		t.Error("that nobody answers is not told")
	}
}
