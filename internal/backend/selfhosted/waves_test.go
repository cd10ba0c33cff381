package selfhosted_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/backend/selfhosted"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// history is what happened, in order.
type history struct {
	mu     sync.Mutex
	events []string
}

func (h *history) add(event string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.events = append(h.events, event)
}

// leader is a component that tells when its configuration runs, or does not.
type leader struct {
	obedient
	*history
	fail error
}

func (l *leader) Verify(ctx context.Context, in component.Input, files component.Files, changed []string) error {
	if l.fail != nil {
		return l.fail
	}
	err := l.obedient.Verify(ctx, in, files, changed)
	l.add("leader runs its configuration")
	return err
}

// follower is a component that relies on the leader.
type follower struct {
	obedient
	*history
}

func (*follower) Name() string                           { return component.Alertmanager }
func (*follower) Spec(stack *spec.Stack) *spec.Component { return &stack.Alertmanager.Component }
func (*follower) Follows() []string                      { return []string{component.Prometheus, "of no stack"} }

func (f *follower) Launch(component.Input) (component.Launch, error) { return component.Launch{}, nil }

func (f *follower) Reload(ctx context.Context, in component.Input) error {
	f.add("follower reads its files")
	return f.obedient.Reload(ctx, in)
}

func TestFollowersComeAfterWhatTheyRelyOn(t *testing.T) {
	happened := &history{}
	first, second := &leader{history: happened}, &follower{history: happened}
	f := newFixture(t)
	f.units.starting = func(unit engine.Unit) error {
		happened.add(unit.Name + " starts")
		return nil
	}
	f.Backend = selfhosted.New(selfhosted.Config{
		StateDir: f.dir, Components: []component.Component{second, first},
		Engines: map[string]engine.Engine{spec.EngineProcess: f.units}, Artifacts: binaries{}, Logger: slog.New(slog.DiscardHandler),
	})
	state := func(rules ...string) spec.State {
		s := with(rules...)
		s.Stack.Alertmanager.Enabled = true
		return s
	}
	expect := func(what string, events ...string) {
		t.Helper()
		if !slices.Equal(happened.events, events) {
			t.Errorf("%s: %q happened, want %q", what, happened.events, events)
		}
		happened.events = nil
	}
	if err := f.apply(state("a"), nil); err != nil {
		t.Fatal(err)
	}
	expect("a new stack", "production/prometheus starts", "leader runs its configuration", "production/alertmanager starts")
	if err := f.apply(state("a", "b"), nil); err != nil {
		t.Fatal(err)
	}
	expect("a change", "leader runs its configuration", "follower reads its files")

	first.fail = errors.New("no")
	if err := f.apply(state("a", "b", "c"), nil); err == nil {
		t.Fatal("the apply succeeded")
	}
	expect("a leader that fails")
	if second.running != "a,b" {
		t.Errorf("the follower runs %q", second.running)
	}
}
