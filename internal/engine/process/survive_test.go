//go:build linux || darwin

package process_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
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

// faultEnv is fault.Env, which ordinary builds do not have.
const faultEnv = "OPP_FAULT"

// info of the running supervisor.
func info(t *testing.T, dir string) supervisor.Info {
	t.Helper()
	info, err := supervisor.NewClient(dir).Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func running(dir string) bool {
	_, err := supervisor.NewClient(dir).Info(context.Background())
	return err == nil
}

// end signals the supervisor and waits until it does not answer any more.
func end(t *testing.T, dir string, signal syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(info(t, dir).PID, signal); err != nil {
		t.Fatal(err)
	}
	enginetest.Eventually(t, "the supervisor is gone", func() bool { return !running(dir) })
}

// failed waits until the only unit, which was killed, counts as failed.
func failed(t *testing.T, e engine.Engine) (status engine.Status) {
	t.Helper()
	enginetest.Eventually(t, "the unit has failed", func() bool {
		status = enginetest.List(t, e, "")[0]
		return status.State == engine.StateFailed
	})
	return status
}

func TestUnitsOutliveTheirSupervisor(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			dir := stateDir(t)
			e := newEngine(t, dir, "test")
			unit, address := enginetest.Serving(t, "s/web")
			before := enginetest.Ensure(t, e, unit)
			first := info(t, dir)

			end(t, dir, signal)
			if served := enginetest.Ask(t, address); served.PID != before.PID {
				t.Errorf("pid %d became %d", before.PID, served.PID)
			}
			if status := enginetest.List(t, e, "s/")[0]; status.State != engine.StateRunning || status.PID != before.PID {
				t.Errorf("without a supervisor: %+v", status)
			}
			if running(dir) {
				t.Error("listing started a supervisor")
			}

			after := enginetest.Ensure(t, e, unit)
			if after.PID != before.PID || after.Restarts != 0 {
				t.Errorf("after re-attachment: pid %d, was %d, %d restarts", after.PID, before.PID, after.Restarts)
			}
			if info(t, dir).PID == first.PID {
				t.Error("there is no new supervisor")
			}

			// The new one looks after a process that is not its child.
			if err := syscall.Kill(before.PID, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			enginetest.Eventually(t, "the unit was restarted", func() bool {
				status := enginetest.List(t, e, "s/")[0]
				return status.Restarts == 1 && status.State == engine.StateRunning && status.PID != before.PID
			})
		})
	}
}

