package acctest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/tfcli"
)

// built is the provider of this test process, made when the first test wants it.
var built struct {
	once sync.Once
	dir  string
	err  error
}

// BuildProvider builds the real provider binary, with the fault points compiled
// in, once for all tests and returns the directory that holds it.
func BuildProvider(t *testing.T) string {
	t.Helper()
	built.once.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "opp-acctest-"); built.err == nil {
			built.err = buildProvider(built.dir)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return built.dir
}

func buildProvider(dir string) error {
	binary := filepath.Join(dir, "terraform-provider-opp")
	build := exec.Command("go", "build", "-tags", "faults", "-o", binary, "github.com/openpolicyplatform/terraform-provider-opp")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("cannot build the provider: %v\n%s", err, out)
	}
	return tfcli.WriteConfig(filepath.Join(dir, "cli.tfrc"), binary, "openpolicyplatform/opp")
}

// Workspace is a directory in which Terraform runs with a built provider, as a
// user would run it.
type Workspace struct {
	t         *testing.T
	dir       string
	terraform string
	provider  string
	stateDir  string
}

// NewWorkspace makes a workspace with one configuration. Several may share a
// stateDir.
func NewWorkspace(t *testing.T, provider, stateDir, config string) *Workspace {
	t.Helper()
	cli, err := tfcli.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w := &Workspace{t: t, dir: t.TempDir(), terraform: cli.Path, provider: provider, stateDir: stateDir}
	w.Configure(config)
	return w
}

// Configure replaces the configuration.
func (w *Workspace) Configure(config string) {
	w.t.Helper()
	head := "terraform {\n  required_providers {\n    opp = { source = \"openpolicyplatform/opp\" }\n  }\n}\n"
	if err := os.WriteFile(filepath.Join(w.dir, "main.tf"), []byte(head+config), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// Dir is where Terraform runs and keeps its state.
func (w *Workspace) Dir() string { return w.dir }

// Run runs a command and returns its exit code and output. env is added to the
// environment.
func (w *Workspace) Run(env []string, args ...string) (int, string) {
	command := exec.Command(w.terraform, append(args, "-no-color")...)
	command.Env = append([]string{"TF_CLI_CONFIG_FILE=" + filepath.Join(w.provider, "cli.tfrc"), "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1"}, env...)
	return w.run(command)
}

// RunProvider runs a command of the provider's own and returns its exit code
// and output.
func (w *Workspace) RunProvider(args ...string) (int, string) {
	return w.run(exec.Command(filepath.Join(w.provider, "terraform-provider-opp"), args...))
}

// run adds the workspace's environment to the command's.
func (w *Workspace) run(command *exec.Cmd) (int, string) {
	command.Dir = w.dir
	command.Env = slices.Concat(os.Environ(), []string{"OPP_STATE_DIR=" + w.stateDir}, command.Env)
	out, err := command.CombinedOutput()
	exit := (*exec.ExitError)(nil)
	if err != nil && !errors.As(err, &exit) {
		return -1, err.Error()
	}
	return command.ProcessState.ExitCode(), string(out)
}

// Apply must succeed.
func (w *Workspace) Apply(args ...string) string {
	w.t.Helper()
	return w.must(0, append([]string{"apply", "-auto-approve", "-input=false"}, args...)...)
}

// State is Terraform's state as JSON.
func (w *Workspace) State() string {
	w.t.Helper()
	return w.must(0, "show", "-json")
}

// PlanEmpty fails the test if anything would change.
func (w *Workspace) PlanEmpty() {
	w.t.Helper()
	w.must(0, "plan", "-detailed-exitcode", "-input=false")
}

// Destroy must succeed.
func (w *Workspace) Destroy() {
	w.t.Helper()
	w.must(0, "destroy", "-auto-approve", "-input=false")
}

func (w *Workspace) must(code int, args ...string) string {
	w.t.Helper()
	got, out := w.Run(nil, args...)
	if got != code {
		w.t.Fatalf("terraform %v: exit %d, want %d\n%s", args, got, code, out)
	}
	return out
}
