package client

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-resty/resty/v2"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
)

// request is one call of the API.
type request struct {
	method string
	// reads is set for calls that change nothing although their method might.
	reads bool
	// action and names say in errors what the call is for: the last name is
	// the thing's own, those before say where it is.
	action string
	names  []string
	path   string
	query  url.Values
	// body is sent as JSON; nil for none.
	body any
}

// String is the call in a sentence.
func (r request) String() string {
	if len(r.names) == 0 {
		return r.action
	}
	return r.action + " " + strconv.Quote(r.names[len(r.names)-1])
}

// nothing is the answer of calls that have none.
type nothing struct{}

// do makes a call and decodes its answer.
func do[T any](ctx context.Context, c *Client, r request) (T, error) {
	var answer T
	body, err := c.send(ctx, r)
	if err != nil {
		return answer, err
	}
	if _, none := any(answer).(nothing); none {
		return answer, nil
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return *new(T), &api.Error{
			Code:    api.CodeInternal,
			Message: fmt.Sprintf("cannot %s: %s answered with something else than the API's JSON: %v", r, c.endpoint, err),
			Detail:  wrongEndpoint,
			Cause:   err,
		}
	}
	return answer, nil
}

// send makes a call and returns the body of a successful answer.
func (c *Client) send(ctx context.Context, r request) ([]byte, error) {
	for _, name := range r.names {
		if name == "" {
			return nil, &api.Error{Code: api.CodeInvalid, Message: fmt.Sprintf("cannot %s: the name is empty", r)}
		}
	}
	if r.method == http.MethodGet {
		r.reads = true
	}
	call := c.http.R().SetContext(context.WithValue(ctx, readsKey{}, r.reads)).SetQueryParamsFromValues(r.query)
	if r.body != nil {
		body, err := json.Marshal(r.body)
		if err != nil {
			return nil, &api.Error{Code: api.CodeInternal, Message: fmt.Sprintf("cannot %s: %v", r, err), Cause: err}
		}
		if len(body) > api.MaxBody {
			return nil, &api.Error{Code: api.CodeInvalid, Message: fmt.Sprintf("cannot %s: the object is larger than %d MB", r, api.MaxBody>>20)}
		}
		call.SetHeader("Content-Type", "application/json").SetBody(body)
	}
	answer, err := call.Execute(r.method, r.path)
	if err != nil {
		return nil, c.unreachable(ctx, r, err)
	}
	if answer.IsSuccess() {
		return answer.Body(), nil
	}
	failure := c.failure(r, answer)
	if ctx.Err() != nil {
		failure.Cause = ctx.Err()
	}
	return nil, failure
}

// readsKey is the key of a request's context that tells whether it only reads.
type readsKey struct{}

// mayRetry tells reads that got no answer, or 503, from everything else.
func mayRetry(answer *resty.Response, err error) bool {
	if answer == nil || answer.Request == nil || answer.Request.Context().Value(readsKey{}) != true {
		return false
	}
	return err != nil || answer.StatusCode() == http.StatusServiceUnavailable
}

// Advice for errors that the control plane did not make itself.
const (
	wrongEndpoint = "Something other than this control plane may listen there: check attribute endpoint of the provider, or OPP_ENDPOINT."
	notRunning    = "Check that the control plane runs and that attribute endpoint of the provider, or OPP_ENDPOINT, names its address."
	untrusted     = "Let this machine trust the certificate's issuer (SSL_CERT_FILE names a file of issuers), or use the host name the certificate is for."
	unknownFate   = "The write may have taken effect: plan again to see."
)

// unreachable makes the error of a call that got no answer.
func (c *Client) unreachable(ctx context.Context, r request, err error) *api.Error {
	failure := &api.Error{Code: api.CodeUnavailable, Detail: advice(r, err), Cause: err}
	if ctx.Err() != nil {
		failure.Message = fmt.Sprintf("cannot %s: %v", r, context.Cause(ctx))
		failure.Cause = errors.Join(ctx.Err(), err)
		return failure
	}
	var inURL *url.Error
	if errors.As(err, &inURL) {
		err = inURL.Err // the URL holds the query, and the endpoint is named anyway
	}
	failure.Message = fmt.Sprintf("cannot %s: cannot reach the control plane at %s: %v", r, c.endpoint, err)
	return failure
}

// advice says what to do when a call got no answer.
func advice(r request, err error) string {
	var op *net.OpError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &certificate):
		return untrusted
	case r.reads, errors.As(err, &op) && op.Op == "dial":
		return notRunning
	}
	return unknownFate
}

// failure decodes the error in an answer that is no success.
func (c *Client) failure(r request, answer *resty.Response) *api.Error {
	var failure api.Error
	if err := json.Unmarshal(answer.Body(), &failure); err == nil && failure.Code != "" {
		return &failure
	}
	code := api.CodeOf(answer.StatusCode())
	if code == api.CodeNotFound {
		// Only the control plane may say that an object is gone: taken from a
		// wrong address, this would make callers forget what still runs.
		code = api.CodeUnavailable
	}
	message := fmt.Sprintf("cannot %s: %s answered %s", r, c.endpoint, answer.Status())
	if text := excerpt(answer.String()); text != "" {
		message += ": " + text
	}
	return &api.Error{Code: code, Message: message, Detail: wrongEndpoint}
}

// excerpt is the beginning of a text, on one line.
func excerpt(text string) string {
	const limit = 200
	words := []rune(strings.Join(strings.Fields(text), " "))
	if len(words) > limit {
		return string(words[:limit]) + "…"
	}
	return string(words)
}

// silent keeps resty from writing to stderr: every error is returned.
type silent struct{}

func (silent) Errorf(string, ...any) {}
func (silent) Warnf(string, ...any)  {}
func (silent) Debugf(string, ...any) {}
