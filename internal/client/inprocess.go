package client

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// patience is how long a call whose context has ended still waits for its
// handler, which then undoes what it did and says why. It bounds how long a
// handler that ignores its context can hold up the end of the program.
const patience = 10 * time.Second

// InProcess is the transport that calls a handler of this process. Bodies stay
// in memory; a panic of the handler becomes an error.
func InProcess(handler http.Handler) http.RoundTripper { return inProcess{handler} }

type inProcess struct{ handler http.Handler }

// RoundTrip implements [http.RoundTripper].
func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	body := r.Body
	if body == nil {
		body = http.NoBody
	}
	ctx := r.Context()
	if ctx.Err() != nil {
		_ = body.Close()
		return nil, context.Cause(ctx)
	}
	incoming, err := asServed(r, body)
	if err != nil {
		_ = body.Close()
		return nil, err
	}
	type outcome struct {
		response *http.Response
		err      error
	}
	done := make(chan outcome, 1)
	go func() {
		defer func() { _ = body.Close() }()
		response, err := call(t.handler, incoming) //nolint:bodyclose // the caller of RoundTrip closes it
		if response != nil {
			response.Request = r
		}
		done <- outcome{response, err}
	}()
	select {
	case o := <-done:
		return o.response, o.err
	case <-ctx.Done():
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case o := <-done:
		return o.response, o.err
	case <-timer.C:
		return nil, context.Cause(ctx)
	}
}

// asServed is the request as a server would have read it from a connection.
func asServed(r *http.Request, body io.ReadCloser) (*http.Request, error) {
	incoming := r.Clone(r.Context())
	incoming.Body = body
	incoming.RequestURI = r.URL.RequestURI()
	incoming.RemoteAddr = "in-process"
	if incoming.Host == "" {
		incoming.Host = r.URL.Host
	}
	var err error
	if incoming.URL, err = url.ParseRequestURI(incoming.RequestURI); err != nil {
		return nil, fmt.Errorf("cannot read the request: %w", err)
	}
	return incoming, nil
}

// call lets the handler answer.
func call(handler http.Handler, r *http.Request) (response *http.Response, err error) {
	defer func() {
		if p := recover(); p != nil {
			response, err = nil, fmt.Errorf("the handler panicked: %v", p)
		}
	}()
	w := &recorder{header: http.Header{}}
	handler.ServeHTTP(w, r)
	return w.response(), nil
}

// recorder is a ResponseWriter that keeps the answer.
type recorder struct {
	header http.Header
	status int
	// sent is the header as it was when the status was written.
	sent http.Header
	body bytes.Buffer
}

// Header implements [http.ResponseWriter].
func (w *recorder) Header() http.Header { return w.header }

// WriteHeader implements [http.ResponseWriter].
func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status, w.sent = status, w.header.Clone()
	}
}

// Write implements [http.ResponseWriter].
func (w *recorder) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

func (w *recorder) response() *http.Response {
	w.WriteHeader(http.StatusOK)
	return &http.Response{
		Status:     fmt.Sprintf("%d %s", w.status, http.StatusText(w.status)),
		StatusCode: w.status,
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        w.sent,
		Body:          io.NopCloser(&w.body),
		ContentLength: int64(w.body.Len()),
	}
}
