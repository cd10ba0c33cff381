package controlplane

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/backend"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Observe implements server.Plane.
func (p *Plane) Observe(ctx context.Context, stack string) (*api.Observation, error) {
	s, o, err := p.look(ctx, stack)
	if err != nil {
		return nil, err
	}
	for _, problem := range s.state.Unreachable() {
		o.Report.AddDrift(problem.Kind, problem.Name, problem.Field.Message)
	}
	seen := &o.Report.Observed
	answer := &api.Observation{
		Stack: api.Record[spec.Stack]{
			Desired: s.state.Stack, Observed: seen.Stack,
			Drift:    driftOf(o.Report, spec.KindStack, stack),
			Revision: s.revisions[stackKey(stack)],
		},
		Status:   o.Status,
		Objects:  api.Records{},
		Warnings: o.Warnings,
	}
	for _, warning := range s.state.WarningsAbout(&s.state.Stack) {
		answer.Remarks = append(answer.Remarks, remark(&s.state.Stack, warning))
	}
	observed := seen.Objects() // in the same order, see component.Report
	for i, desired := range s.state.Objects() {
		kind, name := desired.Kind(), desired.ObjectName()
		if s.leaving[markOf(desired)] {
			answer.Remarks = append(answer.Remarks, staying(&s.state, markOf(desired)))
			continue
		}
		answer.Objects.Put(kind, name, api.Record[spec.Object]{
			Desired: brief(desired), Observed: brief(observed[i]),
			Drift:    driftOf(o.Report, kind, name),
			Revision: s.revisions[objectKey(stack, kind, name)],
		})
	}
	return answer, nil
}

// patience is how long an observation waits for those who change the stack.
const patience = 10 * time.Second

// look observes a stack as it is between two writes. What differs while
// somebody writes was changed by nobody's hand, so it is looked at again when
// nobody does.
func (p *Plane) look(ctx context.Context, stack string) (stored, backend.Observation, error) {
	s, o, err := p.glance(ctx, stack)
	if err != nil || asWanted(s, o) {
		return s, o, err
	}
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	release, err := p.backend.Lock(waiting, stack)
	if err != nil {
		o.Warnings = append(o.Warnings, fmt.Sprintf("Stack %q may be changed at this moment, and what differs may be due to that: %v.", stack, err))
		return s, o, ctx.Err()
	}
	defer release()
	return p.glance(ctx, stack)
}

// glance observes a stack as it is now.
func (p *Plane) glance(ctx context.Context, stack string) (stored, backend.Observation, error) {
	s, err := p.existing(ctx, stack)
	if err != nil {
		return stored{}, backend.Observation{}, err
	}
	o, err := p.backend.Observe(ctx, s.state, *s.runtime)
	if err == nil {
		p.tellLostSecrets(s.state, o.Report)
	}
	return s, o, err
}

// tellLostSecrets tells of secrets that are gone although the store has their
// objects: put back from a backup, for example, without the secrets. What needs
// them looks well until it uses them.
func (p *Plane) tellLostSecrets(state spec.State, report *component.Report) {
	for _, object := range append(state.Objects(), &state.Stack) {
		secrets := object.Secrets()
		for _, field := range slices.Sorted(maps.Keys(secrets)) {
			if !p.backend.HasSecret(state.Stack.Name, secrets[field].File) {
				report.AddDrift(object.Kind(), object.ObjectName(), fmt.Sprintf("the stored value of %s is gone, raise its version", field))
			}
		}
	}
}

// asWanted tells whether nothing at all was found to differ.
func asWanted(s stored, o backend.Observation) bool {
	seen := &o.Report.Observed
	if o.Status.Status != api.StatusHealthy || len(o.Warnings) > 0 || len(o.Report.Drift) > 0 || !reflect.DeepEqual(seen.Stack, s.state.Stack) {
		return false
	}
	observed := seen.Objects()
	for i, desired := range s.state.Objects() {
		// What is filled in is told about in sentences when it is wrong.
		if _, filledIn := desired.(spec.Observed); !filledIn && !reflect.DeepEqual(observed[i], desired) {
			return false
		}
	}
	return true
}

