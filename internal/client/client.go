// Package client is the typed client of the control plane. The transport is a
// field: in-process, unix socket or HTTPS speak the same protocol.
package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-resty/resty/v2"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Reads are tried again this often, with waits that double from retryWait up
// to retryMaxWait. Writes are sent once: the caller must know whether it was.
const (
	retries      = 3
	retryWait    = 100 * time.Millisecond
	retryMaxWait = time.Second
)

// Client talks to one control plane. Errors are *api.Error.
type Client struct {
	http *resty.Client
	// endpoint is the control plane's address as the user knows it.
	endpoint string
}

// New makes a client that sends requests for baseURL through transport, with
// token in the Authorization header unless it is empty.
func New(transport http.RoundTripper, baseURL, token string) *Client {
	// A redirect would turn a write into a read that looks like success.
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	baseURL = strings.TrimRight(baseURL, "/")
	requests := resty.NewWithClient(&http.Client{Transport: transport, CheckRedirect: stay}).
		SetBaseURL(baseURL).
		SetHeader("Accept", "application/json").
		SetLogger(silent{}).
		SetDisableWarn(true).
		SetRetryCount(retries).
		SetRetryWaitTime(retryWait).
		SetRetryMaxWaitTime(retryMaxWait).
		AddRetryCondition(mayRetry)
	if token != "" {
		requests.SetAuthToken(token)
	}
	return &Client{http: requests, endpoint: baseURL}
}

// Put writes an object and returns once a generation that contains it is
// verified running.
func Put[T any](ctx context.Context, c *Client, kind spec.Kind, stack, name string, mode api.PutMode, object T) (api.PutResult[T], error) {
	return do[api.PutResult[T]](ctx, c, request{
		method: http.MethodPut, action: string(mode) + " " + kind.Noun(), names: []string{stack, name},
		path: api.ObjectURL(kind, stack, name), query: url.Values{"mode": {string(mode)}}, body: object,
	})
}

// Get returns an object as it was last written.
func Get[T any](ctx context.Context, c *Client, kind spec.Kind, stack, name string) (T, error) {
	return do[T](ctx, c, request{
		method: http.MethodGet, action: "get " + kind.Noun(), names: []string{stack, name}, path: api.ObjectURL(kind, stack, name),
	})
}

// Delete removes an object; deleting what is not there is no error. force lets
// a stack go that still has objects.
func (c *Client) Delete(ctx context.Context, kind spec.Kind, stack, name string, force bool) (api.DeleteResult, error) {
	return do[api.DeleteResult](ctx, c, request{
		method: http.MethodDelete, action: "delete " + kind.Noun(), names: []string{stack, name},
		path: api.ObjectURL(kind, stack, name), query: url.Values{"force": {strconv.FormatBool(force)}},
	})
}

// Observe reads everything about a stack in one request.
func (c *Client) Observe(ctx context.Context, stack string) (*api.Observation, error) {
	return do[*api.Observation](ctx, c, request{
		method: http.MethodGet, action: "observe stack", names: []string{stack}, path: api.ObservationURL(stack),
	})
}

// Stacks lists the names of all stacks.
func (c *Client) Stacks(ctx context.Context) ([]string, error) {
	list, err := do[api.StackList](ctx, c, request{method: http.MethodGet, action: "list stacks", path: api.PathStacks})
	return list.Stacks, err
}

// Alerts lists the alerts of a stack that all matchers match.
func (c *Client) Alerts(ctx context.Context, stack string, matchers []string) ([]api.Alert, error) {
	list, err := do[api.AlertList](ctx, c, request{
		method: http.MethodGet, action: "list alerts of stack", names: []string{stack},
		path: api.AlertsURL(stack), query: url.Values{"matcher": matchers},
	})
	return list.Alerts, err
}

// Dashboard reads any dashboard of the stack's Grafana.
func (c *Client) Dashboard(ctx context.Context, stack, uid string) (api.Dashboard, error) {
	return do[api.Dashboard](ctx, c, request{
		method: http.MethodGet, action: "read dashboard", names: []string{stack, uid}, path: api.DashboardURL(stack, uid),
	})
}

// GrafanaCredentials makes a token for the stack's Grafana that ends by itself
// after the lifetime.
func (c *Client) GrafanaCredentials(ctx context.Context, stack string, lifetime time.Duration) (api.GrafanaCredentials, error) {
	return do[api.GrafanaCredentials](ctx, c, request{
		method: http.MethodPost, action: "make Grafana credentials for stack", names: []string{stack},
		path: api.GrafanaCredentialsURL(stack), query: url.Values{"lifetime": {lifetime.String()}},
	})
}

// RevokeGrafanaCredentials ends a token of GrafanaCredentials now; revoking what
// is gone is no error.
func (c *Client) RevokeGrafanaCredentials(ctx context.Context, stack, id string) error {
	_, err := do[nothing](ctx, c, request{
		method: http.MethodDelete, action: "revoke Grafana credentials of stack", names: []string{stack},
		path: api.GrafanaCredentialURL(stack, id),
	})
	return err
}

// SearchLogs searches the stack's logs.
func (c *Client) SearchLogs(ctx context.Context, stack string, query api.LogQuery) (api.LogQueryResult, error) {
	return do[api.LogQueryResult](ctx, c, request{
		method: http.MethodGet, action: "search logs of stack", names: []string{stack},
		path: api.LogsURL(stack), query: query.Values(),
	})
}

// CheckLogQL asks the stack's Loki whether it understands an expression. One
// that it refuses is an error with CodeInvalid whose field is "expr".
func (c *Client) CheckLogQL(ctx context.Context, stack, expr string) error {
	_, err := do[nothing](ctx, c, request{
		method: http.MethodGet, action: "check LogQL for stack", names: []string{stack},
		path: api.LogQLURL(stack), query: url.Values{"expr": {expr}},
	})
	return err
}

// Routing tells whom an alert of the stack would reach.
func (c *Client) Routing(ctx context.Context, stack string, query api.RoutingQuery) (api.RoutingResult, error) {
	return do[api.RoutingResult](ctx, c, request{
		method: http.MethodPost, reads: true, action: "tell the routing of stack", names: []string{stack}, path: api.RoutingURL(stack), body: query,
	})
}

// Query evaluates PromQL now.
func (c *Client) Query(ctx context.Context, stack, promql string) (api.QueryResult, error) {
	return do[api.QueryResult](ctx, c, request{
		method: http.MethodGet, action: "query stack", names: []string{stack},
		path: api.QueryURL(stack), query: url.Values{"query": {promql}},
	})
}
