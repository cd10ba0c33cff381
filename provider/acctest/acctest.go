// Package acctest is the acceptance harness: the real Terraform (or OpenTofu),
// the provider, and the real components in a state directory of the test's own.
package acctest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/client"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/controlplane/local"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine/process"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/supervisor"
	"github.com/openpolicyplatform/terraform-provider-opp/provider"
)

// version is what the provider and its supervisor call themselves under test.
const version = "0.0.0-test"

// Main runs the tests, or a supervisor if the test binary is started as one.
func Main(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == "supervise" {
		if err := supervisor.Run(context.Background(), supervisor.Config{StateDir: os.Args[3], Version: version, Linger: time.Second}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if os.Getenv("TF_ACC") == "" {
		fmt.Fprintln(os.Stderr, "acceptance tests need TF_ACC=1; run make test")
		os.Exit(1)
	}
	status := m.Run()
	if built.dir != "" {
		_ = os.RemoveAll(built.dir)
	}
	os.Exit(status)
}

// Env is one test's own platform.
type Env struct {
	t *testing.T
	// StateDir of the provider under test.
	StateDir string
	// Client talks to the same state directory.
	Client *client.Client
	// Factories serve the provider in the test's process.
	Factories map[string]func() (tfprotov6.ProviderServer, error)

	grafanaHome string
}

// New makes an empty state directory. When the test ends it checks that no unit
// is left, and stops those that are.
func New(t *testing.T) *Env {
	t.Helper()
	dir := t.TempDir()
	config := local.Config{StateDir: dir, Version: version}
	c, err := local.Connect(config, "", "")
	if err != nil {
		t.Fatal(err)
	}
	e := &Env{t: t, StateDir: dir, Client: c}
	e.Factories = map[string]func() (tfprotov6.ProviderServer, error){
		"opp": func() (tfprotov6.ProviderServer, error) {
			return provider.NewServer(version, func(provider.Config) (*client.Client, error) { return local.Connect(config, "", "") }), nil
		},
	}
	t.Cleanup(e.checkEmpty)
	return e
}

// Engine is the process engine of the state directory.
func (e *Env) Engine() engine.Engine {
	self, err := os.Executable()
	if err != nil {
		e.t.Fatal(err)
	}
	return process.New(process.Config{StateDir: e.StateDir, Version: version, Command: []string{self, "supervise", "--state-dir", e.StateDir}})
}

func (e *Env) checkEmpty() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	units, err := e.Engine().List(ctx, "")
	if err != nil {
		e.t.Error(err)
	}
	for _, unit := range units {
		e.t.Errorf("unit %s is left (pid %d)", unit.Unit.Name, unit.PID)
		if err := e.Engine().Remove(ctx, unit.Unit.Name); err != nil {
			e.t.Error(err)
		}
	}
	for _, process := range e.orphans() {
		e.t.Errorf("a process is left that no engine knows: %s", process)
	}
	left, err := filepath.Glob(filepath.Join(e.StateDir, "stacks", "*"))
	if err != nil || len(left) > 0 {
		e.t.Errorf("files are left: %v %v", left, err)
	}
}

// orphans are the command lines of processes other than supervisors that have to
// do with the state directory. Only Linux tells.
func (e *Env) orphans() []string {
	var found []string
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range files {
		content, _ := os.ReadFile(file) // it may be gone by now
		line := strings.TrimSpace(strings.ReplaceAll(string(content), "\x00", " "))
		if strings.Contains(line, e.StateDir) && !strings.Contains(line, " supervise ") {
			found = append(found, filepath.Dir(file)+": "+line)
		}
	}
	return found
}

// Provider is the configuration block that uses the test's state directory.
func (e *Env) Provider() string {
	return fmt.Sprintf("provider \"opp\" {\n  state_dir = %q\n}\n", e.StateDir)
}

// PlainStack is the resource of a stack "production" on free ports.
const PlainStack = `
resource "opp_monitoring_stack" "main" {
  name = "production"
  prometheus = {
    port                = 0
    scrape_interval     = "1s"
    evaluation_interval = "1s"
  }
  alertmanager  = { port = 0 }
  node_exporter = { port = 0 }
}
`

// Stack is the configuration of PlainStack. extra is put into the resource.
func (e *Env) Stack(extra string) string {
	return e.Provider() + strings.TrimSuffix(PlainStack, "}\n") + extra + "\n}\n"
}

// Observe reads the stack.
func (e *Env) Observe(stack string) *api.Observation {
	e.t.Helper()
	o, err := e.Client.Observe(context.Background(), stack)
	if err != nil {
		e.t.Fatal(err)
	}
	return o
}

// Endpoint is the base URL of a component of the stack.
func (e *Env) Endpoint(stack, component string) string {
	e.t.Helper()
	url := e.Observe(stack).Status.Endpoints[component]
	if url == "" {
		e.t.Fatalf("stack %q has no endpoint for %s", stack, component)
	}
	return url
}

// GetJSON decodes what a component answers.
func (e *Env) GetJSON(url string, into any) {
	e.t.Helper()
	if err := json.Unmarshal([]byte(e.GetText(url)), into); err != nil {
		e.t.Fatalf("GET %s: %v", url, err)
	}
}

// GetText is the body of what a component answers with 200.
func (e *Env) GetText(url string) string {
	e.t.Helper()
	response, err := http.Get(url) //nolint:noctx // a test's own loopback request
	if err != nil {
		e.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		e.t.Fatalf("GET %s: %s %v %s", url, response.Status, err, body)
	}
	return string(body)
}

// Reload makes a component read its files again, as an administrator would.
func (e *Env) Reload(stack, component string) {
	e.t.Helper()
	response, err := http.Post(e.Endpoint(stack, component)+"/-/reload", "", nil) //nolint:noctx // a test's own loopback request
	if err != nil {
		e.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(response.Body)
		e.t.Fatalf("cannot reload %s: %s", component, body)
	}
}

// Edit changes a file of the current generation by hand.
func (e *Env) Edit(stack, path string, change func(string) string) {
	e.t.Helper()
	name := filepath.Join(e.StateDir, "stacks", stack, "current", filepath.FromSlash(path))
	before, err := os.ReadFile(name)
	if err != nil {
		e.t.Fatal(err)
	}
	after := change(string(before))
	if after == string(before) {
		e.t.Fatalf("the edit of %s changed nothing:\n%s", path, before)
	}
	if err := os.WriteFile(name, []byte(after), 0o600); err != nil {
		e.t.Fatal(err)
	}
}

// Replace is an Edit that replaces text.
func (e *Env) Replace(stack, path, old, with string) {
	e.t.Helper()
	e.Edit(stack, path, func(text string) string { return strings.ReplaceAll(text, old, with) })
}

// patience is how long a condition may take that a test waits for. It says that
// something will not happen any more, not how fast it should: the machine may be
// busy with other things.
const patience = 3 * time.Minute

// Eventually fails the test if the condition does not come true in the end.
func Eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !condition(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", patience, what)
		}
	}
}

