//go:build linux || darwin

package supervisor

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
)

func TestPreflight(t *testing.T) {
	dir := t.TempDir()
	plain := filepath.Join(dir, "plain")
	if err := os.WriteFile(plain, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		change func(*engine.Unit)
		want   string
	}{
		"good":           {func(*engine.Unit) {}, ""},
		"dotted name":    {func(u *engine.Unit) { u.Name = "a/../b" }, "the name is not made of"},
		"no name":        {func(u *engine.Unit) { u.Name = "" }, "the name is not made of"},
		"relative path":  {func(u *engine.Unit) { u.Path = "sh" }, "must be absolute"},
		"no log file":    {func(u *engine.Unit) { u.LogFile = "" }, "must be absolute"},
		"missing binary": {func(u *engine.Unit) { u.Path = dir + "/none" }, "does not exist"},
		"a directory":    {func(u *engine.Unit) { u.Path = dir }, "is not executable"},
		"not executable": {func(u *engine.Unit) { u.Path = plain }, "is not executable"},
		"no address":     {func(u *engine.Unit) { u.Listen = []string{"127.0.0.1:http-or-so"} }, "cannot listen on"},
	} {
		unit := engine.Unit{Name: "a/b", Path: "/bin/sh", LogFile: filepath.Join(dir, "log"), Dir: dir}
		test.change(&unit)
		err := preflight(unit, nil)
		if got := fmt.Sprint(err); test.want == "" && err != nil || !strings.Contains(got, test.want) {
			t.Errorf("%s: %s, want %q", name, got, test.want)
		}
	}
}

// Somebody who lets go of the address in a moment is no reason to refuse a unit.
func TestPreflightWaitsForAddresses(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	dir, address := t.TempDir(), listener.Addr().String()
	unit := engine.Unit{Name: "a/b", Path: "/bin/sh", LogFile: filepath.Join(dir, "log"), Dir: dir, Listen: []string{address}}
	if err := preflight(unit, nil); err == nil || !strings.Contains(err.Error(), address+" is in use") {
		t.Errorf("while somebody listens: %v", err)
	}
	time.AfterFunc(5*addressPoll, func() { _ = listener.Close() })
	if err := preflight(unit, nil); err != nil {
		t.Error(err)
	}
}

func TestTail(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	const old = "of the last run\n"
	var lines []string
	for i := range 5000 {
		lines = append(lines, fmt.Sprintf("line %d", i))
	}
	for name, test := range map[string]struct {
		written, want string
	}{
		"nothing":  {"", ""},
		"one line": {"sorry\n", "\nsorry"},
		"many":     {strings.Join(lines, "\n"), "\n" + strings.Join(lines[4990:], "\n")},
	} {
		if err := os.WriteFile(path, []byte(old+test.written), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := tail(path, int64(len(old))); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestRotateKeepsThree(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	for i := range 5 {
		if err := os.WriteFile(path, fmt.Append(nil, i), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := rotate(path); err != nil {
			t.Fatal(err)
		}
	}
	for suffix, want := range map[string]string{"": "", ".1": "4", ".2": "3", ".3": "2"} {
		if got, err := os.ReadFile(path + suffix); err != nil || string(got) != want {
			t.Errorf("log%s is %q, %v; want %q", suffix, got, err, want)
		}
	}
	if _, err := os.Stat(path + ".4"); err == nil {
		t.Error("there is a fourth old log")
	}
}

// A socket directory that others could have prepared must not be trusted.
func TestSocketDirectoryOfSomebodyElse(t *testing.T) {
	p, err := locate(filepath.Join(t.TempDir(), strings.Repeat("long/", 40)))
	if err != nil {
		t.Fatal(err)
	}
	path, err := p.socket()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Remove(filepath.Dir(path)) })
	if _, err := p.socket(); err == nil {
		t.Error("a directory open to others is accepted")
	}
}

func TestIdentity(t *testing.T) {
	first, alive := identity(os.Getpid())
	if again, _ := identity(os.Getpid()); !alive || first == "" || again != first {
		t.Errorf("own identity is %q, then %q", first, again)
	}
	if id, alive := identity(0); alive {
		t.Errorf("pid 0 is alive as %q", id)
	}
}

// Where no cgroup can be made, and beside one, the limit is what Go programs are
// told to keep to.
func TestEnvironment(t *testing.T) {
	p := place{key: "k"}
	for name, test := range map[string]struct {
		limit     int64
		env, want []string
	}{
		"limit":           {1000, []string{"A=b"}, []string{"A=b", "GOMEMLIMIT=900", "OPP_UNIT=k/s/web"}},
		"no limit":        {0, []string{"A=b"}, []string{"A=b", "OPP_UNIT=k/s/web"}},
		"one of its own":  {1000, []string{"GOMEMLIMIT=off"}, []string{"GOMEMLIMIT=off", "OPP_UNIT=k/s/web"}},
		"another of Go's": {1000, []string{"GOMEMLIMITS=1"}, []string{"GOMEMLIMITS=1", "GOMEMLIMIT=900", "OPP_UNIT=k/s/web"}},
	} {
		if got := environment(p, engine.Unit{Name: "s/web", MemoryLimit: test.limit, Env: test.env}); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
