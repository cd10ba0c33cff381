// Package backend is where desired state becomes a running platform.
package backend

import (
	"context"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Runtime is what a backend decides once for a stack and must find again. The
// control plane stores it beside the stack.
type Runtime struct {
	// Ports maps component to the port picked for it where the stack says 0,
	// and COMPONENT/NAME to every further port that it binds.
	Ports map[string]int64 `json:"ports"`
	// Versions maps component to the release of the binary that the user brings,
	// as it tells it itself.
	Versions map[string]string `json:"versions,omitempty"`
	// Generation is the number of the last committed generation.
	Generation uint64 `json:"generation"`
}

// Observation is what a backend sees of a running stack.
type Observation struct {
	Status api.StackStatus
	Report *component.Report
	// Warnings name the components that could not be asked.
	Warnings []string
}

// Backend runs stacks.
type Backend interface {
	// Lock serialises writers of a stack across goroutines and processes. It
	// waits until ctx ends.
	Lock(ctx context.Context, stack string) (release func(), err error)
	// Recover puts right what a writer that died half-way left behind, so that
	// what runs belongs to committed (nil: nothing was ever committed). Called
	// with the lock held, before any other write.
	Recover(ctx context.Context, stack string, committed *Runtime) error
	// Holds tells whether there is data of a stack, which is not to be lost.
	Holds(stack string) (bool, error)
	// Apply makes next run: render, check, swap, reload, verify; then calls
	// commit; on any failure, commit's included, what ran before runs again,
	// verified. prev is nil when the stack is new; if there is data of such a
	// stack all the same, it is used, and stays whatever happens. named are the objects that the
	// writes are about: a component that holds one takes it again even if it is
	// the same as before, since that is how a plan repairs it. Called with the
	// lock held.
	Apply(ctx context.Context, prev *spec.State, next spec.State, named []component.ObjectKey, runtime Runtime, commit func(Runtime) error) error
	// Settle waits until an object that Apply made run is in effect.
	Settle(ctx context.Context, state spec.State, runtime Runtime, object spec.Object) error
	// Describe fills in the fields of an object that only observation can know.
	Describe(ctx context.Context, state spec.State, runtime Runtime, object spec.Object) error
	// Observe reads the running stack and changes nothing.
	Observe(ctx context.Context, state spec.State, runtime Runtime) (Observation, error)
	// Detach takes away what a stack put into components that run elsewhere.
	Detach(ctx context.Context, state spec.State, runtime Runtime) error
	// Destroy removes everything of the stack: no process, port, cgroup or
	// file is left. Destroying what is not there is no error.
	Destroy(ctx context.Context, stack string) error
	// PutSecret stores a secret value and returns the file name to keep in
	// spec.Secret.File. Names are never reused. Called with the lock held.
	PutSecret(ctx context.Context, stack string, key component.ObjectKey, field, value string) (file string, err error)
	// HasSecret tells whether there still is such a file with a value.
	HasSecret(stack, file string) bool
	// PruneSecrets removes the secret files that keep does not list.
	PruneSecrets(ctx context.Context, stack string, keep map[string]bool) error

	Alerts(ctx context.Context, state spec.State, runtime Runtime, matchers []string) ([]api.Alert, error)
	// Dashboard reads any dashboard of the stack's Grafana; Credentials makes a
	// token for it and Revoke ends it.
	Dashboard(ctx context.Context, state spec.State, runtime Runtime, uid string) (api.Dashboard, error)
	Credentials(ctx context.Context, state spec.State, runtime Runtime, lifetime time.Duration) (api.GrafanaCredentials, error)
	Revoke(ctx context.Context, state spec.State, runtime Runtime, id string) error
	// SearchLogs and CheckLogQL ask the stack's Loki; see component.LogSearcher.
	SearchLogs(ctx context.Context, state spec.State, runtime Runtime, query api.LogQuery) (api.LogQueryResult, error)
	CheckLogQL(ctx context.Context, state spec.State, runtime Runtime, expr string) error
	// Routing tells whom an alert would reach; see component.Router.
	Routing(ctx context.Context, state spec.State, runtime Runtime, query api.RoutingQuery) (api.RoutingResult, error)
	Query(ctx context.Context, state spec.State, runtime Runtime, query string) (api.QueryResult, error)
}
