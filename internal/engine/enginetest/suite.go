package enginetest

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
)

// Run runs the suite; setup makes a fresh engine for every test.
func Run(t *testing.T, setup func(t *testing.T) Harness) {
	for name, test := range map[string]func(*testing.T, Harness){
		"starts a unit as it is specified":         testStart,
		"leaves an identical unit alone":           testIdentical,
		"replaces a changed unit":                  testReplace,
		"restarts a unit on request":               testRestart,
		"sends SIGHUP on request":                  testHangUp,
		"restarts a unit that ends":                testBackoff,
		"removes without a trace":                  testRemove,
		"ends what does not want to end":           testStubborn,
		"refuses a port in use":                    testPortInUse,
		"refuses a missing binary":                 testMissingBinary,
		"refuses what ends at once":                testEndsAtOnce,
		"goes back when a replacement fails":       testRestore,
		"keeps what runs when a change is refused": testRefusedChange,
		"starts many units at once":                testConcurrent,
		"serves several callers of the same unit":  testSameUnit,
		"tells how memory is limited":              testMemoryLimit,
		"keeps units when the caller is gone":      testSurvives,
		"lists by prefix":                          testList,
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) { test(t, setup(t)) })
	}
}

func testStart(t *testing.T, h Harness) {
	e := h.New()
	unit, address := Serving(t, "s/web", "with space", "--flag=x")
	unit.Env = append(unit.Env, "GREETING=hello")
	t.Setenv("OPP_NOT_INHERITED", "1")

	status := Ensure(t, e, unit)
	if status.State != engine.StateRunning || status.PID == 0 || status.StartedAt.IsZero() || status.Restarts != 0 {
		t.Errorf("status after start: %+v", status)
	}
	if !reflect.DeepEqual(status.Unit, unit) {
		t.Errorf("unit is %+v, want %+v", status.Unit, unit)
	}
	served := Ask(t, address)
	if !slices.Equal(served.Args, unit.Args) {
		t.Errorf("args are %q, want %q", served.Args, unit.Args)
	}
	if !slices.Contains(served.Env, "GREETING=hello") {
		t.Errorf("environment lacks GREETING: %q", served.Env)
	}
	for _, inherited := range []string{"OPP_NOT_INHERITED=", "HOME=", "PATH="} {
		if slices.ContainsFunc(served.Env, func(v string) bool { return strings.HasPrefix(v, inherited) }) {
			t.Errorf("environment has %s although nothing is to be inherited", inherited)
		}
	}
	if status.Command != nil && !slices.Equal(status.Command[1:], unit.Args) {
		t.Errorf("observed command is %q, want arguments %q", status.Command, unit.Args)
	}
	if used := List(t, e, unit.Name)[0].MemoryUsed; used < 1<<20 {
		t.Errorf("memory used is %d bytes", used)
	}
	Eventually(t, "the output is in the log file", func() bool {
		log, _ := os.ReadFile(unit.LogFile)
		return strings.Contains(string(log), "serving on "+address)
	})
}

func testIdentical(t *testing.T, h Harness) {
	e := h.New()
	unit, _ := Serving(t, "s/web")
	first := Ensure(t, e, unit)
	if again := Ensure(t, e, unit); again.PID != first.PID || again.Restarts != 0 {
		t.Errorf("an identical unit got pid %d after %d, %d restarts", again.PID, first.PID, again.Restarts)
	}
}

func testReplace(t *testing.T, h Harness) {
	e := h.New()
	unit, address := Serving(t, "s/web", "old")
	first := Ensure(t, e, unit)
	unit.Args = []string{"serve", address, "new"}
	second := Ensure(t, e, unit)
	if served := Ask(t, address); served.Args[2] != "new" {
		t.Errorf("after a change %q still runs", served.Args)
	}
	if second.PID == first.PID || second.Restarts != 0 {
		t.Errorf("pid %d after %d, %d restarts", second.PID, first.PID, second.Restarts)
	}
	if list := List(t, e, ""); len(list) != 1 || list[0].Unit.Args[2] != "new" {
		t.Errorf("list after a change: %+v", list)
	}
}