// brief is the object without what would make an observation large.
func brief(object spec.Object) spec.Object {
	if d, ok := object.(*spec.Dashboard); ok {
		short := *d
		sum := sha256.Sum256([]byte(d.ConfigJSON))
		short.ConfigJSON, short.ConfigSHA256 = "", hex.EncodeToString(sum[:])
		return &short
	}
	return object
}

// Get implements server.Plane.
func (p *Plane) Get(ctx context.Context, kind spec.Kind, stack, name string) (spec.Object, error) {
	s, err := p.existing(ctx, stack)
	if err != nil {
		return nil, err
	}
	if object := s.state.Get(kind, name); object != nil && !s.leaving[mark{kind, name}] {
		return object, nil
	}
	return nil, &api.Error{Code: api.CodeNotFound, Message: fmt.Sprintf("cannot get %s %q of stack %q: it does not exist", kind.Noun(), name, stack)}
}

// Alerts implements server.Plane.
func (p *Plane) Alerts(ctx context.Context, stack string, matchers []string) ([]api.Alert, error) {
	s, err := p.existing(ctx, stack)
	if err != nil {
		return nil, err
	}
	return p.backend.Alerts(ctx, s.state, *s.runtime, matchers)
}

// Routing implements server.Plane.
func (p *Plane) Routing(ctx context.Context, stack string, query api.RoutingQuery) (api.RoutingResult, error) {
	s, err := p.load(ctx, stack)
	if err != nil {
		return api.RoutingResult{}, err
	}
	state := s.state.Clone()
	for _, change := range query.Changes {
		if change.Object == nil {
			state.Delete(change.Kind, change.Name)
			continue
		}
		spec.WithDefaults(change.Object)
		state.Put(change.Object)
	}
	switch {
	case state.Stack.Name != stack:
		return api.RoutingResult{}, noStack(stack)
	case s.runtime == nil:
		s.runtime = &backend.Runtime{}
	}
	return p.backend.Routing(ctx, state, *s.runtime, query)
}

// Query implements server.Plane.
func (p *Plane) Query(ctx context.Context, stack, promql string) (api.QueryResult, error) {
	s, err := p.existing(ctx, stack)
	if err != nil {
		return api.QueryResult{}, err
	}
	return p.backend.Query(ctx, s.state, *s.runtime, promql)
}

// Dashboard implements server.Plane.
func (p *Plane) Dashboard(ctx context.Context, stack, uid string) (api.Dashboard, error) {
	s, err := p.existing(ctx, stack)
	if err != nil {
		return api.Dashboard{}, err
	}
	return p.backend.Dashboard(ctx, s.state, *s.runtime, uid)
}

// GrafanaCredentials implements server.Plane.
func (p *Plane) GrafanaCredentials(ctx context.Context, stack string, lifetime time.Duration) (api.GrafanaCredentials, error) {
	s, err := p.existing(ctx, stack)
	if err != nil {
		return api.GrafanaCredentials{}, err
	}
	return p.backend.Credentials(ctx, s.state, *s.runtime, lifetime)
}

// RevokeGrafanaCredentials implements server.Plane.
func (p *Plane) RevokeGrafanaCredentials(ctx context.Context, stack, id string) error {
	s, err := p.existing(ctx, stack)
	if err != nil {
		return err
	}
	return p.backend.Revoke(ctx, s.state, *s.runtime, id)
}

// existing loads a stack that has been committed.
func (p *Plane) existing(ctx context.Context, stack string) (stored, error) {
	s, err := p.load(ctx, stack)
	if err != nil {
		return stored{}, err
	}
	if !s.exists || s.runtime == nil {
		return stored{}, noStack(stack)
	}
	return s, nil
}

// driftOf is never nil.
func driftOf(report *component.Report, kind spec.Kind, name string) []string {
	return append([]string{}, report.Drift[component.ObjectKey{Kind: kind, Name: name}]...)
}
