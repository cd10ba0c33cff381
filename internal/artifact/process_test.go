//go:build unix

package artifact_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/artifact"
)

// plain serves the host's release without TLS, for processes that do not know
// the test's certificate.
func plain(t *testing.T, host *releaseHost) string {
	t.Helper()
	server := httptest.NewServer(host.Config.Handler)
	t.Cleanup(server.Close)
	return server.URL
}

// helper is another process that gets tool 1.2.3 and prints path or error.
func helper(t *testing.T, dir, mirror string, env ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), envHelperDir+"="+dir, envHelperMirror+"="+mirror)
	cmd.Env = append(cmd.Env, env...)
	return cmd
}

func TestProcessesAndGoroutinesShareOneFetch(t *testing.T) {
	host := newReleaseHost(t, goodEntries())
	started, proceed := make(chan struct{}), make(chan struct{})
	host.serve = func(w http.ResponseWriter, _ *http.Request) {
		close(started) // a second download would panic
		<-proceed
		_, _ = w.Write(host.archive)
	}
	waiting := make(chan struct{}, 1)
	cache, dir := newCache(t, host, func(c *artifact.Config) {
		c.Progress = func(e artifact.Event) {
			if e.Phase == artifact.PhaseWait {
				waiting <- struct{}{}
			}
		}
	})
	mirror := plain(t, host)

	var group sync.WaitGroup
	get := func() {
		if out, err := helper(t, dir, mirror).Output(); err != nil || string(out) != cache.Path("tool", "1.2.3") {
			t.Errorf("another process got %q, %v", out, err)
		}
	}
	group.Go(get)
	<-started
	group.Go(get)
	group.Go(func() {
		if _, err := cache.Get(t.Context(), "tool", "1.2.3"); err != nil {
			t.Error(err)
		}
	})
	<-waiting
	close(proceed)
	group.Wait()
	if n := host.archives.Load(); n != 1 {
		t.Errorf("%d downloads, want 1", n)
	}
	checkClean(t, dir, "1.2.3")
}

func TestWaitEndsWithContext(t *testing.T) {
	host := newReleaseHost(t, goodEntries())
	started, proceed := make(chan struct{}), make(chan struct{})
	host.serve = func(w http.ResponseWriter, _ *http.Request) {
		close(started)
		<-proceed
		_, _ = w.Write(host.archive)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cache, _ := newCache(t, host, func(c *artifact.Config) {
		c.Progress = func(e artifact.Event) {
			if e.Phase == artifact.PhaseWait {
				cancel()
			}
		}
	})
	done := make(chan error)
	go func() {
		_, err := cache.Get(t.Context(), "tool", "1.2.3")
		done <- err
	}()
	<-started
	if _, err := cache.Get(ctx, "tool", "1.2.3"); err == nil || !strings.Contains(err.Error(), context.Canceled.Error()) {
		t.Errorf("the one that waited: %v", err)
	}
	close(proceed)
	if err := <-done; err != nil {
		t.Errorf("the one that fetched: %v", err)
	}
}

func TestKilledDuringDownload(t *testing.T) {
	host := newReleaseHost(t, goodEntries())
	half, ended := make(chan struct{}), make(chan struct{})
	host.serve = func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write(host.archive[:len(host.archive)/2])
		_ = http.NewResponseController(w).Flush()
		close(half)
		<-r.Context().Done()
		close(ended)
	}
	cache, dir := newCache(t, host)
	victim := helper(t, dir, plain(t, host))
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	<-half
	if err := victim.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = victim.Wait()
	<-ended
	if versions, err := cache.Versions("tool"); err != nil || len(versions) != 0 {
		t.Errorf("half a download is in the cache: %q, %v", versions, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".tmp-tool-1.2.3-*")); len(left) != 1 {
		t.Errorf("the killed process left %q; this test wants something to sweep", left)
	}
	// What a killed fetch of another version left goes too.
	if err := os.Mkdir(filepath.Join(dir, ".tmp-tool-1.1.0-rc.1-123"), 0o755); err != nil {
		t.Fatal(err)
	}
	host.serve = nil
	if _, err := cache.Get(t.Context(), "tool", "1.2.3"); err != nil {
		t.Fatal(err)
	}
	checkClean(t, dir, "1.2.3")
}

func TestCancelledDuringDownload(t *testing.T) {
	host := newReleaseHost(t, goodEntries())
	ctx, cancel := context.WithCancel(t.Context())
	host.serve = func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write(host.archive[:len(host.archive)/2])
		_ = http.NewResponseController(w).Flush()
		cancel()
		<-r.Context().Done()
	}
	// A toolchain is there: cancelling must not start a build.
	cache, dir := newCache(t, host, func(c *artifact.Config) { c.GoCommand = "go" })
	_, err := cache.Get(ctx, "tool", "1.2.3")
	if err == nil || !strings.Contains(err.Error(), context.Canceled.Error()) || host.archives.Load() != 1 {
		t.Errorf("%v after %d downloads", err, host.archives.Load())
	}
	checkClean(t, dir)
}

func TestKilledDuringBuild(t *testing.T) {
	// A go command that kills who asks it to build.
	killer := filepath.Join(t.TempDir(), "go")
	script := "#!/bin/sh\nif [ \"$1\" = build ]; then kill -9 $PPID; exit 1; fi\nexec go \"$@\"\n"
	if err := os.WriteFile(killer, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	cache, dir := newCache(t, nil, offline)
	out, err := helper(t, dir, unreachableURL(), envHelperGo+"="+killer).Output()
	if err == nil || len(out) > 0 {
		t.Fatalf("the process was not killed: %q", out)
	}
	if versions, err := cache.Versions("tool"); err != nil || len(versions) != 0 {
		t.Errorf("half a build is in the cache: %q, %v", versions, err)
	}
	if _, err := cache.Get(t.Context(), "tool", "1.2.3"); err != nil {
		t.Fatal(err)
	}
	checkClean(t, dir, "1.2.3")
}

func TestCancelledDuringBuild(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cache, dir := newCache(t, nil, offline, func(c *artifact.Config) {
		c.Progress = func(e artifact.Event) {
			if e.Phase == artifact.PhaseBuild {
				cancel()
			}
		}
	})
	_, err := cache.Get(ctx, "tool", "1.2.3")
	if !errors.Is(err, context.Canceled) || errors.Is(err, artifact.ErrUnavailable) {
		t.Errorf("error %v", err)
	}
	checkClean(t, dir)
}

func TestDiskTakesNoMore(t *testing.T) {
	host := newReleaseHost(t, goodEntries())
	dir := t.TempDir()
	out, err := helper(t, dir, plain(t, host), envHelperFileSize+"=64").Output()
	if err == nil || !strings.HasPrefix(string(out), "cannot get tool 1.2.3: cannot download ") ||
		!strings.Contains(string(out), "archive: file too large") {
		t.Errorf("%q, %v", out, err)
	}
	checkClean(t, dir)
}