func testRestart(t *testing.T, h Harness) {
	e := h.New()
	unit, address := Serving(t, "s/web")
	first := Ensure(t, e, unit)
	second, err := e.Restart(t.Context(), unit.Name)
	if err != nil {
		t.Fatal(err)
	}
	if second.PID == first.PID || second.State != engine.StateRunning {
		t.Errorf("restart: pid %d after %d, %s", second.PID, first.PID, second.State)
	}
	Ask(t, address)
	if list := List(t, e, ""); list[0].Restarts != 0 {
		t.Errorf("a wanted restart counts: %d", list[0].Restarts)
	}
	if _, err := e.Restart(t.Context(), "s/unknown"); err == nil || !strings.Contains(err.Error(), `"s/unknown"`) {
		t.Errorf("restart of an unknown unit: %v", err)
	}
}

func testHangUp(t *testing.T, h Harness) {
	e := h.New()
	unit, address := Serving(t, "s/web")
	first := Ensure(t, e, unit)
	Ask(t, address)
	if err := e.HangUp(t.Context(), unit.Name); err != nil {
		t.Fatal(err)
	}
	Eventually(t, "the process has got SIGHUP", func() bool { return Ask(t, address).HangUps == 1 })
	if after := List(t, e, unit.Name)[0]; after.PID != first.PID {
		t.Errorf("pid %d became %d", first.PID, after.PID)
	}
	if err := e.HangUp(t.Context(), "s/unknown"); err == nil || !strings.Contains(err.Error(), `"s/unknown"`) {
		t.Errorf("SIGHUP for an unknown unit: %v", err)
	}
}

func testBackoff(t *testing.T, h Harness) {
	e := h.New()
	unit, address := Serving(t, "s/crasher")
	Ensure(t, e, unit)
	// Each wait is longer than the one before, so one of them is seen.
	waited := false
	for ended := 0; ended < 2 || !waited; ended++ {
		Tell(t, address, "/crash")
		Eventually(t, "it was restarted", func() bool {
			status := List(t, e, unit.Name)[0]
			if status.State == engine.StateBackoff {
				waited = true
				if status.Reason != "exit 3" {
					t.Fatalf("reason is %q, want exit 3", status.Reason)
				}
			}
			return status.Restarts > ended
		})
	}
}

func testRemove(t *testing.T, h Harness) {
	e := h.New()
	unit, address := Serving(t, "s/web")
	unit.MemoryLimit = 256 << 20
	Ensure(t, e, unit)
	for range 2 {
		if err := e.Remove(t.Context(), unit.Name); err != nil {
			t.Fatal(err)
		}
	}
	if !Silent(address) {
		t.Error("it still listens")
	}
	if list := List(t, e, ""); len(list) != 0 {
		t.Errorf("units are left: %+v", list)
	}
}

func testStubborn(t *testing.T, h Harness) {
	e := h.New()
	unit, address := Serving(t, "s/web")
	unit.Args[0] = "stubborn"
	unit.StopTimeout = 1
	Ensure(t, e, unit)
	Ask(t, address)
	if err := e.Remove(t.Context(), unit.Name); err != nil {
		t.Fatal(err)
	}
	if !Silent(address) {
		t.Error("it still listens")
	}
}

func testPortInUse(t *testing.T, h Harness) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	address := listener.Addr().String()
	unit := Unit(t, "s/web", "serve", address)
	unit.Listen = []string{address}
	refused(t, h.New(), unit, address+" is in use")
}

func testMissingBinary(t *testing.T, h Harness) {
	unit := Unit(t, "s/web", "serve")
	unit.Path = filepath.Join(t.TempDir(), "nothing")
	refused(t, h.New(), unit, unit.Path)
}

func testEndsAtOnce(t *testing.T, h Harness) {
	refused(t, h.New(), Unit(t, "s/web", "crash", "bad flag, sorry"), "exit 3", "bad flag, sorry")
}

// refused expects that a new unit fails, with these words, and leaves nothing.
func refused(t *testing.T, e engine.Engine, unit engine.Unit, words ...string) {
	t.Helper()
	_, err := e.Ensure(t.Context(), unit)
	if err == nil {
		t.Fatal("it started")
	}
	for _, word := range append(words, fmt.Sprintf("cannot start unit %q", unit.Name)) {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("error lacks %q: %v", word, err)
		}
	}
	if list := List(t, e, ""); len(list) != 0 {
		t.Errorf("a refused unit is left: %+v", list)
	}
}