// unit is the status of a component's unit.
func (e *Env) unit(stack, component string) engine.Status {
	e.t.Helper()
	units, err := e.Engine().List(context.Background(), stack+"/"+component)
	if err != nil || len(units) != 1 {
		e.t.Fatalf("units of %s/%s = %v (%v)", stack, component, units, err)
	}
	return units[0]
}

// Processes visits the processes of a stack, and the supervisor.
func (e *Env) Processes(stack string, visit func(name, commandLine, environment string)) {
	e.t.Helper()
	units, err := e.Engine().List(context.Background(), stack+"/")
	if err != nil || len(units) == 0 {
		e.t.Fatalf("units of %s = %v (%v)", stack, units, err)
	}
	pids := map[string]int{"the supervisor": e.supervisorPID()}
	for _, unit := range units {
		pids[unit.Unit.Name] = unit.PID
	}
	for name, pid := range pids {
		proc := filepath.Join("/proc", strconv.Itoa(pid))
		commandLine, err := os.ReadFile(filepath.Join(proc, "cmdline"))
		if err != nil {
			e.t.Fatal(err)
		}
		environment, err := os.ReadFile(filepath.Join(proc, "environ"))
		if err != nil {
			e.t.Fatal(err)
		}
		visit(name, string(commandLine), string(environment))
	}
}

