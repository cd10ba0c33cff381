package controlplane

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/backend"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/store"
)

// kindRuntime is the document that holds a stack's backend.Runtime. It exists
// from before a stack is first started until after it is gone.
const kindRuntime = "runtime"

func stackKey(stack string) store.Key {
	return store.Key{Stack: stack, Kind: string(spec.KindStack), Name: stack}
}

func runtimeKey(stack string) store.Key {
	return store.Key{Stack: stack, Kind: kindRuntime, Name: stack}
}

func objectKey(stack string, kind spec.Kind, name string) store.Key {
	return store.Key{Stack: stack, Kind: string(kind), Name: name}
}

// stored is all that the store has of one stack.
type stored struct {
	// exists tells whether the stack itself has been committed.
	exists  bool
	state   spec.State
	runtime *backend.Runtime
	// leaving are the objects of the state that were deleted but are in use.
	leaving   map[mark]bool
	revisions map[store.Key]uint64
	bodies    map[store.Key]json.RawMessage
}

func (p *Plane) load(ctx context.Context, stack string) (stored, error) {
	documents, err := p.store.List(ctx, stack)
	if err != nil {
		return stored{}, unavailable(fmt.Sprintf("read stack %q", stack), err)
	}
	s := stored{leaving: map[mark]bool{}, revisions: map[store.Key]uint64{}, bodies: map[store.Key]json.RawMessage{}}
	for _, d := range documents {
		s.revisions[d.Key], s.bodies[d.Key] = d.Revision, d.Body
		if d.Kind == kindRuntime {
			s.runtime = &backend.Runtime{}
			if err := decode(d, s.runtime); err != nil {
				return stored{}, err
			}
			continue
		}
		if d.Kind == kindLeaving {
			m, err := readMark(d)
			if err != nil {
				return stored{}, err
			}
			s.leaving[m] = true
			continue
		}
		object, err := p.decoded.object(d)
		if err != nil {
			return stored{}, err
		}
		s.exists = s.exists || object.Kind() == spec.KindStack
		s.state.Add(object)
	}
	s.strip()
	s.state.Sort()
	return s, nil
}

// decode reads a document, all of it: what this version does not know of an
// object would be missing from what it makes run, and nobody would be told.
func decode(d store.Document, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(d.Body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("cannot read %s: %w; if a newer version wrote it, upgrade the provider", d.Key, err)
	}
	return nil
}

// decoder decodes documents and remembers the objects, because a stack of a
// thousand objects is read again for every batch of writes. The objects are
// shared: nobody may change them.
type decoder struct {
	mu      sync.Mutex
	objects map[store.Key]decodedObject
}

type decodedObject struct {
	body   json.RawMessage
	object spec.Object
}

func (c *decoder) object(d store.Document) (spec.Object, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known, ok := c.objects[d.Key]; ok && bytes.Equal(known.body, d.Body) {
		return known.object, nil
	}
	object := spec.New(spec.Kind(d.Kind))
	if object == nil {
		return nil, fmt.Errorf("cannot read stack %q: it has a %s, which this version does not know; upgrade the provider", d.Stack, d.Kind)
	}
	if err := decode(d, object); err != nil {
		return nil, err
	}
	spec.WithDefaults(object) // for fields that the version which wrote it did not know
	if c.objects == nil {
		c.objects = map[store.Key]decodedObject{}
	}
	c.objects[d.Key] = decodedObject{body: d.Body, object: object}
	return object, nil
}

// sameContent compares an object with a stored one, but for the values and
// files of their secrets.
func sameContent(a spec.Object, body json.RawMessage) bool {
	b := spec.New(a.Kind())
	if json.Unmarshal(body, b) != nil {
		return false
	}
	spec.WithDefaults(b)
	x, errX := plain(a)
	y, errY := plain(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// plain is what a user wrote of an object and may be shown.
func plain(object spec.Object) ([]byte, error) {
	copied, err := clone(object)
	if err != nil {
		return nil, err
	}
	for _, secret := range copied.Secrets() {
		secret.File, secret.Value = "", ""
	}
	if o, ok := copied.(spec.Observed); ok {
		o.ClearObserved()
	}
	return json.Marshal(copied)
}

// clone copies an object deeply.
func clone(object spec.Object) (spec.Object, error) {
	body, err := json.Marshal(object)
	if err != nil {
		return nil, fmt.Errorf("cannot copy %s %q: %w", object.Kind().Noun(), object.ObjectName(), err)
	}
	copied := spec.New(object.Kind())
	if err := json.Unmarshal(body, copied); err != nil {
		return nil, fmt.Errorf("cannot copy %s %q: %w", object.Kind().Noun(), object.ObjectName(), err)
	}
	return copied, nil
}
