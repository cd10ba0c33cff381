package artifact_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/artifact"
)

// The environment by which a test starts this test binary as another process
// that gets one artifact and ends.
const (
	envHelperDir    = "ARTIFACT_TEST_DIR"
	envHelperMirror = "ARTIFACT_TEST_MIRROR"
	envHelperGo     = "ARTIFACT_TEST_GO" // default: none
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(envHelperDir); dir != "" {
		os.Exit(getOnce(dir, os.Getenv(envHelperMirror)))
	}
	os.Exit(m.Run())
}

func getOnce(dir, mirror string) int {
	limitFileSize()
	goCommand := cmp.Or(os.Getenv(envHelperGo), "no-go-here")
	cache, err := artifact.New(artifact.Config{Dir: dir, ReleaseBase: mirror, Sources: sources(), GoCommand: goCommand})
	if err == nil {
		var path string
		if path, err = cache.Get(context.Background(), "tool", "1.2.3"); err == nil {
			fmt.Print(path)
			return 0
		}
	}
	fmt.Print(err)
	return 1
}

// sources has one small component whose module needs nothing but the standard
// library, so that a build is real and quick.
func sources() []artifact.Source {
	return []artifact.Source{{
		Name:        "tool",
		Executables: []string{"tool", "toolctl"},
		Version:     "1.2.3",
		Release: artifact.Release{
			Repository: "owner/tool",
			Archive:    "tool-{version}.tar.gz",
			Checksums:  "sha256sums.txt",
			Entry:      "tool-{version}/{name}",
		},
		Build: artifact.Build{
			Module: fstest.MapFS{
				"go.mod.txt":              {Data: []byte("module tool.test\n\ngo 1.21\n")},
				"cmd/tool/main.go.txt":    {Data: []byte("package main\n\nvar version string\n\nfunc main() { print(version) }\n")},
				"cmd/toolctl/main.go.txt": {Data: []byte("package main\n\nfunc main() {}\n")},
			},
			Packages: []string{"./cmd/tool", "./cmd/toolctl"},
			LDFlags:  "-X main.version=1.2.3",
		},
	}}
}

// entry is one file of an archive; kind is tar.TypeReg unless set.
type entry struct {
	name, body string
	kind       byte
	link       string
}

func goodEntries() []entry {
	return []entry{
		{name: "tool-1.2.3/", kind: tar.TypeDir},
		{name: "tool-1.2.3/LICENSE", body: "free"},
		{name: "tool-1.2.3/tool", body: "the tool"},
		{name: "tool-1.2.3/toolctl", body: "the tool's control"},
	}
}

func tarGz(t *testing.T, entries []entry) []byte {
	t.Helper()
	var buffer bytes.Buffer
	zipped := gzip.NewWriter(&buffer)
	writer := tar.NewWriter(zipped)
	for _, e := range entries {
		if e.kind == 0 {
			e.kind = tar.TypeReg
		}
		header := &tar.Header{Name: e.name, Typeflag: e.kind, Linkname: e.link, Mode: 0o644, Size: int64(len(e.body))}
		if err := writer.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		if _, err := writer.Write([]byte(e.body)); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

func zipped(t *testing.T, entries []entry) []byte {
	t.Helper()
	var buffer bytes.Buffer
	writer := zip.NewWriter(&buffer)
	for _, e := range entries {
		header := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		if e.kind == tar.TypeSymlink {
			header.SetMode(fs.ModeSymlink | 0o777)
			e.body = e.link
		}
		body, err := writer.CreateHeader(header)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := body.Write([]byte(e.body)); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

// releaseHost serves one release, 1.2.3 of tool.
type releaseHost struct {
	*httptest.Server
	archive  []byte
	sum      string
	archives atomic.Int32 // requests for the archive
	// serve answers a request for the archive; nil sends it.
	serve func(w http.ResponseWriter, r *http.Request)
}

func newReleaseHost(t *testing.T, entries []entry) *releaseHost {
	t.Helper()
	return serveArchive(t, "tool-1.2.3.tar.gz", tarGz(t, entries))
}

func serveArchive(t *testing.T, name string, archive []byte) *releaseHost {
	t.Helper()
	host := &releaseHost{archive: archive}
	sum := sha256.Sum256(host.archive)
	host.sum = hex.EncodeToString(sum[:])
	const base = "/owner/tool/releases/download/v1.2.3/"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+base+"sha256sums.txt", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "%s  other-%s\n%s  %s\n", strings.Repeat("0", 64), name, host.sum, name)
	})
	mux.HandleFunc("GET "+base+name, func(w http.ResponseWriter, r *http.Request) {
		host.archives.Add(1)
		if host.serve != nil {
			host.serve(w, r)
			return
		}
		_, _ = w.Write(host.archive)
	})
	host.Server = httptest.NewTLSServer(mux)
	t.Cleanup(host.Close)
	return host
}

// newCache opens an empty cache that fetches from host and cannot build,
// unless change says otherwise.
func newCache(t *testing.T, host *releaseHost, change ...func(*artifact.Config)) (*artifact.Cache, string) {
	t.Helper()
	config := artifact.Config{Dir: t.TempDir(), Sources: sources(), GoCommand: "no-go-here"}
	if host != nil {
		config.ReleaseBase, config.HTTP = host.URL, host.Client().Transport
	}
	for _, f := range change {
		f(&config)
	}
	cache, err := artifact.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return cache, config.Dir
}

// unreachableURL is the address of a server that is gone.
func unreachableURL() string {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	return server.URL
}

// checkClean fails if the cache holds anything but locks and finished versions.
func checkClean(t *testing.T, dir string, versions ...string) {
	t.Helper()
	var got []string
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.IsDir() && entry.Name() != "tool" {
			t.Errorf("left in the cache: %s", entry.Name())
		}
	}
	finished, _ := filepath.Glob(filepath.Join(dir, "tool", "*"))
	for _, path := range finished {
		got = append(got, filepath.Base(path))
	}
	if strings.Join(got, " ") != strings.Join(versions, " ") {
		t.Errorf("versions in the cache: %q, want %q", got, versions)
	}
}
