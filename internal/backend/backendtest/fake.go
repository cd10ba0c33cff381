// Package backendtest has a backend in memory for tests of the control plane.
package backendtest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/backend"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Fake is a backend that runs nothing. The zero value is not ready: use New.
type Fake struct {
	// Refuse, if set, is asked about every state that is to be applied; an
	// error keeps the state before.
	Refuse func(spec.State) error

	mu      sync.Mutex
	locks   map[string]chan struct{}
	running map[string]spec.State
	secrets map[string]map[string]string // stack → file → value
	applied []spec.State
	named   []component.ObjectKey
	routed  spec.State
	serial  int
}

var _ backend.Backend = (*Fake)(nil)

// New returns a backend in which nothing runs.
func New() *Fake {
	return &Fake{locks: map[string]chan struct{}{}, running: map[string]spec.State{}, secrets: map[string]map[string]string{}}
}

// Applied lists the states that were made to run, in order.
func (f *Fake) Applied() []spec.State {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]spec.State{}, f.applied...)
}

// Named lists the objects that the last apply was about.
func (f *Fake) Named() []component.ObjectKey {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.named
}

// Running is the state that runs, and whether there is one.
func (f *Fake) Running(stack string) (spec.State, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	state, ok := f.running[stack]
	return state, ok
}

// Secrets maps file to value of the secrets that are stored for a stack.
func (f *Fake) Secrets(stack string) map[string]string {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := map[string]string{}
	for file, value := range f.secrets[stack] {
		all[file] = value
	}
	return all
}

// Lock implements backend.Backend.
func (f *Fake) Lock(ctx context.Context, stack string) (func(), error) {
	f.mu.Lock()
	lock, ok := f.locks[stack]
	if !ok {
		lock = make(chan struct{}, 1)
		f.locks[stack] = lock
	}
	f.mu.Unlock()
	select {
	case lock <- struct{}{}:
		return func() { <-lock }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Recover implements backend.Backend.
func (f *Fake) Recover(ctx context.Context, stack string, committed *backend.Runtime) error {
	if committed == nil {
		return f.Destroy(ctx, stack)
	}
	return nil
}

// Holds implements backend.Backend.
func (f *Fake) Holds(stack string) (bool, error) {
	_, ok := f.Running(stack)
	return ok, nil
}

// Apply implements backend.Backend.
func (f *Fake) Apply(_ context.Context, _ *spec.State, next spec.State, named []component.ObjectKey, runtime backend.Runtime, commit func(backend.Runtime) error) error {
	if f.Refuse != nil {
		if err := f.Refuse(next); err != nil {
			return err
		}
	}
	runtime.Generation++
	if err := commit(runtime); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.running[next.Stack.Name] = next.Clone()
	f.applied = append(f.applied, next.Clone())
	f.named = named
	return nil
}

// Settle implements backend.Backend.
func (f *Fake) Settle(context.Context, spec.State, backend.Runtime, spec.Object) error { return nil }

// Observe implements backend.Backend: what is wanted runs.
func (f *Fake) Observe(_ context.Context, state spec.State, _ backend.Runtime) (backend.Observation, error) {
	return backend.Observation{
		Status: api.StackStatus{Status: api.StatusHealthy},
		Report: &component.Report{Observed: state.Clone(), Drift: map[component.ObjectKey][]string{}},
	}, nil
}

// Detach implements backend.Backend: nothing runs elsewhere.
func (*Fake) Detach(context.Context, spec.State, backend.Runtime) error { return nil }

// Destroy implements backend.Backend.
func (f *Fake) Destroy(_ context.Context, stack string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.running, stack)
	delete(f.secrets, stack)
	return nil
}

// PutSecret implements backend.Backend.
func (f *Fake) PutSecret(_ context.Context, stack string, key component.ObjectKey, field, value string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.serial++
	file := fmt.Sprintf("%s.%s.%s.%d", key.Kind, key.Name, field, f.serial)
	if f.secrets[stack] == nil {
		f.secrets[stack] = map[string]string{}
	}
	f.secrets[stack][file] = value
	return file, nil
}

// HasSecret implements backend.Backend.
func (f *Fake) HasSecret(stack, file string) bool {
	_, ok := f.Secrets(stack)[file]
	return ok
}

// PruneSecrets implements backend.Backend.
func (f *Fake) PruneSecrets(_ context.Context, stack string, keep map[string]bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for file := range f.secrets[stack] {
		if !keep[file] {
			delete(f.secrets[stack], file)
		}
	}
	return nil
}

// Alerts implements backend.Backend.
func (f *Fake) Alerts(context.Context, spec.State, backend.Runtime, []string) ([]api.Alert, error) {
	return []api.Alert{}, nil
}

// Describe implements backend.Backend.
func (f *Fake) Describe(context.Context, spec.State, backend.Runtime, spec.Object) error { return nil }

// Dashboard implements backend.Backend: there is none.
func (f *Fake) Dashboard(_ context.Context, _ spec.State, _ backend.Runtime, uid string) (api.Dashboard, error) {
	return api.Dashboard{}, &api.Error{Code: api.CodeNotFound, Message: fmt.Sprintf("there is no dashboard %q", uid)}
}

// Credentials implements backend.Backend.
func (f *Fake) Credentials(context.Context, spec.State, backend.Runtime, time.Duration) (api.GrafanaCredentials, error) {
	return api.GrafanaCredentials{ID: "1", URL: "http://127.0.0.1:3000", Token: "token"}, nil
}

// Revoke implements backend.Backend.
func (f *Fake) Revoke(context.Context, spec.State, backend.Runtime, string) error { return nil }

// Routed is the state of which the routing was told last.
func (f *Fake) Routed() spec.State {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.routed
}

// Routing implements backend.Backend: nobody is notified.
func (f *Fake) Routing(_ context.Context, state spec.State, _ backend.Runtime, _ api.RoutingQuery) (api.RoutingResult, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.routed = state
	return api.RoutingResult{Routes: []api.NotificationRoute{}}, nil
}

// Query implements backend.Backend.
func (f *Fake) Query(context.Context, spec.State, backend.Runtime, string) (api.QueryResult, error) {
	return api.QueryResult{Vector: []api.Sample{}}, nil
}

// SearchLogs implements backend.Backend.
func (f *Fake) SearchLogs(context.Context, spec.State, backend.Runtime, api.LogQuery) (api.LogQueryResult, error) {
	return api.LogQueryResult{Entries: []api.LogEntry{}, Vector: []api.Sample{}}, nil
}

// CheckLogQL implements backend.Backend: every expression is understood.
func (f *Fake) CheckLogQL(context.Context, spec.State, backend.Runtime, string) error { return nil }
