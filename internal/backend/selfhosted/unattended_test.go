package selfhosted_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/backend/selfhosted"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// mortal is an engine that units survive.
type mortal struct {
	*units
	dead bool
}

func (m *mortal) Start(context.Context) error {
	m.dead = false
	return nil
}

func (*mortal) MetricsAddress(context.Context) (string, error) { return "127.0.0.1:1", nil }

func (m *mortal) List(ctx context.Context, prefix string) ([]engine.Status, error) {
	all, err := m.units.List(ctx, prefix)
	for i := range all {
		all[i].Unattended = m.dead
	}
	return all, err
}

// Whatever is written next brings the engine back, though all units run.
func TestEngineThatDiedIsToldAndStarted(t *testing.T) {
	f := newFixture(t)
	m := &mortal{units: f.units}
	f.Backend = selfhosted.New(selfhosted.Config{
		StateDir: f.dir, Components: []component.Component{f.component},
		Engines: map[string]engine.Engine{spec.EngineProcess: m}, Artifacts: binaries{}, Logger: slog.New(slog.DiscardHandler),
	})
	drift := func() string {
		o, err := f.Observe(t.Context(), *f.state, f.runtime)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(o.Report.Drift[component.ObjectKey{Kind: spec.KindStack, Name: "production"}], "; ")
	}
	if err := f.apply(with("a"), nil); err != nil {
		t.Fatal(err)
	}
	if told := drift(); told != "" {
		t.Errorf("drift: %s", told)
	}
	m.dead = true
	if told := drift(); !strings.Contains(told, "supervisor: does not answer") {
		t.Errorf("drift: %q, want that nobody looks after the components", told)
	}
	if err := f.apply(with("a", "b"), nil); err != nil || m.dead {
		t.Errorf("apply: %v, the engine is dead: %t", err, m.dead)
	}
}
