package selfhosted

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/backend"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/fault"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Apply implements backend.Backend.
func (b *Backend) Apply(
	ctx context.Context, prev *spec.State, next spec.State, named []component.ObjectKey, runtime backend.Runtime, commit func(backend.Runtime) error,
) error {
	if err := b.runnable(&next.Stack); err != nil {
		return err
	}
	if err := b.checkLogRules(ctx, prev, next, runtime); err != nil {
		return err
	}
	asked := runtime
	asked.Versions = b.ownVersions(ctx, next.Stack)
	if prev == nil {
		held, err := b.Holds(next.Stack.Name)
		if err != nil {
			return err
		}
		if held {
			return b.resume(ctx, next, named, asked, commit)
		}
	}
	for try := 1; ; try++ {
		picked, err := b.assignPorts(next, asked)
		if err != nil {
			return err
		}
		err = b.attempt(ctx, prev, next, named, runtime, picked, commit)
		if err == nil || try == applyTries || ctx.Err() != nil || !b.lostPort(next.Stack, runtime, picked) {
			return err
		}
		b.Logger.Info("a port was taken before it could be used, trying others", "stack", next.Stack.Name, "error", err)
	}
}

// applyTries is how often ports are picked before an apply gives up.
const applyTries = 3

// attempt makes next run in the runtime picked, or what ran before in the
// runtime before.
func (b *Backend) attempt(
	ctx context.Context, prev *spec.State, next spec.State, named []component.ObjectKey,
	before, picked backend.Runtime, commit func(backend.Runtime) error,
) error {
	wanted, err := b.checked(ctx, next, picked)
	if err != nil {
		return err
	}
	done, err := b.advance(ctx, wanted, prev, named, picked, commit)
	if err == nil {
		fault.Point("committed")
		b.left(ctx, prev, next, before)
		b.forget(wanted.parts, prev, next, named)
		return nil
	}
	// The caller may be gone; what ran before has to run again all the same.
	ctx = context.WithoutCancel(ctx)
	if undo := errors.Join(unpublish(ctx, done), detach(ctx, wanted.parts, prev), b.rollBack(ctx, prev, next.Stack.Name, before)); undo != nil {
		return withCause(err, fmt.Errorf("additionally, the previous configuration could not be restored: %w", undo))
	}
	return err
}

// resume makes next run on the data of a stack that nobody has a record of any
// more. A failure undoes nothing: there is no state that could run again, and
// what is there must not go.
func (b *Backend) resume(
	ctx context.Context, next spec.State, named []component.ObjectKey, runtime backend.Runtime, commit func(backend.Runtime) error,
) error {
	picked, err := b.assignPorts(next, runtime)
	if err != nil {
		return err
	}
	wanted, err := b.checked(ctx, next, picked)
	if err != nil {
		return err
	}
	_, err = b.advance(ctx, wanted, nil, named, picked, commit)
	return err
}

// checked is a candidate that the components' own parsers accept.
func (b *Backend) checked(ctx context.Context, state spec.State, runtime backend.Runtime) (candidate, error) {
	c, err := b.candidate(ctx, state, runtime)
	if err == nil {
		err = c.check()
	}
	return c, err
}

// advance activates a candidate and commits it. It returns what it published,
// also when it fails.
func (b *Backend) advance(
	ctx context.Context, wanted candidate, prev *spec.State, named []component.ObjectKey,
	picked backend.Runtime, commit func(backend.Runtime) error,
) ([]publication, error) {
	fault.Point("configuration-checked")
	number, err := b.activate(ctx, wanted)
	var done []publication
	if err == nil {
		done, err = publish(ctx, wanted.parts, prev, named)
	}
	fault.Point("objects-published")
	if err == nil {
		picked.Generation = number
		err = commit(picked)
	}
	return done, err
}

// runnable refuses a stack with a component that nothing here can run, before
// anything is changed.
func (b *Backend) runnable(stack *spec.Stack) error {
	for _, wanted := range stack.Components() {
		known := func(c component.Component) bool { return c.Name() == wanted.Name }
		if wanted.Enabled && !slices.ContainsFunc(b.Components, known) {
			return fieldError(wanted.Name+".enabled", "this version cannot run %s yet", wanted.Name)
		}
	}
	return nil
}

// rollBack makes prev run again, or nothing if the stack is new.
func (b *Backend) rollBack(ctx context.Context, prev *spec.State, stack string, runtime backend.Runtime) error {
	if prev == nil {
		return b.Destroy(ctx, stack)
	}
	before, err := b.candidate(ctx, *prev, runtime)
	if err != nil {
		return err
	}
	_, err = b.activate(ctx, before)
	return err
}

// candidate renders a state and resolves binaries and launch specs. It changes
// nothing but the artifact cache, and starts the engine.
func (b *Backend) candidate(ctx context.Context, state spec.State, runtime backend.Runtime) (candidate, error) {
	e, err := b.engine(state)
	if err != nil {
		return candidate{}, err
	}
	supervisor, err := supervisorMetrics(ctx, e, true)
	if err != nil {
		return candidate{}, err
	}
	c := candidate{stack: state.Stack.Name, engine: e, parts: b.parts(state, runtime, supervisor), units: map[string]engine.Unit{}}
	for i := range c.parts {
		p := &c.parts[i]
		if p.attached != "" {
			continue
		}
		if p.input.Binary, err = b.binary(ctx, *p); err != nil {
			return candidate{}, err
		}
		unit, err := b.unit(*p)
		if err != nil {
			return candidate{}, err
		}
		c.units[unit.Name] = unit
	}
	c.files, err = render(c.parts)
	return c, err
}

