// Package client is the typed client of the control plane. The transport is a
// field: in-process, unix socket or HTTPS speak the same protocol.
package client

import (
	"context"
	"errors"
	"net/http"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

var errNotWired = errors.New("cannot reach the control plane: no transport")

// Client talks to one control plane. Errors are *api.Error.
type Client struct {
	transport http.RoundTripper
	baseURL   string
	token     string
}

// New makes a client that sends requests for baseURL through transport, with
// token in the Authorization header unless it is empty.
func New(transport http.RoundTripper, baseURL, token string) *Client {
	return &Client{transport: transport, baseURL: baseURL, token: token}
}

// Put writes an object and returns once a generation that contains it is
// verified running.
func Put[T any](ctx context.Context, c *Client, kind spec.Kind, stack, name string, mode api.PutMode, object T) (api.PutResult[T], error) {
	return api.PutResult[T]{}, errNotWired
}

// Delete removes an object; deleting what is not there is no error. force lets
// a stack go that still has objects.
func (c *Client) Delete(ctx context.Context, kind spec.Kind, stack, name string, force bool) error {
	return errNotWired
}

// Observe reads everything about a stack in one request.
func (c *Client) Observe(ctx context.Context, stack string) (*api.Observation, error) {
	return nil, errNotWired
}

// Stacks lists the names of all stacks.
func (c *Client) Stacks(ctx context.Context) ([]string, error) { return nil, errNotWired }

// Alerts lists the alerts of a stack that all matchers match.
func (c *Client) Alerts(ctx context.Context, stack string, matchers []string) ([]api.Alert, error) {
	return nil, errNotWired
}

// Query evaluates PromQL now.
func (c *Client) Query(ctx context.Context, stack, promql string) (api.QueryResult, error) {
	return api.QueryResult{}, errNotWired
}
