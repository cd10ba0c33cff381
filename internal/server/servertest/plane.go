// Package servertest has a control plane in memory, to test what stands before
// one: servers, transports, clients.
package servertest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/server"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Call is one use of the plane.
type Call struct {
	// Method is the name of the Plane's method.
	Method      string
	Kind        spec.Kind
	Stack, Name string
	Mode        api.PutMode
	Force       bool
	Matchers    []string
	PromQL      string
	LogQuery    api.LogQuery
	LogQL       string
	Routing     api.RoutingQuery
	// Object is what was put, secrets included.
	Object spec.Object
}

// Plane keeps objects in memory and runs nothing: what is desired is what is
// observed. It is safe for concurrent use. The zero value is an empty plane.
type Plane struct {
	// Intercept, when set, sees every call first; its error is the call's.
	Intercept func(ctx context.Context, call Call) error
	// AlertList and Vector are what Alerts and Query answer.
	AlertList []api.Alert
	Vector    []api.Sample
	// Routed is what Routing answers.
	Routed api.RoutingResult
	// DeleteWarnings is what deletions of objects answer.
	DeleteWarnings []string
	// LogEntries is what SearchLogs answers.
	LogEntries []api.LogEntry

	mu      sync.Mutex
	objects map[id]stored
	calls   []Call
}

type id struct {
	stack string
	kind  spec.Kind
	name  string
}

type stored struct {
	object   spec.Object
	revision uint64
}

var _ server.Plane = (*Plane)(nil)

// Calls lists the calls so far.
func (p *Plane) Calls() []Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.calls)
}

// Put implements [server.Plane].
func (p *Plane) Put(ctx context.Context, object spec.Object, mode api.PutMode) (api.PutResult[spec.Object], error) {
	kind, stack, name := object.Kind(), object.StackName(), object.ObjectName()
	call := Call{Method: "Put", Kind: kind, Stack: stack, Name: name, Mode: mode, Object: object}
	if err := p.begin(ctx, call); err != nil {
		return api.PutResult[spec.Object]{}, err
	}
	defer p.mu.Unlock()
	key := id{stack, kind, name}
	present, exists := p.objects[key]
	fresh := withoutSecrets(object)
	switch {
	case mode == api.PutCreate && exists && !sameJSON(present.object, fresh):
		return api.PutResult[spec.Object]{}, fail(api.CodeConflict, "cannot create %s %q: it exists with other content", kind.Noun(), name)
	case mode == api.PutUpdate && !exists:
		return api.PutResult[spec.Object]{}, fail(api.CodeNotFound, "cannot update %s %q: it does not exist", kind.Noun(), name)
	}
	adopted := mode == api.PutCreate && exists
	if !adopted {
		if p.objects == nil {
			p.objects = map[id]stored{}
		}
		present = stored{fresh, present.revision + 1}
		p.objects[key] = present
	}
	result := api.PutResult[spec.Object]{Record: recordOf(present.object, present.revision), Adopted: adopted}
	if kind == spec.KindStack {
		result.Status = &api.StackStatus{Status: api.StatusHealthy}
	}
	return result, nil
}

// Delete implements [server.Plane].
func (p *Plane) Delete(ctx context.Context, kind spec.Kind, stack, name string, force bool) (api.DeleteResult, error) {
	if err := p.begin(ctx, Call{Method: "Delete", Kind: kind, Stack: stack, Name: name, Force: force}); err != nil {
		return api.DeleteResult{}, err
	}
	defer p.mu.Unlock()
	if kind != spec.KindStack {
		delete(p.objects, id{stack, kind, name})
		return api.DeleteResult{Warnings: p.DeleteWarnings}, nil
	}
	inStack := func(key id, _ stored) bool { return key.stack == stack }
	children := 0
	for key := range p.objects {
		if key.stack == stack && key.kind != spec.KindStack {
			children++
		}
	}
	if children > 0 && !force {
		return api.DeleteResult{}, fail(api.CodeInUse, "cannot delete stack %q: it has %d objects", stack, children)
	}
	maps.DeleteFunc(p.objects, inStack)
	return api.DeleteResult{}, nil
}

// Observe implements [server.Plane].
func (p *Plane) Observe(ctx context.Context, stack string) (*api.Observation, error) {
	if err := p.begin(ctx, Call{Method: "Observe", Stack: stack}); err != nil {
		return nil, err
	}
	defer p.mu.Unlock()
	top, ok := p.objects[id{stack, spec.KindStack, stack}]
	if !ok {
		return nil, fail(api.CodeNotFound, "cannot observe stack %q: it does not exist", stack)
	}
	observation := &api.Observation{
		Stack:   recordOf(*top.object.(*spec.Stack), top.revision),
		Status:  api.StackStatus{Status: api.StatusHealthy},
		Objects: api.Records{},
	}
	for key, s := range p.objects {
		if key.stack == stack && key.kind != spec.KindStack {
			observation.Objects.Put(key.kind, key.name, recordOf(s.object, s.revision))
		}
	}
	return observation, nil
}

// Get implements [server.Plane].
func (p *Plane) Get(ctx context.Context, kind spec.Kind, stack, name string) (spec.Object, error) {
	if err := p.begin(ctx, Call{Method: "Get", Kind: kind, Stack: stack, Name: name}); err != nil {
		return nil, err
	}
	defer p.mu.Unlock()
	if s, ok := p.objects[id{stack, kind, name}]; ok {
		return s.object, nil
	}
	return nil, fail(api.CodeNotFound, "cannot get %s %q: it does not exist", kind.Noun(), name)
}

