package controlplane

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/fault"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/store"
)

// process applies a batch of writes to one stack and finishes each of them.
func (p *Plane) process(stack string, batch []*write) {
	defer p.survive(stack, batch)
	ctx, cancel := batchContext(batch)
	defer cancel()
	release, err := p.backend.Lock(ctx, stack)
	if err != nil {
		finishAll(batch, fmt.Errorf("cannot change stack %q: %w", stack, err))
		return
	}
	defer release()
	err = p.transact(ctx, stack, batch)
	if err == nil || len(batch) == 1 {
		finishAll(batch, err)
		return
	}
	// One of them spoils it for all: alone, only the culprit fails.
	for _, w := range batch {
		w.finish(p.transact(ctx, stack, []*write{w}))
	}
}

// survive turns a panic into an error of the writes that are not finished. They
// are processed in a goroutine of their own, so nobody else would catch it, and
// the writes to all other stacks would end as well.
func (p *Plane) survive(stack string, batch []*write) {
	cause := recover()
	if cause == nil {
		return
	}
	p.log.Error("panic", "stack", stack, "error", cause, "trace", string(debug.Stack()))
	for _, w := range batch {
		select {
		case <-w.done:
		default:
			w.finish(&api.Error{
				Code:    api.CodeInternal,
				Message: fmt.Sprintf("cannot change stack %q: internal error: %v", stack, cause),
				Detail:  "This is a defect of the control plane; its log has the details. Apply again: what was half done is put right.",
			})
		}
	}
}

func finishAll(batch []*write, err error) {
	for _, w := range batch {
		w.finish(err)
	}
}

// batchContext ends when every writer of the batch has gone away.
func batchContext(batch []*write) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		for _, w := range batch {
			select {
			case <-w.ctx.Done():
			case <-ctx.Done():
				return
			}
		}
		cancel()
	}()
	return ctx, cancel
}

// transact applies the writes together, all or none. Called with the lock held.
func (p *Plane) transact(ctx context.Context, stack string, batch []*write) error {
	before, err := p.load(ctx, stack)
	if err != nil {
		return err
	}
	if err := p.recover(ctx, stack, before); err != nil {
		return err
	}
	for _, w := range batch {
		if w.kind == spec.KindStack && w.object == nil {
			// Whatever else is in the batch is tried again after it, alone.
			if len(batch) > 1 {
				return errors.New("a stack is deleted on its own")
			}
			return p.destroy(ctx, before, stack, w.force)
		}
	}
	t := &transaction{plane: p, stack: stack, before: before, next: before.state.Clone()}
	defer t.pruneSecrets(ctx)
	for _, w := range batch {
		if err := t.stage(ctx, w); err != nil {
			return err
		}
	}
	if len(t.changes) == 0 {
		return nil // deletes of what is not there
	}
	return t.apply(ctx, batch)
}

// recover puts right what a dead writer left. Where the store has nothing of a
// stack nobody has begun one either: what the backend has of it stays.
func (p *Plane) recover(ctx context.Context, stack string, before stored) error {
	switch {
	case before.runtime == nil:
		return nil
	case !before.exists:
		return p.backend.Recover(ctx, stack, nil)
	}
	return p.backend.Recover(ctx, stack, before.runtime)
}

// destroy removes a stack, with its objects if it may.
func (p *Plane) destroy(ctx context.Context, before stored, stack string, force bool) error {
	objects := slices.DeleteFunc(before.state.Objects(), func(o spec.Object) bool { return before.leaving[markOf(o)] })
	if len(objects) > 0 && !force {
		return inUse(stack, objects)
	}
	fault.Point("destroy-begins")
	if before.runtime != nil {
		if err := p.backend.Detach(ctx, before.state, *before.runtime); err != nil {
			return err
		}
	}
	if err := p.backend.Destroy(ctx, stack); err != nil {
		return err
	}
	fault.Point("destroyed")
	changes := make([]store.Change, 0, len(before.revisions))
	for key := range before.revisions {
		changes = append(changes, store.Change{Key: key, IfRevision: store.AnyRevision})
	}
	if _, err := p.store.Commit(ctx, changes...); err != nil {
		return unavailable(fmt.Sprintf("delete stack %q", stack), err)
	}
	return nil
}
