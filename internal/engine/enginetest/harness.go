package enginetest

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/porttest"
)

// patience bounds every wait of the suite. It says that something will not happen
// any more, not how fast it should: the machine may be busy with other things.
const patience = 2 * time.Minute

// Harness is one engine under test, empty.
type Harness struct {
	// New makes a caller of the engine; all callers share its units. What the
	// engine still runs at the end of the test is the harness's to remove.
	New func() engine.Engine
}

// Unit is a unit of the helper program that logs into the test's own directory.
func Unit(t *testing.T, name string, args ...string) engine.Unit {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	return engine.Unit{
		Name: name, Path: self, Args: args, Env: []string{helperEnv}, Dir: dir,
		LogFile: filepath.Join(dir, "logs", "helper.log"), StopTimeout: 5 * time.Second,
	}
}

// Serving is a unit that serves on a free port.
func Serving(t *testing.T, name string, more ...string) (unit engine.Unit, address string) {
	t.Helper()
	address = porttest.Address(t)
	unit = Unit(t, name, append([]string{"serve", address}, more...)...)
	unit.Listen = []string{address}
	return unit, address
}

// Ask waits until a serving unit answers and returns the answer.
func Ask(t *testing.T, address string) (served Served) {
	t.Helper()
	// A connection per request, so that no answer comes from a process on its way out.
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	Eventually(t, address+" answers", func() bool {
		response, err := client.Get("http://" + address)
		if err != nil {
			return false
		}
		defer response.Body.Close()
		return json.NewDecoder(response.Body).Decode(&served) == nil
	})
	return served
}

// Tell has a serving unit, which may not answer yet, do what the path says.
func Tell(t *testing.T, address, path string) {
	t.Helper()
	Ask(t, address)
	// What it is told may keep it from answering.
	if response, err := http.Get("http://" + address + path); err == nil {
		response.Body.Close()
	}
}

// Silent tells whether nobody listens on the address.
func Silent(address string) bool {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return true
	}
	conn.Close()
	return false
}

// Eventually waits for a condition, which it describes when it gives up.
func Eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !condition(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited %s in vain until %s", patience, what)
		}
	}
}

// Ensure fails the test if the engine fails.
func Ensure(t *testing.T, e engine.Engine, unit engine.Unit) engine.Status {
	t.Helper()
	status, err := e.Ensure(t.Context(), unit)
	if err != nil {
		t.Fatal(err)
	}
	return status
}

// List fails the test if the engine fails.
func List(t *testing.T, e engine.Engine, prefix string) []engine.Status {
	t.Helper()
	statuses, err := e.List(t.Context(), prefix)
	if err != nil {
		t.Fatal(err)
	}
	return statuses
}

// RemoveAll removes every unit, also when the test's context has ended.
func RemoveAll(t *testing.T, e engine.Engine) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	statuses, err := e.List(ctx, "")
	if err != nil {
		t.Error(err)
	}
	for _, status := range statuses {
		if err := e.Remove(ctx, status.Unit.Name); err != nil {
			t.Error(err)
		}
	}
}
