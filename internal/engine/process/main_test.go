//go:build linux || darwin

package process_test

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine/enginetest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine/process"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/supervisor"
)

// superviseArg makes the test binary a supervisor: superviseArg STATE_DIR VERSION LINGER.
const superviseArg = "supervise-for-test"

func TestMain(m *testing.M) {
	enginetest.Main()
	if len(os.Args) == 5 && os.Args[1] == superviseArg {
		if err := supervise(os.Args[2], os.Args[3], os.Args[4]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func supervise(dir, version, linger string) error {
	idle, err := time.ParseDuration(linger)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	return supervisor.Run(ctx, supervisor.Config{StateDir: dir, Version: version, Linger: idle})
}

// newEngine makes a caller of the engine in dir whose supervisors are this test binary.
func newEngine(t *testing.T, dir, version string) engine.Engine {
	t.Helper()
	return lingering(t, dir, version, supervisor.DefaultLinger)
}

// lingering is newEngine for supervisors that wait so long for units.
func lingering(t *testing.T, dir, version string, linger time.Duration) engine.Engine {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return process.New(process.Config{
		StateDir: dir, Version: version, Command: []string{self, superviseArg, dir, version, linger.String()},
	})
}

// stateDir is removed when its units and its supervisor are gone.
func stateDir(t *testing.T) string {
	t.Helper()
	return cleanAfter(t, filepath.Join(t.TempDir(), "state"))
}

func cleanAfter(t *testing.T, dir string) string {
	t.Helper()
	t.Cleanup(func() {
		enginetest.RemoveAll(t, newEngine(t, dir, "test"))
		if now, err := supervisor.NewClient(dir).Info(context.Background()); err == nil {
			_ = syscall.Kill(now.PID, syscall.SIGTERM)
		}
		enginetest.Eventually(t, "the supervisor has left", func() bool { return !running(dir) })
		log, _ := os.ReadFile(filepath.Join(dir, "supervisor.log"))
		if strings.Contains(string(log), "DATA RACE") || strings.Contains(string(log), "panic:") {
			t.Errorf("the supervisor misbehaved:\n%s", log)
		}
	})
	return dir
}

func TestSuite(t *testing.T) {
	enginetest.Run(t, func(t *testing.T) enginetest.Harness {
		dir := stateDir(t)
		return enginetest.Harness{New: func() engine.Engine { return newEngine(t, dir, "test") }}
	})
}
