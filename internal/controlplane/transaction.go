package controlplane

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/backend"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/fault"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/store"
)

// transaction is the next state of a stack while it is being made.
type transaction struct {
	plane   *Plane
	stack   string
	before  stored
	next    spec.State
	changes []store.Change
	// puts is set when some write is not a delete; only then can the whole
	// state have become invalid.
	puts bool
	// sealed is set when secret files were written or may have become unused.
	sealed bool
	// leaving are the objects that were deleted and stay.
	leaving map[mark]bool
	// found is set when the store does not have the stack, but the backend does.
	found bool
}

// stage adds one write to the transaction.
func (t *transaction) stage(ctx context.Context, w *write) error {
	key := objectKey(t.stack, w.kind, w.name)
	revision, exists := t.before.revisions[key]
	exists = exists && !t.before.leaving[mark{w.kind, w.name}]
	if w.object == nil {
		if exists {
			t.next.Delete(w.kind, w.name)
			t.change(key, nil)
			t.sealed = t.sealed || len(t.before.state.Get(w.kind, w.name).Secrets()) > 0
		}
		return nil
	}
	if beginner, ok := w.object.(spec.Beginner); ok {
		beginner.Begin(time.Now(), t.before.state.Get(w.kind, w.name))
	}
	if err := t.expect(w, exists, t.before.bodies[key]); err != nil {
		return err
	}
	if d, ok := w.object.(spec.Dependent); ok {
		if problems := d.ValidateIn(&t.next.Stack); len(problems) > 0 {
			return invalid(w.object, problems)
		}
	}
	object, err := t.seal(ctx, w)
	if err != nil {
		return err
	}
	w.stored, w.revision = object, revision+1
	if err := t.put(object); err != nil {
		return err
	}
	return t.follow(object)
}

// follow makes other objects follow an update of what they share with the
// object: the interval of a rule group, the place of the default channel.
// Terraform updates objects one by one, in any order, and the first must not
// fail because the others still say what was before.
func (t *transaction) follow(object spec.Object) error {
	switch before := t.before.state.Get(object.Kind(), object.ObjectName()).(type) {
	case *spec.AlertRule:
		return t.followInterval(before, object.(*spec.AlertRule))
	case *spec.Channel:
		if changed := object.(*spec.Channel); changed.Default && !before.Default {
			return t.followDefault(changed.Name)
		}
	case *spec.Stack:
		name := object.(*spec.Stack).Alertmanager.DefaultChannel
		if name != "" && name != before.Alertmanager.DefaultChannel {
			return t.followDefault(name)
		}
	}
	return nil
}