// Stacks implements [server.Plane].
func (p *Plane) Stacks(ctx context.Context) ([]string, error) {
	if err := p.begin(ctx, Call{Method: "Stacks"}); err != nil {
		return nil, err
	}
	defer p.mu.Unlock()
	var names []string
	for key := range p.objects {
		if key.kind == spec.KindStack {
			names = append(names, key.name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// Alerts implements [server.Plane].
func (p *Plane) Alerts(ctx context.Context, stack string, matchers []string) ([]api.Alert, error) {
	if err := p.begin(ctx, Call{Method: "Alerts", Stack: stack, Matchers: matchers}); err != nil {
		return nil, err
	}
	defer p.mu.Unlock()
	return p.AlertList, nil
}

// Routing implements [server.Plane].
func (p *Plane) Routing(ctx context.Context, stack string, query api.RoutingQuery) (api.RoutingResult, error) {
	if err := p.begin(ctx, Call{Method: "Routing", Stack: stack, Routing: query}); err != nil {
		return api.RoutingResult{}, err
	}
	defer p.mu.Unlock()
	return p.Routed, nil
}

// Query implements [server.Plane].
func (p *Plane) Query(ctx context.Context, stack, promql string) (api.QueryResult, error) {
	if err := p.begin(ctx, Call{Method: "Query", Stack: stack, PromQL: promql}); err != nil {
		return api.QueryResult{}, err
	}
	defer p.mu.Unlock()
	return api.QueryResult{Vector: p.Vector}, nil
}

// SearchLogs implements [server.Plane].
func (p *Plane) SearchLogs(ctx context.Context, stack string, query api.LogQuery) (api.LogQueryResult, error) {
	if err := p.begin(ctx, Call{Method: "SearchLogs", Stack: stack, LogQuery: query}); err != nil {
		return api.LogQueryResult{}, err
	}
	defer p.mu.Unlock()
	return api.LogQueryResult{Entries: p.LogEntries, Vector: p.Vector}, nil
}

// CheckLogQL implements [server.Plane].
func (p *Plane) CheckLogQL(ctx context.Context, stack, expr string) error {
	if err := p.begin(ctx, Call{Method: "CheckLogQL", Stack: stack, LogQL: expr}); err != nil {
		return err
	}
	p.mu.Unlock()
	return nil
}

// Dashboard implements [server.Plane].
func (p *Plane) Dashboard(ctx context.Context, stack, uid string) (api.Dashboard, error) {
	if err := p.begin(ctx, Call{Method: "Dashboard", Stack: stack, Name: uid}); err != nil {
		return api.Dashboard{}, err
	}
	defer p.mu.Unlock()
	s, ok := p.objects[id{stack, spec.KindDashboard, uid}]
	if !ok {
		return api.Dashboard{}, fail(api.CodeNotFound, "cannot read dashboard %q: it does not exist", uid)
	}
	d, _ := s.object.(*spec.Dashboard)
	return api.Dashboard{UID: uid, Folder: d.Folder, Version: 1, ConfigJSON: d.ConfigJSON}, nil
}

// GrafanaCredentials implements [server.Plane].
func (p *Plane) GrafanaCredentials(ctx context.Context, stack string, _ time.Duration) (api.GrafanaCredentials, error) {
	if err := p.begin(ctx, Call{Method: "GrafanaCredentials", Stack: stack}); err != nil {
		return api.GrafanaCredentials{}, err
	}
	defer p.mu.Unlock()
	return api.GrafanaCredentials{ID: "7", URL: "http://127.0.0.1:3000", Username: "admin", Password: "password-of-admin", Token: "token-of-stack"}, nil
}

// RevokeGrafanaCredentials implements [server.Plane].
func (p *Plane) RevokeGrafanaCredentials(ctx context.Context, stack, id string) error {
	if err := p.begin(ctx, Call{Method: "RevokeGrafanaCredentials", Stack: stack, Name: id}); err != nil {
		return err
	}
	p.mu.Unlock()
	return nil
}

// begin notes the call and asks Intercept; without an error the lock is held.
func (p *Plane) begin(ctx context.Context, call Call) error {
	p.mu.Lock()
	p.calls = append(p.calls, call)
	p.mu.Unlock()
	if p.Intercept != nil {
		if err := p.Intercept(ctx, call); err != nil {
			return err
		}
	}
	p.mu.Lock()
	return nil
}

// Alter changes the record of one object in an observation and leaves the
// plane's own objects alone.
func Alter[T any, P interface {
	*T
	spec.Object
}](o *api.Observation, name string, change func(*api.Record[T])) {
	record, _ := api.RecordOf[T, P](o.Objects, name)
	change(&record)
	o.Objects.Put(P(new(T)).Kind(), name, api.Record[spec.Object]{
		Desired: P(&record.Desired), Observed: P(&record.Observed), Drift: record.Drift, Revision: record.Revision,
	})
}

func recordOf[T any](object T, revision uint64) api.Record[T] {
	return api.Record[T]{Desired: object, Observed: object, Drift: []string{}, Revision: revision}
}

// withoutSecrets copies the object as a store keeps it.
func withoutSecrets(object spec.Object) spec.Object {
	kept := spec.New(object.Kind())
	if err := json.Unmarshal(encode(object), kept); err != nil {
		panic(err)
	}
	for path, secret := range kept.Secrets() {
		secret.Value, secret.File = "", path
	}
	return kept
}

func sameJSON(a, b spec.Object) bool { return string(encode(a)) == string(encode(b)) }

func encode(object spec.Object) []byte {
	text, err := json.Marshal(object)
	if err != nil {
		panic(err)
	}
	return text
}

func fail(code api.Code, format string, args ...any) error {
	return &api.Error{Code: code, Message: fmt.Sprintf(format, args...)}
}
