package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

const (
	// headerTimeout bounds how long a client may take to say what it wants.
	// There is no limit on answers: a write returns when it is verified
	// running, which may take minutes.
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
	// drainTimeout is how long requests may go on after the end was asked for;
	// then their contexts end, and they have abortTimeout to undo what they did.
	drainTimeout = 30 * time.Second
	abortTimeout = 10 * time.Second
)

// Serve answers requests on the listener until ctx ends, then lets those under
// way finish. It returns nil after such an orderly end and closes the listener.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	requests, abort := context.WithCancel(context.WithoutCancel(ctx))
	defer abort()
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		BaseContext:       func(net.Listener) context.Context { return requests },
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return fmt.Errorf("cannot serve on %q: %w", listener.Addr(), err)
	case <-ctx.Done():
	}
	err := drain(server, drainTimeout)
	if errors.Is(err, context.DeadlineExceeded) {
		abort()
		err = drain(server, abortTimeout)
	}
	if err != nil {
		return fmt.Errorf("cannot finish the requests on %q: %w", listener.Addr(), errors.Join(err, server.Close()))
	}
	return nil
}

// drain stops accepting and waits until no request is under way.
func drain(server *http.Server, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return server.Shutdown(ctx)
}