func (t *transaction) followInterval(before, changed *spec.AlertRule) error {
	if !before.SameGroup(changed) || before.GroupInterval == "" || changed.GroupInterval == "" {
		return nil
	}
	for _, other := range t.next.Clone().AlertRules {
		if other.SameGroup(changed) && other.Name != changed.Name && other.GroupInterval == before.GroupInterval {
			other.GroupInterval = changed.GroupInterval
			if err := t.put(&other); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *transaction) followDefault(name string) error {
	for _, other := range t.next.Clone().Channels {
		if other.Default && other.Name != name {
			other.Default = false
			if err := t.put(&other); err != nil {
				return err
			}
		}
	}
	return nil
}

// put takes an object, its secrets sealed, into the next state and the changes.
func (t *transaction) put(object spec.Object) error {
	body, err := json.Marshal(object)
	if err != nil {
		return fmt.Errorf("cannot store %s %q: %w", object.Kind().Noun(), object.ObjectName(), err)
	}
	t.next.Put(object)
	t.puts = true
	t.change(objectKey(t.stack, object.Kind(), object.ObjectName()), body)
	return nil
}

// change notes what the transaction will write; the last write of a key counts.
func (t *transaction) change(key store.Key, body json.RawMessage) {
	change := store.Change{Key: key, Body: body, IfRevision: t.before.revisions[key]}
	if i := slices.IndexFunc(t.changes, func(c store.Change) bool { return c.Key == key }); i >= 0 {
		t.changes[i] = change
		return
	}
	t.changes = append(t.changes, change)
}

// expect compares what a write expects to find with what there is.
func (t *transaction) expect(w *write, exists bool, body json.RawMessage) error {
	noun := w.kind.Noun()
	switch {
	case w.kind != spec.KindStack && !t.before.exists:
		problem := spec.FieldErrors{}
		problem.Add("stack", "Create the stack first, in the same configuration by referring to opp_monitoring_stack.NAME.name.", "stack %q does not exist", t.stack)
		return invalid(w.object, problem)
	case w.mode == api.PutUpdate && !exists:
		return &api.Error{Code: api.CodeNotFound,
			Message: fmt.Sprintf("cannot update %s %q of stack %q: it does not exist", noun, w.name, t.stack),
			Detail:  "It was deleted by somebody else. Plan again: it will be created."}
	case w.mode == api.PutCreate && exists && !sameContent(w.object, body):
		return &api.Error{Code: api.CodeConflict,
			Message: fmt.Sprintf("cannot create %s %q in stack %q: one of that name exists and differs", noun, w.name, t.stack),
			Detail:  "Import it to manage it from here, or choose another name."}
	}
	w.adopted = w.mode == api.PutCreate && exists
	return nil
}

// seal returns a copy of a write's object in which the secret values are
// replaced by the files that hold them. The write keeps its values, because it
// may have to be tried again.
func (t *transaction) seal(ctx context.Context, w *write) (spec.Object, error) {
	object, err := clone(w.object)
	if err != nil {
		return nil, err
	}
	known := map[string]*spec.Secret{}
	if old := t.before.state.Get(w.kind, w.name); old != nil {
		known = old.Secrets()
	}
	t.sealed = t.sealed || len(known) > 0
	for field, secret := range object.Secrets() {
		old := known[field]
		switch {
		case secret.Value != "":
			t.sealed = true
			file, err := t.plane.backend.PutSecret(ctx, t.stack, component.ObjectKey{Kind: w.kind, Name: w.name}, field, secret.Value)
			if err != nil {
				return nil, err
			}
			secret.File, secret.Value = file, ""
		case old != nil && !t.plane.backend.HasSecret(t.stack, old.File):
			problem := spec.FieldErrors{}
			problem.Add(field, "Raise its version, so that Terraform sends the value again.", "the value that was stored is gone")
			return nil, invalid(w.object, problem)
		case old != nil:
			secret.File = old.File
		default:
			problem := spec.FieldErrors{}
			problem.Add(field, "Write-only values are never stored by Terraform: set the attribute and raise its version.", "the secret has no value and none was stored before")
			return nil, invalid(w.object, problem)
		}
	}
	return object, nil
}

// apply makes the next state run and commits it.
func (t *transaction) apply(ctx context.Context, batch []*write) error {
	if err := t.letGo(batch); err != nil {
		return err
	}
	if t.puts {
		if problems := t.next.Validate(); len(problems) > 0 {
			return crossInvalid(t.next, batch, problems)
		}
	}
	var prev *spec.State
	runtime := backend.Runtime{}
	if t.before.runtime != nil {
		runtime = *t.before.runtime
	}
	if t.before.exists {
		prev = &t.before.state
	} else if err := t.begin(ctx); err != nil {
		return err
	}
	fault.Point("staged")
	err := t.plane.backend.Apply(ctx, prev, t.next, namedBy(batch), runtime, func(r backend.Runtime) error {
		runtime = r
		return t.commit(r)
	})
	if err != nil {
		if !t.before.exists && !t.found {
			t.plane.abandon(ctx, t.stack)
		}
		return t.explain(batch, err)
	}
	for _, w := range batch {
		w.state, w.runtime, w.found = t.next, runtime, t.found
		if w.object == nil {
			w.staying = staying(&t.next, mark{w.kind, w.name})
		}
	}
	return nil
}

// namedBy are the objects that writes are about.
func namedBy(batch []*write) []component.ObjectKey {
	keys := make([]component.ObjectKey, len(batch))
	for i, w := range batch {
		keys[i] = component.ObjectKey{Kind: w.kind, Name: w.name}
	}
	return keys
}

// begin leaves word of a stack that is about to be started for the first time,
// so that whoever comes next can clean up if we die. Nobody may clean up one
// that ran: the store has lost it, its data is still there.
func (t *transaction) begin(ctx context.Context) error {
	var err error
	if t.found, err = t.plane.backend.Holds(t.stack); err != nil || t.found {
		return err
	}
	_, err = t.plane.store.Commit(ctx, store.Change{Key: runtimeKey(t.stack), Body: json.RawMessage(`{}`), IfRevision: store.AnyRevision})
	if err != nil {
		return unavailable(fmt.Sprintf("create stack %q", t.stack), err)
	}
	return nil
}

// commit stores the changes. The time that it may take does not depend on the
// writers' patience: the configuration already runs.
func (t *transaction) commit(r backend.Runtime) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	body, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("cannot store the runtime of stack %q: %w", t.stack, err)
	}
	changes := append([]store.Change{{Key: runtimeKey(t.stack), Body: body, IfRevision: store.AnyRevision}}, t.changes...)
	if _, err := t.plane.store.Commit(ctx, changes...); err != nil {
		return unavailable(fmt.Sprintf("store stack %q", t.stack), err)
	}
	return nil
}

// pruneSecrets removes the secret files that no committed object refers to.
func (t *transaction) pruneSecrets(ctx context.Context) {
	if !t.sealed {
		return
	}
	ctx = context.WithoutCancel(ctx)
	now, err := t.plane.load(ctx, t.stack)
	if err != nil || !now.exists {
		return
	}
	keep := map[string]bool{}
	for _, object := range append(now.state.Objects(), &now.state.Stack) {
		for _, secret := range object.Secrets() {
			keep[secret.File] = true
		}
	}
	if err := t.plane.backend.PruneSecrets(ctx, t.stack, keep); err != nil {
		t.plane.log.Warn("cannot prune secrets", "stack", t.stack, "error", err)
	}
}
