//go:build linux || darwin

package supervisor

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
)

// ErrUnavailable is in every error that means: no supervisor did what was
// asked, or it is not known whether it did; ask (the next one) again.
var ErrUnavailable = errors.New("the supervisor does not answer")

// Client talks to the supervisor of one state directory. Its methods fail with
// the supervisor's own sentence, or with ErrUnavailable.
type Client struct{ http *http.Client }

// NewClient makes a client; it connects for every call.
func NewClient(stateDir string) *Client {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		p, err := locate(stateDir)
		if err != nil {
			return nil, err
		}
		socket, err := p.socket()
		if err != nil {
			return nil, err
		}
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}
	return &Client{http: &http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}}
}

// Info tells who the supervisor is.
func (c *Client) Info(ctx context.Context) (Info, error) {
	return call[Info](ctx, c, http.MethodGet, pathVersion, nil)
}

// Ensure makes the unit run with that spec.
func (c *Client) Ensure(ctx context.Context, unit engine.Unit) (engine.Status, error) {
	return call[engine.Status](ctx, c, http.MethodPut, pathUnits+"/"+escape(unit.Name), unit)
}

// Restart replaces the process of a unit.
func (c *Client) Restart(ctx context.Context, name string) (engine.Status, error) {
	return call[engine.Status](ctx, c, http.MethodPost, pathRestart+escape(name), nil)
}

// HangUp sends SIGHUP to the process of a unit.
func (c *Client) HangUp(ctx context.Context, name string) error {
	_, err := call[struct{}](ctx, c, http.MethodPost, pathHangUp+escape(name), nil)
	return err
}

// Remove stops a unit and forgets it.
func (c *Client) Remove(ctx context.Context, name string) error {
	_, err := call[struct{}](ctx, c, http.MethodDelete, pathUnits+"/"+escape(name), nil)
	return err
}

// List returns the units whose name starts with prefix, sorted by name.
func (c *Client) List(ctx context.Context, prefix string) ([]engine.Status, error) {
	return call[[]engine.Status](ctx, c, http.MethodGet, pathUnits+"?prefix="+url.QueryEscape(prefix), nil)
}

// Handover asks the supervisor to leave its units to the next one.
func (c *Client) Handover(ctx context.Context) error {
	_, err := call[struct{}](ctx, c, http.MethodPost, pathHandover, nil)
	return err
}

func escape(name string) string { return (&url.URL{Path: name}).EscapedPath() }

func call[T any](ctx context.Context, c *Client, method, path string, body any) (T, error) {
	var result T
	data, err := json.Marshal(body)
	if err != nil {
		return result, fmt.Errorf("cannot encode a request to the supervisor: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://supervisor"+path, bytes.NewReader(data))
	if err != nil {
		return result, fmt.Errorf("cannot make a request to the supervisor: %w", err)
	}
	response, err := c.http.Do(request)
	if ctx.Err() != nil {
		return result, fmt.Errorf("cannot wait for the supervisor: %w", ctx.Err())
	}
	if err != nil {
		return result, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	defer response.Body.Close()
	decoder := json.NewDecoder(response.Body)
	if response.StatusCode == http.StatusOK {
		if err := decoder.Decode(&result); err != nil {
			return result, fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		return result, nil
	}
	var refused failure
	if err := decoder.Decode(&refused); err != nil || refused.Error == "" {
		refused.Error = fmt.Sprintf("the supervisor answers %s to %s %s", response.Status, method, path)
	}
	if response.StatusCode == http.StatusServiceUnavailable {
		return result, fmt.Errorf("%w: %s", ErrUnavailable, refused.Error)
	}
	return result, errors.New(refused.Error)
}
