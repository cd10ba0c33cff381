package selfhosted_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/backend"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/backend/selfhosted"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// obedient is a component whose running configuration is what it last read
// from disk, unless it is told to refuse.
type obedient struct {
	mu      sync.Mutex
	running string
	refuse  func(text string) error
	reloads int
}

func (*obedient) Name() string                                 { return component.Prometheus }
func (*obedient) Spec(stack *spec.Stack) *spec.Component       { return &stack.Prometheus.Component }
func (*obedient) Check(component.Input, component.Files) error { return nil }

func (*obedient) Render(in component.Input) (component.Files, error) {
	var names []string
	for _, rule := range in.State.AlertRules {
		names = append(names, rule.Name)
	}
	return component.Files{"rules.txt": {Data: []byte(strings.Join(names, ","))}}, nil
}

func (*obedient) Launch(in component.Input) (component.Launch, error) {
	return component.Launch{Args: []string{"--listen=" + in.Addresses[component.Prometheus]}}, nil
}

func (*obedient) Ready(context.Context, component.Input) error { return nil }

func (o *obedient) read(in component.Input) error {
	text, err := os.ReadFile(filepath.Join(in.ConfigDir, "rules.txt"))
	if err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.reloads++
	if o.refuse != nil {
		if err := o.refuse(string(text)); err != nil {
			return err
		}
	}
	o.running = string(text)
	return nil
}

func (o *obedient) Reload(_ context.Context, in component.Input) error { return o.read(in) }

