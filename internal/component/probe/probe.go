// Package probe asks running components over HTTP. It is what the component
// packages share: one client, one error type, one way to wait.
package probe

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-resty/resty/v2"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
)

// timeout bounds one request, unless WithTimeout says otherwise. Components run
// beside us, so an answer that takes longer is none.
const timeout = 10 * time.Second

// reloadTimeout bounds a reload. Prometheus answers when it has read all of its
// rules and ended the evaluation of the old ones, which takes long with many
// thousands of them on a busy machine.
const reloadTimeout = 2 * time.Minute

// maxUnanswered is how often what does not answer is asked while it is awaited.
const maxUnanswered = 3

// Client asks components. The zero value is not usable; see New.
type Client struct{ http, reload *resty.Client }

// New returns a client that follows no proxy: components are spoken to directly.
func New() *Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = nil
	transport.MaxIdleConnsPerHost = 4
	// Components are replaced while the client lives; an old connection would
	// then fail the next request.
	transport.IdleConnTimeout = 5 * time.Second
	bounded := func(timeout time.Duration) *resty.Client {
		return resty.NewWithClient(&http.Client{Transport: transport, Timeout: timeout})
	}
	return &Client{http: bounded(timeout), reload: bounded(reloadTimeout)}
}

// WithHeader sends a header with every request.
func (c *Client) WithHeader(name, value string) *Client {
	c.http.SetHeader(name, value)
	return c
}

// WithTimeout bounds every request but reloads otherwise.
func (c *Client) WithTimeout(timeout time.Duration) *Client {
	c.http.SetTimeout(timeout)
	return c
}

// HTTP is the client beneath, for libraries that bring their own API.
func (c *Client) HTTP() *http.Client { return c.http.GetClient() }

// StatusError is an answer that is not 2xx.
type StatusError struct {
	// Request is method and path.
	Request string
	Status  int
	// Words are the body, trimmed.
	Words string
}

// Error tells request, status and the component's words.
func (e *StatusError) Error() string {
	return fmt.Sprintf("%s answers %d: %s", e.Request, e.Status, e.Words)
}

// Is makes the answer of a server that is not ready component.ErrStarting.
func (e *StatusError) Is(target error) bool {
	return target == component.ErrStarting && e.Status == http.StatusServiceUnavailable
}

// Get returns the body at http://ADDRESS/PATH?QUERY. Answers that are not 2xx
// are a *StatusError.
func (c *Client) Get(ctx context.Context, address, path string, query url.Values) ([]byte, error) {
	return c.do(ctx, http.MethodGet, address, path, c.http.R().SetQueryParamsFromValues(query))
}

// PostForm decodes the answer to a form, which may be longer than a URL, at
// http://ADDRESS/PATH into target.
func (c *Client) PostForm(ctx context.Context, address, path string, form url.Values, target any) error {
	body, err := c.do(ctx, http.MethodPost, address, path, c.http.R().SetFormDataFromValues(form))
	if err != nil {
		return err
	}
	return understand(http.MethodPost, path, body, target)
}

// GetJSON decodes the body at http://ADDRESS/PATH?QUERY into target.
func (c *Client) GetJSON(ctx context.Context, address, path string, query url.Values, target any) error {
	body, err := c.Get(ctx, address, path, query)
	if err != nil {
		return err
	}
	return understand(http.MethodGet, path, body, target)
}

func understand(method, path string, body []byte, target any) error {
	if err := json.Unmarshal(body, target); err != nil {
		return fmt.Errorf("%s %s does not answer as expected: %w", method, path, err)
	}
	return nil
}

// PostJSON posts a value to http://ADDRESS/PATH. Answers that are not 2xx are a
// *StatusError.
func (c *Client) PostJSON(ctx context.Context, address, path string, value any) error {
	_, err := c.do(ctx, http.MethodPost, address, path, c.http.R().SetBody(value))
	return err
}

// Delete deletes http://ADDRESS/PATH. Answers that are not 2xx are a *StatusError.
func (c *Client) Delete(ctx context.Context, address, path string) error {
	_, err := c.do(ctx, http.MethodDelete, address, path, c.http.R())
	return err
}

// Reload posts to /-/reload. The error is an *api.Error: CodeRefused with the
// component's words if it rejects its files, else CodeUnavailable.
func (c *Client) Reload(ctx context.Context, name, address string) error {
	_, err := c.do(ctx, http.MethodPost, address, "/-/reload", c.reload.R())
	if err == nil {
		return nil
	}
	var status *StatusError
	if errors.As(err, &status) && status.Status == http.StatusInternalServerError {
		return &api.Error{
			Code:    api.CodeRefused,
			Message: fmt.Sprintf("cannot reload %s: it refuses its configuration", name),
			Detail:  status.Words,
		}
	}
	return Unavailable("reload "+name, err)
}

func (c *Client) do(ctx context.Context, method, address, path string, request *resty.Request) ([]byte, error) {
	answer, err := request.SetContext(ctx).Execute(method, "http://"+Reachable(address)+path)
	if err != nil {
		return nil, err
	}
	if !answer.IsSuccess() {
		return nil, &StatusError{
			Request: method + " " + path, Status: answer.StatusCode(),
			Words: strings.TrimSpace(answer.String()),
		}
	}
	return answer.Body(), nil
}

// Unavailable is an *api.Error with CodeUnavailable: "cannot DO: CAUSE".
func Unavailable(do string, cause error) error {
	return &api.Error{Code: api.CodeUnavailable, Message: fmt.Sprintf("cannot %s: %v", do, cause), Cause: cause}
}

// Reachable turns the host:port that a process listens on into one that can be
// dialled: the loopback address stands for all addresses.
func Reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
		if ip != nil && ip.To4() == nil {
			host = "::1"
		}
	}
	return net.JoinHostPort(host, port)
}

// Await calls check until it returns nil. When it has waited for limit, or ctx
// ends, the last error that check found by itself is returned: that a call was
// cut short says nothing about what is awaited. The calls themselves are no part
// of limit, or a machine that is busy would make an error of what is only slow;
// but who gives no answer in time is not asked for ever.
func Await(ctx context.Context, every, limit time.Duration, check func(context.Context) error) error {
	var last error
	unanswered := 0
	for waited := every; ; waited += every {
		err := check(ctx)
		if err == nil {
			return nil
		}
		if last == nil || ctx.Err() == nil {
			last = err
		}
		if errors.Is(err, context.DeadlineExceeded) {
			unanswered++
		}
		if ctx.Err() != nil || waited > limit || unanswered == maxUnanswered {
			return last
		}
		select {
		case <-ctx.Done():
			return last
		case <-time.After(every):
		}
	}
}