// PID is the process of a component.
func (e *Env) PID(stack, component string) int {
	e.t.Helper()
	return e.unit(stack, component).PID
}

// Signal sends a signal to the process of a component.
func (e *Env) Signal(stack, component string, signal syscall.Signal) {
	e.t.Helper()
	if err := syscall.Kill(e.PID(stack, component), signal); err != nil {
		e.t.Fatal(err)
	}
}

// Kill ends the supervisor and then a component, so that nobody restarts it.
func (e *Env) Kill(stack, component string) {
	e.t.Helper()
	pid := e.unit(stack, component).PID
	e.killSupervisor()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		e.t.Fatal(err)
	}
	Eventually(e.t, "the killed process is gone", func() bool { return Gone(pid) })
}

// Gone tells whether a process has ended. What is killed after its parent may be
// left for the first process of the machine to bury, which in a container need
// not care.
func Gone(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return true
	}
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return false // only Linux tells
	}
	// The state follows the name, which may contain anything.
	_, state, _ := strings.Cut(string(stat[strings.LastIndexByte(string(stat), ')')+1:]), " ")
	return strings.HasPrefix(state, "Z")
}

// PauseSupervisor stops the supervisor as debuggers do; the function it returns
// lets it go on.
func (e *Env) PauseSupervisor() (resume func()) {
	e.t.Helper()
	pid := e.supervisorPID()
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		e.t.Fatal(err)
	}
	resume = func() { _ = syscall.Kill(pid, syscall.SIGCONT) }
	e.t.Cleanup(resume)
	return resume
}

func (e *Env) killSupervisor() {
	e.t.Helper()
	pid := e.supervisorPID()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		e.t.Fatal(err)
	}
	Eventually(e.t, "the supervisor is gone", func() bool { return Gone(pid) })
}

func (e *Env) supervisorPID() int {
	e.t.Helper()
	content, err := os.ReadFile(filepath.Join(e.StateDir, "supervisor.json"))
	if err != nil {
		e.t.Fatal(err)
	}
	var handle struct {
		PID int `json:"pid"`
	}
	if err := json.Unmarshal(content, &handle); err != nil || handle.PID == 0 {
		e.t.Fatalf("supervisor.json does not tell the supervisor's pid: %v\n%s", err, content)
	}
	return handle.PID
}

// Imposter replaces a component by the same program with another value of a
// flag, or one more flag, started by hand. The function it returns ends it.
func (e *Env) Imposter(stack, component, flag string) func() {
	e.t.Helper()
	unit := e.unit(stack, component)
	e.Kill(stack, component)
	name, _, _ := strings.Cut(flag, "=")
	args := slices.DeleteFunc(slices.Clone(unit.Unit.Args), func(arg string) bool { return strings.HasPrefix(arg, name+"=") })
	command := exec.Command(unit.Unit.Path, append(args, flag)...)
	command.Dir = unit.Unit.Dir
	if err := command.Start(); err != nil {
		e.t.Fatal(err)
	}
	Eventually(e.t, "the imposter answers", func() bool {
		response, err := http.Get("http://" + unit.Unit.Listen[0] + "/-/ready") //nolint:noctx // a test's own loopback request
		if err != nil {
			return false
		}
		_ = response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
	return func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	}
}