func testRestore(t *testing.T, h Harness) {
	e := h.New()
	unit, address := Serving(t, "s/web", "good")
	Ensure(t, e, unit)
	bad := unit
	bad.Args = []string{"crash", "new flag is bad"}
	_, err := e.Ensure(t.Context(), bad)
	if err == nil || !strings.Contains(err.Error(), "new flag is bad") {
		t.Errorf("error lacks the unit's own words: %v", err)
	}
	if served := Ask(t, address); served.Args[2] != "good" {
		t.Errorf("%q runs", served.Args)
	}
	if status := List(t, e, "")[0]; status.State != engine.StateRunning || !reflect.DeepEqual(status.Unit, unit) {
		t.Errorf("status: %+v", status)
	}
}

func testRefusedChange(t *testing.T, h Harness) {
	e := h.New()
	unit, _ := Serving(t, "s/web")
	before := Ensure(t, e, unit)
	unit.Path += "-missing"
	if _, err := e.Ensure(t.Context(), unit); err == nil {
		t.Fatal("it started")
	}
	if after := List(t, e, "")[0]; after.PID != before.PID {
		t.Errorf("pid %d became %d", before.PID, after.PID)
	}
}

func testConcurrent(t *testing.T, h Harness) {
	const units = 20
	var group errgroup.Group
	for i := range units {
		unit, e := Unit(t, fmt.Sprintf("s/unit-%d", i), "print", "0"), h.New()
		group.Go(func() error {
			_, err := e.Ensure(t.Context(), unit)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	pids := map[int]bool{}
	for _, status := range List(t, h.New(), "s/") {
		if status.State == engine.StateRunning {
			pids[status.PID] = true
		}
	}
	if len(pids) != units {
		t.Errorf("%d units run, want %d", len(pids), units)
	}
}

func testSameUnit(t *testing.T, h Harness) {
	unit, _ := Serving(t, "s/web")
	pids := make([]int, 8)
	var group errgroup.Group
	for i := range pids {
		e := h.New()
		group.Go(func() error {
			status, err := e.Ensure(t.Context(), unit)
			pids[i] = status.PID
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if len(slices.Compact(pids)) != 1 {
		t.Errorf("callers saw several processes: %v", pids)
	}
}

func testMemoryLimit(t *testing.T, h Harness) {
	e := h.New()
	unit, address := Serving(t, "s/web")
	if kind := Ensure(t, e, unit).MemoryLimitKind; kind != engine.LimitNone {
		t.Errorf("kind without a limit is %q", kind)
	}
	unit.MemoryLimit = 100 << 20
	kind := Ensure(t, e, unit).MemoryLimitKind
	if !slices.Contains([]string{engine.LimitCgroup1, engine.LimitCgroup2, engine.LimitSoft}, kind) {
		t.Errorf("kind with a limit is %q", kind)
	}
	if env := Ask(t, address).Env; !slices.Contains(env, "GOMEMLIMIT=94371840") {
		t.Errorf("GOMEMLIMIT is not 90 %% of the limit: %q", env)
	}
}

func testSurvives(t *testing.T, h Harness) {
	unit, _ := Serving(t, "s/web")
	first := Ensure(t, h.New(), unit)
	if again := Ensure(t, h.New(), unit); again.PID != first.PID {
		t.Errorf("another caller found pid %d, not %d", again.PID, first.PID)
	}
}

func testList(t *testing.T, h Harness) {
	e := h.New()
	if list := List(t, e, ""); len(list) != 0 {
		t.Errorf("an empty engine lists %+v", list)
	}
	for _, name := range []string{"b/two", "a/one", "b/one"} {
		Ensure(t, e, Unit(t, name, "print", "0"))
	}
	for prefix, want := range map[string][]string{
		"": {"a/one", "b/one", "b/two"}, "b/": {"b/one", "b/two"}, "c/": nil,
	} {
		var names []string
		for _, status := range List(t, e, prefix) {
			names = append(names, status.Unit.Name)
		}
		if !slices.Equal(names, want) {
			t.Errorf("prefix %q lists %q, want %q", prefix, names, want)
		}
	}
}
