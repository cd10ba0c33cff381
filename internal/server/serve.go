package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"syscall"
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

// Listen listens for Serve. The file of a unix socket keeps out who is neither
// its owner nor of its group, whatever the umask; one that a server left which
// was killed is replaced.
func Listen(network, address string) (net.Listener, error) {
	if network != "unix" {
		return net.Listen(network, address)
	}
	if info, err := os.Lstat(address); err == nil && info.Mode().Type() == fs.ModeSocket && abandoned(address) {
		if err := os.Remove(address); err != nil {
			return nil, err
		}
	}
	listener, err := net.Listen(network, address)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(address)
	if err == nil {
		err = os.Chmod(address, info.Mode().Perm()&^0o007)
	}
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	return listener, nil
}

// abandoned tells whether nobody listens on a socket any more.
func abandoned(socket string) bool {
	connection, err := net.Dial("unix", socket)
	if err == nil {
		_ = connection.Close()
	}
	return errors.Is(err, syscall.ECONNREFUSED)
}

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