func TestUnitThatEndsWithoutSupervisor(t *testing.T) {
	dir := stateDir(t)
	e := newEngine(t, dir, "test")
	unit, address := enginetest.Serving(t, "s/web")
	before := enginetest.Ensure(t, e, unit)
	end(t, dir, syscall.SIGKILL)
	if err := syscall.Kill(before.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if status := failed(t, e); status.Reason != "ended while no supervisor looked after it" || status.PID != 0 {
		t.Errorf("status: %+v", status)
	}
	if after := enginetest.Ensure(t, e, unit); after.State != engine.StateRunning {
		t.Errorf("status after ensure: %+v", after)
	}
	enginetest.Ask(t, address)
}

// A supervisor that is paused, or hangs, hides nothing.
func TestListWhileTheSupervisorIsPaused(t *testing.T) {
	dir := stateDir(t)
	e := newEngine(t, dir, "test")
	unit, _ := enginetest.Serving(t, "s/web")
	before := enginetest.Ensure(t, e, unit)
	paused := info(t, dir).PID
	if err := syscall.Kill(paused, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Kill(paused, syscall.SIGCONT) })
	var status engine.Status
	enginetest.Eventually(t, "the supervisor stands still", func() bool {
		status = enginetest.List(t, e, "")[0]
		return status.Unattended
	})
	if status.State != engine.StateRunning || status.PID != before.PID || before.Unattended {
		t.Errorf("status: %+v", status)
	}
	if err := syscall.Kill(before.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if status := failed(t, e); status.Reason != "ended while no supervisor looked after it" {
		t.Errorf("status of what was killed: %+v", status)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.List(ended, ""); !errors.Is(err, context.Canceled) {
		t.Errorf("the caller's end is answered by %v", err)
	}
	short, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := e.Ensure(short, unit); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("(pid %d) hangs, kill it", paused)) {
		t.Errorf("a change while it is paused: %v", err)
	}
}

func TestRemoveWithoutSupervisor(t *testing.T) {
	dir := stateDir(t)
	e := newEngine(t, dir, "test")
	unit, address := enginetest.Serving(t, "s/web")
	enginetest.Ensure(t, e, unit)
	end(t, dir, syscall.SIGKILL)
	if err := e.Remove(t.Context(), unit.Name); err != nil {
		t.Fatal(err)
	}
	if !enginetest.Silent(address) {
		t.Error("the unit still runs")
	}
}

func TestHandoverBetweenVersions(t *testing.T) {
	dir := stateDir(t)
	unit, address := enginetest.Serving(t, "s/web")
	before := enginetest.Ensure(t, newEngine(t, dir, "1"), unit)
	old := info(t, dir)
	metrics := metricsAddress(t, newEngine(t, dir, "1"))

	next := newEngine(t, dir, "2")
	enginetest.List(t, next, "")
	if now := info(t, dir); now != old {
		t.Errorf("listing replaced supervisor %+v by %+v", old, now)
	}
	after := enginetest.Ensure(t, next, unit)
	if now := info(t, dir); now.Version != "2" || now.PID == old.PID {
		t.Errorf("supervisor is %+v, was %+v", now, old)
	}
	if served := enginetest.Ask(t, address); served.PID != before.PID || after.PID != before.PID || after.Restarts != 0 {
		t.Errorf("pid %d became %d, %d restarts", before.PID, after.PID, after.Restarts)
	}
	if now := metricsAddress(t, next); now != metrics {
		t.Errorf("metrics address %s became %s", metrics, now)
	}
}

// TestCrashWhileStarting kills the supervisor at the two points between which
// a process exists that no handle names.
func TestCrashWhileStarting(t *testing.T) {
	supervise := filepath.Join(t.TempDir(), "supervise")
	build := exec.Command("go", "build", "-tags", "faults", "-o", supervise, "./testdata/supervise")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("cannot build a supervisor with faults: %v\n%s", err, out)
	}
	for _, point := range []string{"supervisor-after-intent", "supervisor-after-start"} {
		t.Run(point, func(t *testing.T) {
			dir := stateDir(t)
			unit, address := enginetest.Serving(t, "s/web")
			t.Setenv(faultEnv, point)
			crashing := process.New(process.Config{StateDir: dir, Version: "test", Command: []string{supervise, dir}})
			// The engine asks the next supervisor again. That one crashes as
			// well when it starts a unit, but not when it finds one running.
			_, err := crashing.Ensure(t.Context(), unit)
			// Only a supervisor that comes after a crash logs what it found.
			log := filepath.Join(dir, "supervisor.log")
			if count(t, log, "starting a unit that does not run")+count(t, log, "took over a unit") == 0 {
				t.Fatalf("the supervisor did not crash; ensure returned %v", err)
			}

			os.Unsetenv(faultEnv)
			after := enginetest.Ensure(t, newEngine(t, dir, "test"), unit)
			if served := enginetest.Ask(t, address); served.PID != after.PID {
				t.Errorf("the unit has pid %d, but %d answers", after.PID, served.PID)
			}
			if started := count(t, unit.LogFile, "serving on"); started != 1 {
				t.Errorf("the unit was started %d times", started)
			}
		})
	}
}

func count(t *testing.T, path, word string) int {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(data), word)
}

func TestLeavesWhenIdle(t *testing.T) {
	const linger = time.Second
	dir := stateDir(t)
	e := lingering(t, dir, "test", linger)
	unit, _ := enginetest.Serving(t, "s/web")
	enginetest.Ensure(t, e, unit)
	time.Sleep(2 * linger)
	if !running(dir) {
		t.Fatal("the supervisor left its unit alone")
	}
	if err := e.Remove(t.Context(), unit.Name); err != nil {
		t.Fatal(err)
	}
	enginetest.Eventually(t, "the supervisor has left", func() bool { return !running(dir) })
	enginetest.Eventually(t, "socket and handles are gone", func() bool {
		left, err := filepath.Glob(filepath.Join(dir, "supervisor.[sj]*"))
		return err == nil && len(left) == 0
	})
	if address := metricsAddress(t, e); address != "" {
		t.Errorf("metrics address without a supervisor is %q", address)
	}
}

