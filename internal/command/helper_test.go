package command_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/artifact"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/client"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/command"
)

// world is what the commands of a test see.
type world struct {
	deps     command.Deps
	out, err bytes.Buffer
	cacheDir string
}

// newWorld has a cache with two versions of Prometheus that can neither
// download nor build, and no control plane.
func newWorld(t *testing.T) *world {
	t.Helper()
	for _, name := range []string{"OPP_STATE_DIR", "OPP_ENDPOINT", "OPP_TOKEN"} {
		t.Setenv(name, "")
	}
	w := &world{cacheDir: t.TempDir()}
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	w.deps = command.Deps{
		Version: "1.2.3", Commit: "abcdef", Out: &w.out, Err: &w.err,
		Artifacts: func(progress func(artifact.Event)) (*artifact.Cache, error) {
			return artifact.New(artifact.Config{Dir: w.cacheDir, ReleaseBase: gone.URL, GoCommand: "no-go-here", Progress: progress})
		},
	}
	w.put(t, "prometheus", "3.16.0", "prometheus")
	w.put(t, "prometheus", "3.15.0", "prometheus")
	return w
}

// put places an executable of 2 KiB in the cache.
func (w *world) put(t *testing.T, name, version, executable string) {
	t.Helper()
	path := filepath.Join(w.cacheDir, name, version, executable)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, make([]byte, 2048), 0o755); err != nil {
		t.Fatal(err)
	}
}

// run executes a command line and returns its exit code.
func (w *world) run(t *testing.T, args ...string) int {
	t.Helper()
	w.out.Reset()
	w.err.Reset()
	root := command.New(w.deps)
	root.SetArgs(args)
	return command.Execute(t.Context(), root)
}

// serve makes Connect lead to a handler in place of a control plane.
func (w *world) serve(handler http.Handler) {
	w.deps.Connect = func(_, _, token string) (*client.Client, error) {
		return client.New(transport{handler}, "http://plane", token), nil
	}
}

type transport struct{ handler http.Handler }

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	t.handler.ServeHTTP(recorder, r)
	return recorder.Result(), context.Cause(r.Context())
}
