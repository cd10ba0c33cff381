//go:build linux || darwin

package supervisor

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/disktest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine/enginetest"
)

// room is what is left of the disk.
const room = 100 << 10

// A full disk keeps neither what crashes from coming back nor a unit from being
// replaced. Only what nothing is recorded of yet is not started.
func TestFullDisk(t *testing.T) {
	p, err := locate(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := &supervisor{place: p, version: "test", log: slog.New(slog.DiscardHandler), units: map[string]*unit{}}
	unit, address := enginetest.Serving(t, "s/web", strings.Repeat("x", room/2), strings.Repeat("x", room/2))
	status, err := s.ensure(t.Context(), unit)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.remove(context.Background(), unit.Name); err != nil {
			t.Error(err)
		}
	})
	lift := disktest.LimitFiles(t, room)
	if err := syscall.Kill(status.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	enginetest.Eventually(t, "the unit came back", func() bool {
		now := s.list(unit.Name)[0]
		return now.State == engine.StateRunning && now.PID != status.PID
	})
	unit.MemoryLimit = 1 << 30
	status, err = s.ensure(t.Context(), unit)
	if err != nil {
		t.Fatal(err)
	}
	if served := enginetest.Ask(t, address); served.PID != status.PID {
		t.Errorf("the unit has pid %d, but %d answers", status.PID, served.PID)
	}
	other, _ := enginetest.Serving(t, "s/other")
	if _, err := s.ensure(t.Context(), other); err == nil || !strings.Contains(err.Error(), "cannot write supervisor handles") {
		t.Errorf("a new unit: %v", err)
	}
	lift()
}

func TestRotateKeepsAllWhenTheDiskIsFull(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	want := map[string]string{"": strings.Repeat("new", room), ".1": "one", ".2": "two", ".3": "three"}
	for suffix, text := range want {
		if err := os.WriteFile(path+suffix, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	lift := disktest.LimitFiles(t, room)
	for range keptLogs {
		if err := rotate(path); err == nil {
			t.Error("there was room")
		}
	}
	lift()
	for suffix, text := range want {
		if got, err := os.ReadFile(path + suffix); err != nil || string(got) != text {
			t.Errorf("log%s is %.20q, %v; want %.20q", suffix, got, err, text)
		}
	}
	if left, _ := filepath.Glob(path + ".*"); len(left) != keptLogs {
		t.Errorf("left are %q", left)
	}
}
