// Package componenttest runs real components for tests: binaries from the
// artifact cache, free ports, temporary folders.
package componenttest

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/porttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Tool is the path of an executable of a component in the artifact cache. A
// test that needs one that is not there fails.
func Tool(t testing.TB, name, version, tool string) string {
	t.Helper()
	cache := os.Getenv("XDG_CACHE_HOME")
	if cache == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			t.Fatal(err)
		}
		cache = filepath.Join(home, ".cache")
	}
	path := filepath.Join(cache, "opp", "components", name, version, tool)
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%s %s is not in the artifact cache: run make components", tool, version)
	}
	return path
}

// Run runs a tool and fails the test with its output if it does not succeed.
func Run(t testing.TB, path string, args ...string) {
	t.Helper()
	if out, err := exec.Command(path, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %q: %v\n%s", filepath.Base(path), args, err, out)
	}
}

// Input is an input with temporary folders and a free address for every
// enabled component.
func Input(t testing.TB, state spec.State) component.Input {
	t.Helper()
	state.Sort()
	root := t.TempDir()
	in := component.Input{
		State:      state,
		Addresses:  map[string]string{},
		ConfigDir:  filepath.Join(root, "config"),
		LiveDir:    filepath.Join(root, "live"),
		DataDir:    filepath.Join(root, "data"),
		SecretsDir: filepath.Join(root, "secrets"),
	}
	var names []string
	for _, part := range state.Stack.Components() {
		if part.Enabled {
			names = append(names, part.Name)
			for _, port := range furtherPorts()[part.Name] {
				names = append(names, part.Name+"/"+port)
			}
		}
	}
	for _, name := range names {
		in.Addresses[name] = porttest.Address(t)
	}
	for _, dir := range []string{in.ConfigDir, in.LiveDir, in.DataDir, in.SecretsDir} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, object := range state.Objects() {
		for _, secret := range object.Secrets() {
			write(t, in.SecretPath(secret), []byte("http://127.0.0.1/secret"))
		}
	}
	return in
}

// furtherPorts are the ports that components bind besides their own.
func furtherPorts() map[string][]string {
	return map[string][]string{component.Loki: {"grpc"}, component.Collector: {"metrics", "health"}}
}

// Publish renders the input and writes its files where the component reads
// them, in place of what was there.
func Publish(t testing.TB, c component.Component, in component.Input) component.Files {
	t.Helper()
	files, err := c.Render(in)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Check(in, files); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(in.ConfigDir); err != nil {
		t.Fatal(err)
	}
	for path, file := range files {
		if file.Live {
			Replace(t, filepath.Join(in.LiveDir, filepath.FromSlash(path)), file.Data)
		} else {
			write(t, filepath.Join(in.ConfigDir, filepath.FromSlash(path)), file.Data)
		}
	}
	return files
}

// Edit replaces text in a file, as a person with an editor would.
func Edit(t testing.TB, path, old, replacement string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(data, []byte(old)) {
		t.Fatalf("%s does not contain %q:\n%s", path, old, data)
	}
	write(t, path, bytes.Replace(data, []byte(old), []byte(replacement), 1))
}

func write(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// Process is a component that runs.
type Process struct {
	t    testing.TB
	c    component.Component
	in   component.Input
	path string
	args []string
	env  []string
	cmd  *exec.Cmd

	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (p *Process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

// String is what the component said so far.
func (p *Process) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// Start runs the component, with extra arguments, and waits until it is ready.
// It is killed when the test ends.
func Start(t testing.TB, c component.Component, in component.Input, path string, extra ...string) *Process {
	t.Helper()
	launch, err := c.Launch(in)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(in.DataDir, 0o700); err != nil {
		t.Fatal(err)
	}
	p := &Process{t: t, c: c, in: in, path: path, args: append(launch.Args, extra...), env: append(os.Environ(), launch.Env...)}
	t.Cleanup(func() {
		p.Kill()
		if t.Failed() {
			t.Logf("%s said:\n%s", c.Name(), p)
		}
	})
	p.Run()
	p.AwaitReady()
	return p
}

// Run starts the process, again if it has ended.
func (p *Process) Run() {
	p.t.Helper()
	p.cmd = exec.Command(p.path, p.args...)
	p.cmd.Dir, p.cmd.Env = p.in.DataDir, p.env
	p.cmd.Stdout, p.cmd.Stderr = p, p
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
}

// AwaitReady waits until the component is ready.
func (p *Process) AwaitReady() {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	for {
		err := p.c.Ready(ctx, p.in)
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			p.t.Fatalf("%s is not ready: %v", p.c.Name(), err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Stop lets the component end in order, and waits for that.
func (p *Process) Stop() {
	p.t.Helper()
	p.Signal(os.Interrupt)
	p.Wait()
}

// PID is the number of the process.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Signal sends a signal.
func (p *Process) Signal(signal os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(signal); err != nil {
		p.t.Error(err)
	}
}

// Kill ends the process at once, as a crash would, if it still runs.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill()
	p.Wait()
}

// Wait waits until the process has ended.
func (p *Process) Wait() { _ = p.cmd.Wait() }

// Observe observes the running component into a fresh report.
func Observe(t testing.TB, c component.Component, in component.Input, files component.Files) *component.Report {
	t.Helper()
	report := &component.Report{
		Observed: in.State.Clone(),
		Drift:    map[component.ObjectKey][]string{},
		Versions: map[string]string{},
	}
	if err := c.Observe(t.Context(), in, files, report); err != nil {
		t.Fatal(err)
	}
	return report
}

// BuiltInDashboard is the text of the dashboard about the stack itself, which a
// component publishes beside those of the state.
func BuiltInDashboard(t testing.TB, publisher component.Publisher, in component.Input) string {
	t.Helper()
	in.State.Dashboards = nil
	published := publisher.Published(in)
	if len(published) != 1 {
		t.Fatalf("%d objects are published, want the built-in dashboard", len(published))
	}
	return published[0].(*spec.Dashboard).ConfigJSON
}

// Replace publishes a file by rename, as live files are.
func Replace(t testing.TB, path string, data []byte) {
	t.Helper()
	write(t, path+".new", data)
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

// patience is how long a condition may take that a test waits for. It says that
// something will not happen any more, not how fast it should: the machine may be
// busy with other things.
const patience = 2 * time.Minute

// Eventually fails the test when the condition does not hold in the end.
func Eventually(t testing.TB, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the condition never held")
		}
	}
}

// Fails fails the test unless do ends with an error that has these words, although
// it would rather wait for what it is about. What it finds before its context
// ends is what counts, so it gets longer and longer to find something.
func Fails(t testing.TB, words string, do func(context.Context) error) {
	t.Helper()
	for limit := 200 * time.Millisecond; ; limit *= 2 {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		err := do(ctx)
		cancel()
		if err != nil && strings.Contains(err.Error(), words) {
			return
		}
		if err == nil || limit > patience {
			t.Errorf("error %v, want %q", err, words)
			return
		}
	}
}

// Sentences lists the drift of a report as "KIND NAME: SENTENCE", sorted.
func Sentences(report *component.Report) []string {
	var all []string
	for key, sentences := range report.Drift {
		for _, sentence := range sentences {
			all = append(all, string(key.Kind)+" "+key.Name+": "+sentence)
		}
	}
	slices.Sort(all)
	return all
}
