package artifact_test

import (
	"archive/tar"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/artifact"
)

func TestDownload(t *testing.T) {
	host := newReleaseHost(t, goodEntries())
	var events []artifact.Event
	cache, dir := newCache(t, host, func(c *artifact.Config) {
		c.Progress = func(e artifact.Event) { events = append(events, e) }
	})
	path, err := cache.Get(t.Context(), "tool", "1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(dir, "tool", "1.2.3", "tool"); path != want || path != cache.Path("tool", "1.2.3") {
		t.Errorf("path %s, want %s", path, want)
	}
	for name, want := range map[string]string{"tool": "the tool", "toolctl": "the tool's control"} {
		file := filepath.Join(filepath.Dir(path), name)
		body, err := os.ReadFile(file)
		if err != nil || string(body) != want {
			t.Errorf("%s holds %q, %v", name, body, err)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o755 {
			t.Errorf("%s has mode %v, %v", name, info.Mode(), err)
		}
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(path), "LICENSE")); err == nil {
		t.Error("a file that nobody asked for was extracted")
	}
	checkClean(t, dir, "1.2.3")
	checkEvents(t, events, int64(len(host.archive)))

	if _, err := cache.Get(t.Context(), "tool", "1.2.3"); err != nil || host.archives.Load() != 1 {
		t.Errorf("second Get: %v after %d downloads, want it from the cache", err, host.archives.Load())
	}
}

// A mirror's password is not for error messages, which go to logs of builds.
func TestPasswordOfMirrorIsNotTold(t *testing.T) {
	host := newReleaseHost(t, goodEntries())
	host.sum = strings.Repeat("0", len(host.sum))
	cache, _ := newCache(t, host, func(c *artifact.Config) {
		c.ReleaseBase = strings.Replace(host.URL, "://", "://ci:s3cret@", 1)
	})
	for version, want := range map[string]string{"1.2.3": "has SHA-256", "9.9.9": "does not exist"} {
		if _, err := cache.Get(t.Context(), "tool", version); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v, want an error without the password", version, err)
		}
	}
	t.Setenv("OPP_RELEASE_MIRROR", "ci:s3cret@mirror.example")
	if _, err := artifact.New(artifact.Config{}); err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("no URL: %v, want an error without the password", err)
	}
}

func checkEvents(t *testing.T, events []artifact.Event, size int64) {
	t.Helper()
	var phases []string
	var last artifact.Event
	for _, e := range events {
		if e.Name != "tool" || e.Version != "1.2.3" {
			t.Errorf("event of another artifact: %+v", e)
		}
		if len(phases) == 0 || phases[len(phases)-1] != string(e.Phase) {
			phases = append(phases, string(e.Phase))
		}
		if e.Phase == artifact.PhaseDownload {
			last = e
		}
	}
	if got := strings.Join(phases, " "); got != "download verify done" {
		t.Errorf("phases %q", got)
	}
	if last.Done != size || last.Total != size || last.Unit != artifact.UnitBytes || !strings.HasPrefix(last.From, "127.0.0.1:") {
		t.Errorf("last download event %+v, want all of %d bytes from 127.0.0.1", last, size)
	}
}

