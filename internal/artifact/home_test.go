package artifact_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/artifact"
)

// homeSource is a component that is a whole folder, lies outside the release
// host's repositories and has a checksum file with nothing but the sum.
func homeSource() artifact.Source {
	return artifact.Source{
		Name:        "home",
		Executables: []string{"bin/home"},
		Version:     "1.2.3",
		Release: artifact.Release{
			URL:       "https://elsewhere.test/oss/",
			Archive:   "home-{version}.tar.gz",
			Checksums: "home-{version}.tar.gz.sha256",
		},
	}
}

func homeCache(t *testing.T, entries []entry) (*artifact.Cache, string) {
	t.Helper()
	archive := tarGz(t, entries)
	sum := sha256.Sum256(archive)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /oss/home-1.2.3.tar.gz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(archive) })
	mux.HandleFunc("GET /oss/home-1.2.3.tar.gz.sha256", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(hex.EncodeToString(sum[:])))
	})
	host := httptest.NewTLSServer(mux)
	t.Cleanup(host.Close)
	return newCache(t, nil, func(c *artifact.Config) {
		c.ReleaseBase, c.HTTP, c.Sources = host.URL, host.Client().Transport, []artifact.Source{homeSource()}
	})
}

func TestDownloadOfAHomeDirectory(t *testing.T) {
	cache, dir := homeCache(t, []entry{
		{name: "home-v1.2.3/bin/home", body: "the program"},
		{name: "home-v1.2.3/conf/defaults.ini", body: "[server]"},
		{name: "home-v1.2.3/VERSION", body: "1.2.3"},
	})
	path, err := cache.Get(t.Context(), "home", "1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	home := filepath.Join(dir, "home", "1.2.3")
	if want := filepath.Join(home, "bin", "home"); path != want {
		t.Errorf("path %s, want %s", path, want)
	}
	for name, mode := range map[string]os.FileMode{"bin/home": 0o755, "conf/defaults.ini": 0o644, "VERSION": 0o644} {
		if info, err := os.Stat(filepath.Join(home, name)); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: mode %v, %v; want %v", name, info, err, mode)
		}
	}
	if versions, err := cache.Versions("home"); err != nil || len(versions) != 1 {
		t.Errorf("cached versions %v, %v", versions, err)
	}
}

func TestHomeDirectoryCannotLeadOutside(t *testing.T) {
	cache, dir := homeCache(t, []entry{
		{name: "home-1.2.3/bin/home", body: "the program"},
		{name: "home-1.2.3/../../../../outside", body: "a trap"},
	})
	if _, err := cache.Get(t.Context(), "home", "1.2.3"); err == nil {
		t.Error("an archive that leads outside was taken")
	}
	checkClean(t, dir)
}

func TestWhatCannotBeBuiltSaysSo(t *testing.T) {
	cache, _ := newCache(t, nil, func(c *artifact.Config) {
		c.ReleaseBase, c.Sources = "https://127.0.0.1:1", []artifact.Source{homeSource()}
	})
	_, err := cache.Get(t.Context(), "home", "1.2.3")
	if err == nil || !strings.Contains(err.Error(), "cannot be built from source") {
		t.Errorf("error %v does not say that it cannot be built", err)
	}
}
