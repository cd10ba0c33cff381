package controlplane

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/store"
)

// An object that is deleted while others refer to it stays until they let go,
// so that nobody is cut off: it is leaving. Terraform deletes before it updates
// what referred to the deleted object, so this is the rule and not the exception.

// kindLeaving is the document that marks an object as leaving.
const kindLeaving = "leaving"

// mark is the body of such a document.
type mark struct {
	Kind spec.Kind `json:"kind"`
	Name string    `json:"name"`
}

func markOf(o spec.Object) mark { return mark{o.Kind(), o.ObjectName()} }

func (m mark) key(stack string) store.Key {
	return store.Key{Stack: stack, Kind: kindLeaving, Name: string(m.Kind) + "/" + m.Name}
}

// readMark decodes the document of a mark.
func readMark(d store.Document) (mark, error) {
	var m mark
	err := decode(d, &m)
	return m, err
}

// stripped is what stays of an object that is leaving: what others refer to,
// and nothing that it takes for itself.
func stripped(o spec.Object) spec.Object {
	if c, ok := o.(*spec.Channel); ok {
		receiver := *c
		receiver.Matchers, receiver.Default = nil, false
		return &receiver
	}
	return o
}

// strip leaves of the objects that are leaving what stays of them.
func (s *stored) strip() {
	for m := range s.leaving {
		if o := s.state.Get(m.Kind, m.Name); o != nil {
			s.state.Put(stripped(o))
		}
	}
}

// letGo decides which of the objects that are gone, or were leaving, stay
// because others still refer to them.
func (t *transaction) letGo(batch []*write) error {
	gone := map[mark]spec.Object{}
	for m := range t.before.leaving {
		if !t.putAnew(batch, m) {
			t.next.Delete(m.Kind, m.Name)
		}
	}
	there := map[mark]bool{}
	for _, o := range t.next.Objects() {
		there[markOf(o)] = true
	}
	for _, o := range t.before.state.Objects() {
		if m := markOf(o); !there[m] {
			gone[m] = o
		}
	}
	t.leaving = map[mark]bool{}
	for again := true; again; { // what stays may itself refer to another
		again = false
		for m, o := range gone {
			if !t.leaving[m] && len(t.next.Uses(m.Kind, m.Name)) > 0 {
				t.next.Put(stripped(o))
				t.leaving[m], again = true, true
			}
		}
	}
	for m := range gone {
		t.record(m)
	}
	for m := range t.before.leaving {
		if gone[m] == nil {
			t.change(m.key(t.stack), nil) // it is there again
		}
	}
	return t.refuseLeaving(batch)
}

// putAnew tells whether the batch creates the object again.
func (t *transaction) putAnew(batch []*write, m mark) bool {
	return slices.ContainsFunc(batch, func(w *write) bool { return w.object != nil && w.kind == m.Kind && w.name == m.Name })
}

// record notes in the changes whether an object that was deleted stays.
func (t *transaction) record(m mark) {
	key := objectKey(t.stack, m.Kind, m.Name)
	switch {
	case !t.leaving[m]:
		t.change(key, nil)
		if t.before.leaving[m] {
			t.change(m.key(t.stack), nil)
			t.sealed = true // its secrets go with it
		}
	default:
		t.changes = slices.DeleteFunc(t.changes, func(c store.Change) bool { return c.Key == key })
		if body, err := json.Marshal(m); err == nil && !t.before.leaving[m] {
			t.change(m.key(t.stack), body)
		}
	}
}

// refuseLeaving finds references to what is leaving in objects that did not
// have them before: to them it does not exist.
func (t *transaction) refuseLeaving(batch []*write) error {
	for _, w := range batch {
		object, ok := w.stored.(spec.Referrer)
		if !ok || len(t.leaving) == 0 {
			continue
		}
		known := map[mark]bool{}
		if old, ok := t.before.state.Get(w.kind, w.name).(spec.Referrer); ok {
			for _, r := range old.References() {
				known[mark{r.Kind, *r.Name}] = true
			}
		}
		for _, r := range object.References() {
			if m := (mark{r.Kind, *r.Name}); t.leaving[m] && !known[m] && !r.Loose {
				var problem spec.FieldErrors
				problem.Add(r.Path, "Name another, or declare it again.", "%s %q was removed, and only stays until those that refer to it let go", m.Kind.Noun(), m.Name)
				return invalid(object, problem)
			}
		}
	}
	return nil
}

// staying says of a deleted object who keeps it, empty if nobody does.
func staying(state *spec.State, m mark) string {
	uses := state.Uses(m.Kind, m.Name)
	if len(uses) == 0 {
		return ""
	}
	by := listed(uses, func(u spec.Use) string { return described(u.By) + " (" + u.Path + ")" })
	return fmt.Sprintf("The %s %q was removed but stays, because it is in use by %s. It goes as soon as they refer to something else.",
		m.Kind.Noun(), m.Name, strings.ReplaceAll(by, "\n", ", "))
}
