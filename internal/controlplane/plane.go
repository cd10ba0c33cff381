// Package controlplane holds the use cases: it validates what users want, keeps
// it in the store and has a backend make it run. It knows monitoring and
// nothing of Terraform.
package controlplane

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/backend"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/server"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/store"
)

// settleTimeout is how long a write waits for an object that runs to take
// effect; Prometheus throttles target discovery to steps of 5 s.
const settleTimeout = 30 * time.Second

// Plane implements server.Plane. It is safe for concurrent use, and several
// planes over the same store and backend may run in several processes.
type Plane struct {
	store   store.Store
	backend backend.Backend
	log     *slog.Logger
	decoded decoder

	mu     sync.Mutex
	queues map[string]*queue // stack → its queue of writes
}

var _ server.Plane = (*Plane)(nil)

// New returns a control plane over a store and a backend. It touches neither
// until it is used.
func New(store store.Store, backend backend.Backend, log *slog.Logger) *Plane {
	return &Plane{store: store, backend: backend, log: log, queues: map[string]*queue{}}
}

// Put implements server.Plane.
func (p *Plane) Put(ctx context.Context, object spec.Object, mode api.PutMode) (api.PutResult[spec.Object], error) {
	spec.WithDefaults(object)
	if problems := object.Validate(); len(problems) > 0 {
		return api.PutResult[spec.Object]{}, invalid(object, problems)
	}
	if object.Kind() == spec.KindStack && mode == api.PutCreate {
		p.sweep(ctx)
	}
	w := &write{kind: object.Kind(), name: object.ObjectName(), object: object, mode: mode, ctx: ctx, done: make(chan struct{})}
	p.queue(object.StackName()).submit(w)
	if w.err != nil {
		return api.PutResult[spec.Object]{}, w.err
	}
	result := api.PutResult[spec.Object]{
		Adopted: w.adopted,
		Record:  api.Record[spec.Object]{Desired: w.stored, Observed: w.stored, Drift: []string{}, Revision: w.revision},
	}
	if w.kind == spec.KindStack {
		return result, p.observeStack(ctx, w, &result)
	}
	if _, ok := w.stored.(spec.Observed); ok {
		if err := p.describe(ctx, w, &result); err != nil {
			return result, err
		}
	}
	result.Warnings = append(result.Warnings, warningsAbout(w)...)
	settling, cancel := context.WithTimeout(ctx, settleTimeout)
	defer cancel()
	if err := p.backend.Settle(settling, w.state, w.runtime, w.stored); err != nil {
		result.Warnings = append(result.Warnings, fmt.Sprintf("The %s %q runs but has not taken effect yet: %v.", w.kind.Noun(), w.name, err))
	}
	return result, nil
}

// describe adds to the result what only the running component knows of the object.
func (p *Plane) describe(ctx context.Context, w *write, result *api.PutResult[spec.Object]) error {
	described, err := clone(w.stored)
	if err != nil {
		return err
	}
	result.Record.Observed = described
	if err := p.backend.Describe(ctx, w.state, w.runtime, described); err != nil {
		result.Warnings = append(result.Warnings, fmt.Sprintf("The %s %q was written but could not be read back: %v.", w.kind.Noun(), w.name, err))
	}
	return nil
}

// observeStack adds to the result what only the running stack can tell.
func (p *Plane) observeStack(ctx context.Context, w *write, result *api.PutResult[spec.Object]) error {
	_, o, err := p.look(ctx, w.name)
	if err != nil {
		return err
	}
	status := o.Status
	result.Status = &status
	result.Warnings = o.Warnings
	if w.found {
		result.Warnings = append(result.Warnings, fmt.Sprintf("The data of a stack %q that the store does not know was there and is used on.", w.name))
	}
	result.Record.Observed = &o.Report.Observed.Stack
	result.Record.Drift = driftOf(o.Report, spec.KindStack, w.name)
	return nil
}

// Delete implements server.Plane.
func (p *Plane) Delete(_ context.Context, kind spec.Kind, stack, name string, force bool) (api.DeleteResult, error) {
	// A delete that was asked for is carried out even if its caller goes away.
	w := &write{kind: kind, name: name, force: force, ctx: context.Background(), done: make(chan struct{})}
	p.queue(stack).submit(w)
	var result api.DeleteResult
	if w.staying != "" {
		result.Warnings = []string{w.staying}
	}
	return result, w.err
}

// Stacks implements server.Plane.
func (p *Plane) Stacks(ctx context.Context) ([]string, error) {
	names, err := p.store.Stacks(ctx)
	if err != nil {
		return nil, unavailable("list stacks", err)
	}
	stacks := []string{}
	for _, name := range names {
		_, err := p.store.Get(ctx, stackKey(name))
		if err == nil {
			stacks = append(stacks, name)
		} else if !errors.Is(err, store.ErrNotFound) {
			return nil, unavailable("list stacks", err)
		}
	}
	return stacks, nil
}

// sweep removes what writers that died while they created a stack left
// running. A stack whose creation is still under way is left alone.
func (p *Plane) sweep(ctx context.Context) {
	names, err := p.store.Stacks(ctx)
	if err != nil {
		return
	}
	for _, name := range names {
		if _, err := p.store.Get(ctx, stackKey(name)); !errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err := p.sweepStack(ctx, name); err != nil {
			p.log.Warn("cannot remove what is left of an unfinished stack", "stack", name, "error", err)
		}
	}
}

func (p *Plane) sweepStack(ctx context.Context, name string) error {
	now, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	release, err := p.backend.Lock(now, name)
	if err != nil {
		return nil // its creator is alive
	}
	defer release()
	if _, err := p.store.Get(ctx, stackKey(name)); !errors.Is(err, store.ErrNotFound) {
		return err
	}
	p.abandon(ctx, name)
	return nil
}

// abandon removes what there is of a stack that was never committed. Called
// with the lock held. What cannot be removed now is swept later.
func (p *Plane) abandon(ctx context.Context, stack string) {
	ctx = context.WithoutCancel(ctx)
	err := p.backend.Destroy(ctx, stack)
	if err == nil {
		_, err = p.store.Commit(ctx, store.Change{Key: runtimeKey(stack), IfRevision: store.AnyRevision})
	}
	if err != nil {
		p.log.Warn("cannot remove what is left of an unfinished stack", "stack", stack, "error", err)
	}
}

func (p *Plane) queue(stack string) *queue {
	p.mu.Lock()
	defer p.mu.Unlock()
	q, ok := p.queues[stack]
	if !ok {
		q = newQueue(func(batch []*write) { p.process(stack, batch) })
		p.queues[stack] = q
	}
	return q
}
