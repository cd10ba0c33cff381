// Package server puts the control plane behind HTTP: a route table, one
// generic decoder and encoder, access.
package server

import (
	"context"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Plane is the use cases of the control plane. Errors that are not *api.Error
// are internal.
type Plane interface {
	// Put writes one object and returns it as observed once it is verified
	// running. The result's type parameter is the object's own pointer type.
	Put(ctx context.Context, object spec.Object, mode api.PutMode) (api.PutResult[spec.Object], error)
	// Delete removes one object, force also a stack with objects. Deleting what
	// is not there is no error.
	Delete(ctx context.Context, kind spec.Kind, stack, name string, force bool) (api.DeleteResult, error)
	// Get returns one object as it was last written, secrets without values.
	Get(ctx context.Context, kind spec.Kind, stack, name string) (spec.Object, error)
	// Observe reads everything about a stack.
	Observe(ctx context.Context, stack string) (*api.Observation, error)
	Stacks(ctx context.Context) ([]string, error)
	Alerts(ctx context.Context, stack string, matchers []string) ([]api.Alert, error)
	// Dashboard reads any dashboard of the stack's Grafana.
	Dashboard(ctx context.Context, stack, uid string) (api.Dashboard, error)
	// GrafanaCredentials makes a token that ends after the lifetime.
	GrafanaCredentials(ctx context.Context, stack string, lifetime time.Duration) (api.GrafanaCredentials, error)
	// RevokeGrafanaCredentials ends it now. Revoking what is gone is no error.
	RevokeGrafanaCredentials(ctx context.Context, stack, id string) error
	// SearchLogs searches the stack's logs.
	SearchLogs(ctx context.Context, stack string, query api.LogQuery) (api.LogQueryResult, error)
	// CheckLogQL asks the stack's Loki about an expression. One that it refuses
	// is an error with CodeInvalid whose field is "expr".
	CheckLogQL(ctx context.Context, stack, expr string) error
	// Routing tells whom an alert would reach by the desired state.
	Routing(ctx context.Context, stack string, query api.RoutingQuery) (api.RoutingResult, error)
	Query(ctx context.Context, stack, promql string) (api.QueryResult, error)
}
