package selfhosted

import (
	"context"
	"errors"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/backend"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Detach implements backend.Backend.
func (b *Backend) Detach(ctx context.Context, state spec.State, runtime backend.Runtime) error {
	return detach(ctx, b.parts(state, runtime, ""), nil)
}

// left takes away what the stack had put into a component that ran elsewhere
// and that it has just left. That component may be gone for good, which must not
// keep anybody from leaving it.
func (b *Backend) left(ctx context.Context, prev *spec.State, next spec.State, runtime backend.Runtime) {
	if prev == nil {
		return
	}
	if err := detach(ctx, b.parts(*prev, runtime, ""), &next); err != nil {
		b.Logger.Warn("cannot tidy what is not used any more", "stack", next.Stack.Name, "error", err)
	}
}

// detach takes away what the stack put into the attached ones of the parts, but
// for those that keep, if it is not nil, is attached to as well.
func detach(ctx context.Context, parts []part, keep *spec.State) error {
	var errs []error
	for _, p := range parts {
		a, ok := p.Component.(component.Attacher)
		if !ok || p.attached == "" || keep != nil && p.Spec(&keep.Stack).Enabled && a.Attached(&keep.Stack) == p.attached {
			continue
		}
		errs = append(errs, a.Detach(ctx, p.input))
	}
	return errors.Join(errs...)
}

// forget lets the parts forget what they noted about the named objects, as far
// as these are gone or have become something else.
func (b *Backend) forget(parts []part, prev *spec.State, next spec.State, named []component.ObjectKey) {
	if prev == nil {
		return
	}
	for _, p := range parts {
		forgetter, ok := p.Component.(component.Forgetter)
		if !ok {
			continue
		}
		for _, key := range named {
			before := prev.Get(key.Kind, key.Name)
			if before == nil {
				continue
			}
			if err := forgetter.Forget(p.input, before, next.Get(key.Kind, key.Name)); err != nil {
				b.Logger.Warn("cannot forget what is not used any more", "stack", next.Stack.Name, "object", key.Name, "error", err)
			}
		}
	}
}