// Verify stands for the start as well: a component reads its files when it starts.
func (o *obedient) Verify(_ context.Context, in component.Input, files component.Files, _ []string) error {
	if o.reloads == 0 {
		if err := o.read(in); err != nil {
			return err
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if want := string(files["rules.txt"].Data); o.running != want {
		return errors.New("runs " + o.running + ", wanted " + want)
	}
	return nil
}

func (*obedient) Observe(context.Context, component.Input, component.Files, *component.Report) error {
	return nil
}

// units is an engine that only remembers.
type units struct {
	mu      sync.Mutex
	running map[string]engine.Unit
	fail    error
	// starting, if set, decides whether a unit can be started.
	starting func(engine.Unit) error
	// hungUp are the units that got SIGHUP.
	hungUp []string
}

func (u *units) Ensure(_ context.Context, unit engine.Unit) (engine.Status, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.fail != nil {
		return engine.Status{}, u.fail
	}
	if u.starting != nil {
		if err := u.starting(unit); err != nil {
			return engine.Status{}, err
		}
	}
	u.running[unit.Name] = unit
	return engine.Status{Unit: unit, State: engine.StateRunning}, nil
}

func (u *units) Restart(ctx context.Context, name string) (engine.Status, error) {
	return u.Ensure(ctx, u.running[name])
}

func (u *units) HangUp(_ context.Context, name string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.hungUp = append(u.hungUp, name)
	return nil
}

func (u *units) Remove(_ context.Context, name string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.running, name)
	return nil
}

func (u *units) List(_ context.Context, prefix string) ([]engine.Status, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	var all []engine.Status
	for name, unit := range u.running {
		if strings.HasPrefix(name, prefix) {
			all = append(all, engine.Status{Unit: unit, State: engine.StateRunning})
		}
	}
	return all, nil
}

type binaries struct{}

func (binaries) Get(context.Context, string, string) (string, error) { return "/bin/true", nil }

type fixture struct {
	*selfhosted.Backend
	dir       string
	component *obedient
	units     *units
	runtime   backend.Runtime
	state     *spec.State
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{dir: t.TempDir(), component: &obedient{}, units: &units{running: map[string]engine.Unit{}}}
	return f.with(f.component)
}

func (f *fixture) with(c component.Component) *fixture {
	f.Backend = selfhosted.New(selfhosted.Config{
		StateDir: f.dir, Components: []component.Component{c},
		Engines: map[string]engine.Engine{spec.EngineProcess: f.units}, Artifacts: binaries{}, Logger: slog.New(slog.DiscardHandler),
	})
	return f
}

// with is a stack on a free port with these rules.
func with(rules ...string) spec.State {
	s := spec.State{Stack: spec.DefaultStack("production")}
	s.Stack.Prometheus.Port, s.Stack.SelfMonitoring = 0, false
	s.Stack.Alertmanager.Enabled, s.Stack.NodeExporter.Enabled = false, false
	for _, name := range rules {
		s.AlertRules = append(s.AlertRules, spec.AlertRule{Stack: "production", Name: name})
	}
	return s
}

func (f *fixture) apply(next spec.State, commit error) error {
	return f.Apply(context.Background(), f.state, next, nil, f.runtime, func(r backend.Runtime) error {
		if commit == nil {
			f.runtime, f.state = r, &next
		}
		return commit
	})
}

// onDisk is what the current generation says.
func (f *fixture) onDisk(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(f.dir, "stacks", "production", "current", component.Prometheus, "rules.txt"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestFailureRestoresWhatRan(t *testing.T) {
	for _, test := range []struct {
		name   string
		damage func(*fixture)
		commit error
	}{
		{"the component refuses to reload", func(f *fixture) {
			f.component.refuse = func(text string) error {
				if text != "a" {
					return errors.New("bad rules")
				}
				return nil
			}
		}, nil},
		{"the store cannot commit", func(*fixture) {}, errors.New("disk full")},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := newFixture(t)
			if err := f.apply(with("a"), nil); err != nil {
				t.Fatal(err)
			}
			port := f.runtime.Ports[component.Prometheus]
			test.damage(f)
			if err := f.apply(with("a", "b"), test.commit); err == nil {
				t.Fatal("the apply succeeded")
			}
			if got := f.onDisk(t); got != "a" || f.component.running != "a" {
				t.Errorf("on disk %q, running %q, want what ran before", got, f.component.running)
			}
			f.component.refuse = nil
			if err := f.apply(with("a", "b", "c"), nil); err != nil {
				t.Fatal(err)
			}
			if f.component.running != "a,b,c" || f.runtime.Ports[component.Prometheus] != port {
				t.Errorf("running %q on port %d, want all three on %d", f.component.running, f.runtime.Ports[component.Prometheus], port)
			}
		})
	}
}

func TestBothErrorsAreToldWhenNothingCanBeRestored(t *testing.T) {
	f := newFixture(t)
	if err := f.apply(with("a"), nil); err != nil {
		t.Fatal(err)
	}
	f.component.refuse = func(text string) error { return errors.New("refusing " + text) }
	err := f.apply(with("b"), nil)
	told := (*api.Error)(nil)
	if !errors.As(err, &told) || !strings.Contains(told.Message, "refusing b") || !strings.Contains(told.Detail, "refusing a") {
		t.Errorf("error = %#v, want both causes", err)
	}
}

func TestComponentThatCannotRunHereIsRefused(t *testing.T) {
	f := newFixture(t)
	next := with("a")
	next.Stack.Grafana.Enabled = true
	told := (*api.Error)(nil)
	if err := f.apply(next, nil); !errors.As(err, &told) || len(told.Fields) != 1 || told.Fields[0].Path != "grafana.enabled" {
		t.Errorf("error = %v, want one about grafana.enabled", err)
	}
	if len(f.units.running) > 0 {
		t.Errorf("running: %v", f.units.running)
	}
}

func TestFailedFirstApplyLeavesNothing(t *testing.T) {
	f := newFixture(t)
	f.units.fail = errors.New("port 9090 is taken")
	if err := f.apply(with("a"), nil); err == nil {
		t.Fatal("the apply succeeded")
	}
	if _, err := os.Stat(filepath.Join(f.dir, "stacks", "production")); !os.IsNotExist(err) {
		t.Errorf("the stack's directory is left: %v", err)
	}
}

// Between picking a port and starting what listens on it somebody else may take it.
// The data of a stack outlives what is known of it: whoever lost the store, or put
// a backup of the data back, goes on with it.
func TestDataThatIsThereIsUsed(t *testing.T) {
	f := newFixture(t)
	if err := f.apply(with("a"), nil); err != nil {
		t.Fatal(err)
	}
	block := filepath.Join(f.dir, "stacks", "production", "data", component.Prometheus, "block")
	if err := os.WriteFile(block, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f.state = nil
	f.component.refuse = func(string) error { return errors.New("no") }
	if err := f.apply(with("b"), nil); err == nil {
		t.Fatal("a configuration that was refused runs")
	}
	f.component.refuse = nil
	if err := f.apply(with("c"), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(block); err != nil || len(f.units.running) != 1 || f.component.running != "c" {
		t.Errorf("data: %v, units %v run %q; want what there was with the rule c", err, f.units.running, f.component.running)
	}
}

func TestPortThatIsTakenMeanwhileIsPickedAnew(t *testing.T) {
	f := newFixture(t)
	var taken []string
	f.units.starting = func(unit engine.Unit) error {
		if len(taken) == 2 {
			return nil
		}
		address := strings.TrimPrefix(unit.Args[0], "--listen=")
		listener, err := net.Listen("tcp", address)
		if err != nil {
			return err
		}
		t.Cleanup(func() { _ = listener.Close() })
		taken = append(taken, address)
		return errors.New("address " + address + " is in use")
	}
	if err := f.apply(with("a"), nil); err != nil {
		t.Fatal(err)
	}
	used := strings.TrimPrefix(f.units.running["production/prometheus"].Args[0], "--listen=")
	if len(taken) != 2 || slices.Contains(taken, used) {
		t.Errorf("%s is used, %v were taken", used, taken)
	}
	// A port that was ours is kept for what relies on it, even if the apply fails.
	kept := f.runtime
	f.units.fail = errors.New("address " + used + " is in use")
	changed := with("a")
	changed.Stack.Prometheus.Memory = "64MB"
	if err := f.apply(changed, nil); err == nil || f.runtime.Ports["prometheus"] != kept.Ports["prometheus"] {
		t.Errorf("error %v, ports %v, before %v", err, f.runtime.Ports, kept.Ports)
	}
}

func TestNothingToChangeReloadsNothing(t *testing.T) {
	f := newFixture(t)
	for range 3 {
		if err := f.apply(with("a"), nil); err != nil {
			t.Fatal(err)
		}
	}
	if f.component.reloads != 1 {
		t.Errorf("the component read its files %d times, want once", f.component.reloads)
	}
	f.component.running = "changed by hand"
	if err := f.apply(with("a"), nil); err != nil {
		t.Fatal(err)
	}
	if f.component.running != "a" {
		t.Errorf("running %q after a repair", f.component.running)
	}
}

// afterSignal is a component that reads its files only after SIGHUP.
type afterSignal struct {
	*obedient
	units *units
}

func (afterSignal) ReloadsOnHangUp() {}

func (a afterSignal) Reload(ctx context.Context, in component.Input) error {
	if len(a.units.hungUp) == 0 {
		return errors.New("asked to reload before SIGHUP")
	}
	return a.obedient.Reload(ctx, in)
}

func TestComponentThatReloadsOnSignalGetsItFirst(t *testing.T) {
	f := newFixture(t)
	f.with(afterSignal{f.component, f.units})
	for _, rules := range [][]string{{"a"}, {"a", "b"}} {
		if err := f.apply(with(rules...), nil); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"production/prometheus"}; !slices.Equal(f.units.hungUp, want) || f.component.running != "a,b" {
		t.Errorf("SIGHUP for %v, want %v; running %q", f.units.hungUp, want, f.component.running)
	}
	// One who does not say so gets none.
	f.with(f.component)
	if err := f.apply(with("a"), nil); err != nil || len(f.units.hungUp) != 1 {
		t.Errorf("error %v, SIGHUP for %v", err, f.units.hungUp)
	}
}

func TestHandEditedGenerationIsReplaced(t *testing.T) {
	f := newFixture(t)
	if err := f.apply(with("a"), nil); err != nil {
		t.Fatal(err)
	}
	edited := filepath.Join(f.dir, "stacks", "production", "current", component.Prometheus, "rules.txt")
	if err := os.WriteFile(edited, []byte("by hand"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.apply(with("a"), nil); err != nil {
		t.Fatal(err)
	}
	if got := f.onDisk(t); got != "a" {
		t.Errorf("on disk %q", got)
	}
}

func TestOldGenerationsGo(t *testing.T) {
	f := newFixture(t)
	for i := range 10 {
		if err := f.apply(with(strings.Repeat("x", i+1)), nil); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadDir(filepath.Join(f.dir, "stacks", "production", "generations"))
	if err != nil || len(kept) > 5 {
		t.Errorf("%d generations are kept (%v)", len(kept), err)
	}
}

func TestLockExcludesAndSurvivesDestroy(t *testing.T) {
	f := newFixture(t)
	release, err := f.Lock(context.Background(), "production")
	if err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := f.Lock(short, "production"); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("a second lock: %v, want to wait", err)
	}
	waiter := make(chan error)
	go func() {
		again, err := f.Lock(context.Background(), "production")
		if err == nil {
			defer again()
			// Nobody else may have it now, although Destroy removed the file
			// that we waited for.
			short, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
			defer cancel()
			if _, third := f.Lock(short, "production"); third == nil {
				err = errors.New("two holders of one lock")
			}
		}
		waiter <- err
	}()
	if err := f.Destroy(context.Background(), "production"); err != nil {
		t.Fatal(err)
	}
	release()
	if err := <-waiter; err != nil {
		t.Error(err)
	}
}

// Whoever comes between the end of a stack's files and that of its documents
// would find a stack, and start it again.
func TestLockLastsUntilDestroyedStackIsForgotten(t *testing.T) {
	f := newFixture(t)
	release, err := f.Lock(t.Context(), "production")
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Destroy(t.Context(), "production"); err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := f.Lock(short, "production"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a second lock: %v, want to wait", err)
	}
	release()
	if left, err := os.ReadDir(filepath.Join(f.dir, "stacks")); err != nil || len(left) > 0 {
		t.Errorf("left is %v (%v)", left, err)
	}
}

func TestStateDirectoryThatCannotBeUsed(t *testing.T) {
	f := newFixture(t)
	f.dir = filepath.Join(f.dir, "file")
	if err := os.WriteFile(f.dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f.with(f.component)
	told := (*api.Error)(nil)
	if _, err := f.Lock(t.Context(), "production"); !errors.As(err, &told) || !strings.Contains(told.Detail, "below the state directory") {
		t.Errorf("error %#v, want advice about the directory", err)
	}
}

func TestSecretsArePrivateAndPruned(t *testing.T) {
	f := newFixture(t)
	key := component.ObjectKey{Kind: spec.KindChannel, Name: "chat"}
	first, err := f.PutSecret(context.Background(), "production", key, "slack.api_url", "one")
	if err != nil {
		t.Fatal(err)
	}
	second, err := f.PutSecret(context.Background(), "production", key, "slack.api_url", "two")
	if err != nil || first == second {
		t.Fatalf("names %q and %q (%v), want different ones", first, second, err)
	}
	if err := f.PruneSecrets(context.Background(), "production", map[string]bool{second: true}); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(f.dir, "stacks", "production", "secrets")
	files, _ := os.ReadDir(dir)
	info, err := os.Stat(filepath.Join(dir, second))
	if err != nil || len(files) != 1 || info.Mode().Perm() != 0o600 {
		t.Errorf("files %v, mode %v (%v)", files, info.Mode(), err)
	}
}