func TestDownloadRefused(t *testing.T) {
	tests := []struct {
		name    string
		version string
		entries []entry
		change  func(*releaseHost)
		want    string
		is      error
	}{
		{name: "wrong checksum", change: func(h *releaseHost) { h.sum = strings.Repeat("a", 64) },
			want: "but its checksum list says aaaa"},
		{name: "archive not listed", change: func(h *releaseHost) { h.sum = "" },
			want: "the release has no tool-1.2.3.tar.gz"},
		{name: "version does not exist", version: "9.9.9", is: artifact.ErrNoSuchVersion,
			want: "cannot get tool 9.9.9: no such version: https://"},
		{name: "version that leads out of the cache", version: "../../1.2.3", is: artifact.ErrNoSuchVersion,
			want: `cannot get tool "../../1.2.3": no such version`},
		{name: "executable missing", entries: goodEntries()[:3], want: "it does not contain tool-1.2.3/toolctl"},
		{name: "not an archive", change: func(h *releaseHost) {
			h.serve = func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "login first", http.StatusOK) }
		}, want: "but its checksum list says"},
		{name: "truncated", is: artifact.ErrUnavailable, change: func(h *releaseHost) {
			h.serve = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", "1000000")
				_, _ = w.Write(h.archive)
			}
		}, want: "unexpected EOF"},
		{name: "host answers but does not serve", is: artifact.ErrUnavailable, change: func(h *releaseHost) {
			h.serve = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }
		}, want: "it answers 502 Bad Gateway"},
		{name: "traversal", entries: []entry{{name: "../tool", body: "evil"}, {name: "/tool-1.2.3/tool", body: "evil"},
			{name: "tool-1.2.3/../tool-1.2.3/tool", body: "evil"}}, want: "it does not contain tool-1.2.3/tool"},
		{name: "link in place of a file", entries: []entry{{name: "tool-1.2.3/tool", kind: tar.TypeSymlink, link: "/bin/sh"}},
			want: "it does not contain tool-1.2.3/tool"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.entries == nil {
				test.entries = goodEntries()
			}
			if test.version == "" {
				test.version = "1.2.3"
			}
			host := newReleaseHost(t, test.entries)
			if test.change != nil {
				test.change(host)
			}
			cache, dir := newCache(t, host)
			_, err := cache.Get(t.Context(), "tool", test.version)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q in it", err, test.want)
			}
			for _, sentinel := range []error{artifact.ErrNoSuchVersion, artifact.ErrUnavailable} {
				if errors.Is(err, sentinel) != (test.is == sentinel) {
					t.Errorf("errors.Is(%v, %v) is %v", err, sentinel, test.is != sentinel)
				}
			}
			checkClean(t, dir)
		})
	}
}

func TestDownloadZipWithOtherNames(t *testing.T) {
	good := []entry{{name: "LICENSE", body: "free"}, {name: "tool-x64", body: "the tool"}, {name: "toolctl-x64", body: "the tool's control"}}
	tests := []struct {
		name    string
		archive []byte
		want    string
	}{
		{name: "good", archive: zipped(t, good)},
		{name: "executable missing", archive: zipped(t, good[:2]), want: "it does not contain toolctl-x64"},
		{name: "link in place of a file", archive: zipped(t, []entry{{name: "tool-x64", kind: tar.TypeSymlink, link: "/bin/sh"}}),
			want: "it does not contain tool-x64"},
		{name: "not a zip", archive: tarGz(t, good), want: "cannot extract tool.zip: zip: not a valid zip file"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			host := serveArchive(t, "tool.zip", test.archive)
			cache, dir := newCache(t, host, func(c *artifact.Config) {
				c.Sources[0].Release.Archive, c.Sources[0].Release.Entry = "tool.zip", "{name}-x64"
			})
			path, err := cache.Get(t.Context(), "tool", "1.2.3")
			if test.want != "" {
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("error %v, want %q in it", err, test.want)
				}
				checkClean(t, dir)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for name, want := range map[string]string{"tool": "the tool", "toolctl": "the tool's control"} {
				if body, err := os.ReadFile(filepath.Join(filepath.Dir(path), name)); err != nil || string(body) != want {
					t.Errorf("%s holds %q, %v", name, body, err)
				}
			}
			checkClean(t, dir, "1.2.3")
		})
	}
}

func TestDownloadContinuesAfterBrokenConnection(t *testing.T) {
	host := newReleaseHost(t, goodEntries())
	host.serve = func(w http.ResponseWriter, _ *http.Request) {
		if host.archives.Load() == 1 {
			w.Header().Set("Content-Length", "1000000")
		}
		_, _ = w.Write(host.archive)
	}
	cache, dir := newCache(t, host)
	if _, err := cache.Get(t.Context(), "tool", "1.2.3"); err != nil {
		t.Error(err)
	}
	checkClean(t, dir, "1.2.3")
}
