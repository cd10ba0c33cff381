//go:build linux || darwin

package supervisor

import (
	"log/slog"
	"os"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine/enginetest"
)

func TestMain(m *testing.M) {
	enginetest.Main()
	os.Exit(m.Run())
}

// Without the handle file nobody knows of a unit that still runs and has the address.
func TestEnsureAfterTheHandlesWereLost(t *testing.T) {
	p, err := locate(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	fresh := func() *supervisor {
		return &supervisor{place: p, version: "test", log: slog.New(slog.DiscardHandler), units: map[string]*unit{}}
	}
	lost := fresh()
	want, address := enginetest.Serving(t, "s/web")
	before, err := lost.ensure(t.Context(), want)
	if err != nil {
		t.Fatal(err)
	}
	lost.unkeep(lost.units[want.Name])
	if err := os.Remove(p.handles()); err != nil {
		t.Fatal(err)
	}
	s := fresh()
	after, err := s.ensure(t.Context(), want)
	if err != nil {
		_ = lost.remove(t.Context(), want.Name)
		t.Fatal(err)
	}
	if served := enginetest.Ask(t, address); served.PID != after.PID || after.PID == before.PID {
		t.Errorf("pid %d became %d, and %d answers", before.PID, after.PID, served.PID)
	}
	if err := s.remove(t.Context(), want.Name); err != nil {
		t.Fatal(err)
	}
}

// The keeper has started the process again but not yet recorded it when
// somebody ensures the unit: who has the address then is the unit itself.
func TestEnsureWhileTheKeeperStarts(t *testing.T) {
	p, err := locate(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := &supervisor{place: p, version: "test", log: slog.New(slog.DiscardHandler), units: map[string]*unit{}}
	want, address := enginetest.Serving(t, "s/web")
	changed := want
	changed.MemoryLimit = 1 << 30
	for name, ensured := range map[string]engine.Unit{"as it was": want, "with another spec": changed} {
		t.Run(name, func(t *testing.T) {
			// The test takes the keeper's part, so that the moment lasts: like
			// the keeper, it ends what it began before it heeds the stop.
			u := &unit{
				turn: make(chan struct{}, 1), rec: record{Unit: want}, state: engine.StateBackoff,
				keeper: &keeper{stop: make(chan struct{}), done: make(chan struct{})},
			}
			k := u.keeper
			s.mu.Lock()
			s.units[want.Name] = u
			s.mu.Unlock()
			proc, bound, err := spawn(p, want)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = proc.stop(want.StopTimeout) })
			enginetest.Ask(t, address)
			go func() {
				defer close(k.done)
				<-k.stop
				s.adopt(u, proc, bound)
			}()

			status, err := s.ensure(t.Context(), ensured)
			if err != nil {
				t.Fatal(err)
			}
			if kept := status.PID == proc.pid; kept != (name == "as it was") || status.State != engine.StateRunning {
				t.Errorf("pid %d became %d, state %s", proc.pid, status.PID, status.State)
			}
			if served := enginetest.Ask(t, address); served.PID != status.PID {
				t.Errorf("the unit has pid %d, but %d answers", status.PID, served.PID)
			}
			if err := s.remove(t.Context(), want.Name); err != nil {
				t.Fatal(err)
			}
		})
	}
}
