package selfhosted

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/backend"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// publishers bounds how many objects of one component are published at once.
const publishers = 8

// publication is one object that a component has to hold, or to let go.
type publication struct {
	part       part
	publisher  component.Publisher
	prev, next spec.Object
}

func (p publication) do(ctx context.Context) error {
	return p.publisher.Publish(ctx, p.part.input, p.prev, p.next)
}

// publish makes the components hold what the candidate's state has and prev had
// not, or had otherwise, and what is named. It returns what it did, also when it
// fails.
func publish(ctx context.Context, parts []part, prev *spec.State, named []component.ObjectKey) ([]publication, error) {
	var mu sync.Mutex
	var done []publication
	var errs []error
	var group errgroup.Group
	group.SetLimit(publishers)
	for _, p := range publications(parts, prev, named) {
		group.Go(func() error {
			err := p.do(ctx)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				errs = append(errs, err)
			} else {
				done = append(done, p)
			}
			return nil
		})
	}
	_ = group.Wait()
	return done, errors.Join(errs...)
}

// unpublish takes back what publish did.
func unpublish(ctx context.Context, done []publication) error {
	var errs []error
	for _, p := range done {
		p.prev, p.next = p.next, p.prev
		errs = append(errs, p.do(ctx))
	}
	return errors.Join(errs...)
}

// publications compares what components held and shall hold. What a write names
// is published even if it is the same, because somebody else may have changed
// it; built-in objects, which no write names, with every write that changes
// nothing: such a write is a repair.
func publications(parts []part, prev *spec.State, named []component.ObjectKey) []publication {
	var all []publication
	for _, p := range parts {
		publisher, ok := p.Component.(component.Publisher)
		if !ok {
			continue
		}
		before := map[component.ObjectKey]spec.Object{}
		for _, o := range publishedBefore(p, publisher, prev) {
			before[keyOf(o)] = o
		}
		repair := prev != nil && reflect.DeepEqual(*prev, p.input.State)
		for _, o := range publisher.Published(p.input) {
			key := keyOf(o)
			old, known := before[key]
			delete(before, key)
			builtIn := p.input.State.Get(key.Kind, key.Name) == nil
			if !known || !reflect.DeepEqual(old, o) || slices.Contains(named, key) || repair && builtIn {
				all = append(all, publication{part: p, publisher: publisher, prev: old, next: o})
			}
		}
		for _, o := range before {
			all = append(all, publication{part: p, publisher: publisher, prev: o})
		}
	}
	return all
}

// publishedBefore is what the component that runs now held in prev: nothing if
// it did not run, or ran elsewhere.
func publishedBefore(p part, publisher component.Publisher, prev *spec.State) []spec.Object {
	if prev == nil || !p.Spec(&prev.Stack).Enabled || attached(p.Component, &prev.Stack) != p.attached {
		return nil
	}
	in := p.input
	in.State = *prev
	return publisher.Published(in)
}

func keyOf(o spec.Object) component.ObjectKey {
	return component.ObjectKey{Kind: o.Kind(), Name: o.ObjectName()}
}

// attached is the URL of a component that runs elsewhere, empty for one of our own.
func attached(c component.Component, stack *spec.Stack) string {
	if a, ok := c.(component.Attacher); ok {
		return a.Attached(stack)
	}
	return ""
}

// Describe implements backend.Backend.
func (b *Backend) Describe(ctx context.Context, state spec.State, runtime backend.Runtime, object spec.Object) error {
	for _, p := range b.parts(state, runtime, "") {
		if describer, ok := p.Component.(component.Describer); ok {
			if err := describer.Describe(ctx, p.input, object); err != nil {
				return err
			}
		}
	}
	return nil
}

// Dashboard implements backend.Backend.
func (b *Backend) Dashboard(ctx context.Context, state spec.State, runtime backend.Runtime, uid string) (api.Dashboard, error) {
	server, in, err := b.dashboards(state, runtime)
	if err != nil {
		return api.Dashboard{}, err
	}
	return server.Dashboard(ctx, in, uid)
}

// Credentials implements backend.Backend.
func (b *Backend) Credentials(ctx context.Context, state spec.State, runtime backend.Runtime, lifetime time.Duration) (api.GrafanaCredentials, error) {
	server, in, err := b.dashboards(state, runtime)
	if err != nil {
		return api.GrafanaCredentials{}, err
	}
	return server.Credentials(ctx, in, lifetime)
}

// Revoke implements backend.Backend.
func (b *Backend) Revoke(ctx context.Context, state spec.State, runtime backend.Runtime, id string) error {
	server, in, err := b.dashboards(state, runtime)
	if err != nil {
		return err
	}
	return server.Revoke(ctx, in, id)
}

// dashboards finds the component that shows dashboards.
func (b *Backend) dashboards(state spec.State, runtime backend.Runtime) (component.DashboardServer, component.Input, error) {
	for _, p := range b.parts(state, runtime, "") {
		if server, ok := p.Component.(component.DashboardServer); ok {
			return server, p.input, nil
		}
	}
	return nil, component.Input{}, &api.Error{Code: api.CodeUnavailable,
		Message: fmt.Sprintf("stack %q has no Grafana", state.Stack.Name),
		Detail:  "Enable it: add grafana = {} to the stack."}
}