func TestStaleSocket(t *testing.T) {
	dir := stateDir(t)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	stale, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(dir, "supervisor.sock"), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	stale.SetUnlinkOnClose(false)
	stale.Close()
	unit, _ := enginetest.Serving(t, "s/web")
	enginetest.Ensure(t, newEngine(t, dir, "test"), unit)
	info, err := os.Stat(filepath.Join(dir, "supervisor.sock"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("socket: %v, %v", info.Mode(), err)
	}
}

func TestLongStateDirectory(t *testing.T) {
	dir := cleanAfter(t, filepath.Join(t.TempDir(), strings.Repeat("long/", 40)))
	unit, address := enginetest.Serving(t, "s/web")
	enginetest.Ensure(t, newEngine(t, dir, "test"), unit)
	enginetest.Ask(t, address)
	first := info(t, dir)
	t.Setenv("TMPDIR", t.TempDir()) // as in another session
	if now := info(t, dir); now != first {
		t.Errorf("supervisor %+v became %+v", first, now)
	}
	resolved, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	key := sha256.Sum256([]byte(resolved))
	place := fmt.Sprintf("/tmp/opp-%d-%x", os.Getuid(), key[:6])
	if info, err := os.Stat(place); err != nil || info.Mode().Perm() != 0o700 {
		t.Fatalf("socket directory: %v", err)
	}
	if err := os.RemoveAll(place); err != nil { // as who tidies temporary files does
		t.Fatal(err)
	}
	enginetest.Eventually(t, "the supervisor listens again", func() bool {
		now, err := supervisor.NewClient(dir).Info(t.Context())
		return err == nil && now == first
	})
}

func TestSecondSupervisorLeavesAtOnce(t *testing.T) {
	dir := stateDir(t)
	unit, _ := enginetest.Serving(t, "s/web")
	enginetest.Ensure(t, newEngine(t, dir, "test"), unit)
	first := info(t, dir)
	if err := supervisor.Run(t.Context(), supervisor.Config{StateDir: dir, Version: "other"}); err != nil {
		t.Error(err)
	}
	if now := info(t, dir); now != first {
		t.Errorf("supervisor %+v became %+v", first, now)
	}
}

func TestStayingSupervisorStandsBy(t *testing.T) {
	dir := stateDir(t)
	e := newEngine(t, dir, "test")
	unit, _ := enginetest.Serving(t, "s/web")
	before := enginetest.Ensure(t, e, unit)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- supervisor.Run(ctx, supervisor.Config{StateDir: dir, Version: "test", Stay: true}) }()

	if err := syscall.Kill(info(t, dir).PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	enginetest.Eventually(t, "the staying supervisor has taken over", func() bool {
		now, err := supervisor.NewClient(dir).Info(t.Context())
		return err == nil && now.PID == os.Getpid()
	})
	if status := enginetest.List(t, e, "")[0]; status.PID != before.PID {
		t.Errorf("pid %d became %d", before.PID, status.PID)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if status := enginetest.List(t, e, "")[0]; status.PID != before.PID || status.State != engine.StateRunning {
		t.Errorf("after the supervisor was stopped: %+v", status)
	}
}

func TestSupervisorThatCannotStart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	e := process.New(process.Config{
		StateDir: dir, Version: "test", Command: []string{"/bin/sh", "-c", "echo out of luck >&2; exit 1"},
	})
	unit, _ := enginetest.Serving(t, "s/web")
	_, err := e.Ensure(t.Context(), unit)
	if err == nil || !strings.Contains(err.Error(), "out of luck") {
		t.Errorf("error lacks the supervisor's words: %v", err)
	}
}