// supervisorMetrics is the address of the engine's own metrics, which
// self-monitoring scrapes. With start, the engine runs afterwards, also where it
// has ended meanwhile: otherwise nobody would look after what runs.
func supervisorMetrics(ctx context.Context, e engine.Engine, start bool) (string, error) {
	source, ok := e.(engine.MetricsSource)
	if !ok {
		return "", nil
	}
	if starter, ok := e.(Starter); ok && start {
		if err := starter.Start(ctx); err != nil {
			return "", err
		}
	}
	return source.MetricsAddress(ctx)
}

func (b *Backend) binary(ctx context.Context, p part) (string, error) {
	if p.spec.Path == "" {
		name := p.Name()
		if replica, ok := p.Component.(component.Replica); ok {
			name = replica.Of()
		}
		return b.Artifacts.Get(ctx, name, p.spec.Version)
	}
	info, err := os.Stat(p.executable())
	if err != nil {
		return "", fieldError(p.Name()+".path", "cannot use %q as %s: %v", p.spec.Path, p.Name(), err)
	}
	if info.IsDir() || info.Mode().Perm()&0o111 == 0 {
		return "", fieldError(p.Name()+".path", "cannot use %q as %s: it is not an executable file", p.spec.Path, p.Name())
	}
	return p.executable(), nil
}

// executable is the binary that the user names.
func (p part) executable() string {
	if homer, ok := p.Component.(component.Homer); ok {
		return homer.Executable(p.spec.Path)
	}
	return p.spec.Path
}

// address is host:port of a component, with the port that was picked for it if
// the stack leaves it open.
func address(s spec.Component, picked int64) string {
	port := s.Port
	if port == 0 {
		port = picked
	}
	return net.JoinHostPort(s.ListenAddress, strconv.FormatInt(port, 10))
}

// Recover implements backend.Backend. A stack with a commit needs no more than
// its half-written generations removed: every write renders the whole state
// again and compares it with what is on disk and what runs.
func (b *Backend) Recover(ctx context.Context, stack string, committed *backend.Runtime) error {
	if committed == nil {
		return b.Destroy(ctx, stack)
	}
	return b.layout(stack).sweep()
}

// Holds implements backend.Backend.
func (b *Backend) Holds(stack string) (bool, error) {
	_, err := os.Stat(b.layout(stack).data(""))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return false, unusableDisk(err, "cannot look for the data of stack %q", stack)
	}
	return err == nil, nil
}

// Destroy implements backend.Backend.
func (b *Backend) Destroy(ctx context.Context, stack string) error {
	for _, e := range b.Engines {
		units, err := e.List(ctx, stack+"/")
		if err != nil {
			return err
		}
		for _, unit := range units {
			if err := e.Remove(ctx, unit.Unit.Name); err != nil {
				return err
			}
		}
	}
	fault.Point("units-removed")
	if err := os.RemoveAll(b.layout(stack).root); err != nil {
		return fmt.Errorf("cannot remove the files of stack %q: %w", stack, err)
	}
	return nil
}

// Settle implements backend.Backend.
func (b *Backend) Settle(ctx context.Context, state spec.State, runtime backend.Runtime, object spec.Object) error {
	for _, p := range b.parts(state, runtime, "") {
		if settler, ok := p.Component.(component.Settler); ok {
			if err := settler.Settle(ctx, p.input, object); err != nil {
				return err
			}
		}
	}
	return nil
}

// fieldError is an error about one attribute of the stack.
func fieldError(path, message string, args ...any) *api.Error {
	var fields spec.FieldErrors
	fields.Add(path, "", message, args...)
	return &api.Error{Code: api.CodeInvalid, Message: fields[0].Message, Fields: fields}
}

// refused turns a parser's complaint into an error that carries its words.
func refused(component string, err error) error {
	if known := (*api.Error)(nil); errors.As(err, &known) {
		return err
	}
	return &api.Error{Code: api.CodeRefused, Message: component + " would refuse the configuration", Detail: err.Error()}
}

// unavailable says that a component could not be brought up; what has a code
// already keeps it.
func unavailable(err error) error {
	if known := (*api.Error)(nil); err == nil || errors.As(err, &known) {
		return err
	}
	return &api.Error{Code: api.CodeUnavailable, Message: err.Error(), Cause: err}
}

// unusableDisk is a failure to read or write below the state directory.
func unusableDisk(cause error, message string, args ...any) error {
	return &api.Error{
		Code: api.CodeUnavailable, Message: fmt.Sprintf(message, args...) + ": " + cause.Error(), Cause: cause,
		Detail: "Free some space if the disk is full, or let this user read and write below the state directory, and apply again.",
	}
}

// withCause appends a second error to the detail of the first, whose code stays.
func withCause(err, second error) error {
	known := (*api.Error)(nil)
	if !errors.As(err, &known) {
		return fmt.Errorf("%w; %w", err, second)
	}
	both := *known
	both.Detail += "\n\n" + second.Error()
	return &both
}
