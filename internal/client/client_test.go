package client_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/client"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/client/clienttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/server"
)

func TestContract(t *testing.T) {
	for name, connect := range map[string]clienttest.Connect{
		"in-process": func(_ *testing.T, handler http.Handler, token string) *client.Client {
			return client.New(client.InProcess(handler), "http://in-process", token)
		},
		"unix": func(t *testing.T, handler http.Handler, token string) *client.Client {
			socket := socketPath(t)
			serve(t, listen(t, "unix", socket), handler)
			return fromEndpoint(t, "unix://"+socket, token)
		},
		"http": func(t *testing.T, handler http.Handler, token string) *client.Client {
			listener := listen(t, "tcp", "127.0.0.1:0")
			serve(t, listener, handler)
			return fromEndpoint(t, "http://"+listener.Addr().String(), token)
		},
		"https": func(t *testing.T, handler http.Handler, token string) *client.Client {
			s := httptest.NewTLSServer(handler)
			t.Cleanup(s.Close)
			return client.New(s.Client().Transport, s.URL+"/", token)
		},
	} {
		t.Run(name, func(t *testing.T) { clienttest.Run(t, connect) })
	}
}

// socketPath is short: the system limits it to about a hundred bytes.
func socketPath(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "opp")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return filepath.Join(dir, "s")
}

func listen(t *testing.T, network, address string) net.Listener {
	t.Helper()
	listener, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

// serve runs the production server until the test ends.
func serve(t *testing.T, listener net.Listener, handler http.Handler) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, listener, handler) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func fromEndpoint(t *testing.T, endpoint, token string) *client.Client {
	t.Helper()
	c, err := client.FromEndpoint(endpoint, token)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
