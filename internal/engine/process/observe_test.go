//go:build linux || darwin

package process_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine/enginetest"
)

func metricsAddress(t *testing.T, e engine.Engine) string {
	t.Helper()
	address, err := e.(engine.MetricsSource).MetricsAddress(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return address
}

func TestMetrics(t *testing.T) {
	e := newEngine(t, stateDir(t), "test")
	unit, _ := enginetest.Serving(t, "prod/web")
	unit.MemoryLimit = 100 << 20
	enginetest.Ensure(t, e, unit)
	response, err := http.Get("http://" + metricsAddress(t, e) + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		`opp_supervisor_unit_up{component="web",stack="prod"} 1`,
		`opp_supervisor_unit_restarts_total{component="web",stack="prod"} 0`,
		`opp_supervisor_unit_memory_limit_bytes{component="web",stack="prod"} 1.048576e+08`,
		`opp_supervisor_unit_memory_bytes{component="web",stack="prod"} `,
		`opp_supervisor_build_info{version="test"} 1`,
		"go_goroutines ", "process_start_time_seconds ",
	} {
		if !strings.Contains(string(text), "\n"+line) {
			t.Errorf("metrics lack %s", line)
		}
	}
}

func TestLogRotation(t *testing.T) {
	e := newEngine(t, stateDir(t), "test")
	enginetest.Ensure(t, e, enginetest.Unit(t, "s/quiet", "print", "2048"))
	loud := enginetest.Unit(t, "s/loud", "print", fmt.Sprint(11<<20))
	status := enginetest.Ensure(t, e, loud)
	enginetest.Eventually(t, "the log was rotated", func() bool {
		old, err := os.Stat(loud.LogFile + ".1")
		now, nowErr := os.Stat(loud.LogFile)
		return err == nil && old.Size() > 10<<20 && nowErr == nil && now.Size() < 2<<20
	})
	quiet := enginetest.List(t, e, "s/quiet")[0]
	if _, err := os.Stat(quiet.Unit.LogFile + ".1"); err == nil {
		t.Error("a small log was rotated")
	}
	if now := enginetest.List(t, e, "s/loud")[0]; now.PID != status.PID {
		t.Error("rotation restarted the unit")
	}
}

func TestMemoryLimitIsEnforced(t *testing.T) {
	dir := stateDir(t)
	e := newEngine(t, dir, "test")
	unit, address := enginetest.Serving(t, "s/eater")
	unit.MemoryLimit = 64 << 20
	if status := enginetest.Ensure(t, e, unit); status.MemoryLimitKind == engine.LimitSoft {
		t.Log("this machine has no cgroups that this user may make: only the kind can be tested")
		return
	}
	enginetest.Tell(t, address, fmt.Sprintf("/allocate/%d", 256<<20))
	const want = "exit 137: killed for exceeding its memory limit of 67108864 bytes"
	enginetest.Eventually(t, "the reason is "+want, func() bool {
		return enginetest.List(t, e, "s/eater")[0].Reason == want
	})
	if groups := cgroups(dir); len(groups) != 1 {
		t.Errorf("cgroups: %q", groups)
	}
	if err := e.Remove(t.Context(), unit.Name); err != nil {
		t.Fatal(err)
	}
	if groups := cgroups(dir); len(groups) != 0 {
		t.Errorf("cgroups are left: %q", groups)
	}
}

// cgroups are those that belong to the state directory.
func cgroups(dir string) (groups []string) {
	sum := sha256.Sum256([]byte(dir))
	own := "opp-" + hex.EncodeToString(sum[:6]) + "-"
	_ = filepath.WalkDir("/sys/fs/cgroup", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && strings.HasPrefix(entry.Name(), own) {
			groups = append(groups, path)
		}
		return nil
	})
	return groups
}

func TestPortInUseNamesItsOwner(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the owner of a port is known on Linux only")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	unit, _ := enginetest.Serving(t, "s/web")
	unit.Listen = []string{listener.Addr().String()}
	_, err = newEngine(t, stateDir(t), "test").Ensure(t.Context(), unit)
	if owner := fmt.Sprintf("(pid %d)", os.Getpid()); err == nil || !strings.Contains(err.Error(), owner) {
		t.Errorf("error lacks %s: %v", owner, err)
	}
}

// Who took the address of a unit that does not run is told, with or without a
// supervisor that tries to start it.
func TestOccupantIsTold(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the owner of a port is known on Linux only")
	}
	dir := stateDir(t)
	e := newEngine(t, dir, "test")
	unit, address := enginetest.Serving(t, "s/web")
	before := enginetest.Ensure(t, e, unit)
	if status := enginetest.List(t, e, "")[0]; status.Occupant != nil {
		t.Errorf("the unit itself counts as %s", status.Occupant)
	}
	end(t, dir, syscall.SIGKILL)
	if err := syscall.Kill(before.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if status := failed(t, e); status.Occupant != nil {
		t.Errorf("nobody listens, but %s is told", status.Occupant)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	told := func(when string) {
		o := enginetest.List(t, e, "")[0].Occupant
		if o == nil || o.PID != os.Getpid() || o.Address != address || !slices.Equal(o.Command, os.Args) {
			t.Errorf("%s: occupant is %+v, want this process at %s", when, o, address)
		}
	}
	told("without a supervisor")
	// It starts a supervisor, and changes nothing.
	if _, err := e.Ensure(t.Context(), unit); err == nil {
		t.Error("the unit started on an address in use")
	}
	told("with a supervisor")
}
