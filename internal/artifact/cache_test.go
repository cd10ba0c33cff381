package artifact_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/artifact"
)

// put places a file in the cache as a user might.
func put(t *testing.T, dir, version string, size int, mode os.FileMode) {
	t.Helper()
	path := filepath.Join(dir, "tool", version, "tool")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, make([]byte, size), mode); err != nil {
		t.Fatal(err)
	}
}

func TestVersions(t *testing.T) {
	cache, dir := newCache(t, nil)
	if got, err := cache.Versions("tool"); err != nil || got == nil || len(got) != 0 {
		t.Errorf("empty cache: %#v, %v", got, err)
	}
	put(t, dir, "1.10.0", 1, 0o755)
	put(t, dir, "1.9.0", 1, 0o755)
	put(t, dir, "1.9.0-rc.1", 1, 0o755)
	put(t, dir, "1.8.0", 0, 0o755)
	put(t, dir, "1.7.0", 1, 0o644)
	put(t, dir, "notes", 1, 0o755)
	got, err := cache.Versions("tool")
	if want := []string{"1.9.0-rc.1", "1.9.0", "1.10.0"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("versions %q, %v, want %q", got, err, want)
	}
	if _, err := cache.Versions("grafana"); err == nil {
		t.Error("no error for an unknown name")
	}
}

func TestUnknownName(t *testing.T) {
	cache, _ := newCache(t, nil)
	_, err := cache.Get(t.Context(), "grafana", "1.2.3")
	if err == nil || err.Error() != "cannot get grafana 1.2.3: no such component; there are tool" {
		t.Error(err)
	}
	if path := cache.Path("grafana", "1.2.3"); path != "" {
		t.Errorf("path %s", path)
	}
}

func TestUnusableIsReplaced(t *testing.T) {
	host := newReleaseHost(t, goodEntries())
	cache, dir := newCache(t, host)
	put(t, dir, "1.2.3", 0, 0o755)
	path, err := cache.Get(t.Context(), "tool", "1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	if body, err := os.ReadFile(path); string(body) != "the tool" {
		t.Errorf("%q, %v", body, err)
	}
	checkClean(t, dir, "1.2.3")
}

func TestCacheThatCannotBeWritten(t *testing.T) {
	host := newReleaseHost(t, goodEntries())
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	cache, _ := newCache(t, host, func(c *artifact.Config) { c.Dir = filepath.Join(file, "cache") })
	_, err := cache.Get(t.Context(), "tool", "1.2.3")
	if err == nil || !strings.HasPrefix(err.Error(), "cannot get tool 1.2.3: cannot write to the cache: mkdir "+file) {
		t.Error(err)
	}
}

func TestDefaultDir(t *testing.T) {
	base := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", base)
	if dir, err := artifact.DefaultDir(); err != nil || dir != filepath.Join(base, "opp", "components") {
		t.Errorf("%s, %v", dir, err)
	}
}

func TestReleaseMirrorFromEnvironment(t *testing.T) {
	host := newReleaseHost(t, goodEntries())
	t.Setenv("OPP_RELEASE_MIRROR", host.URL)
	cache, _ := newCache(t, nil, func(c *artifact.Config) { c.HTTP = host.Client().Transport })
	if _, err := cache.Get(t.Context(), "tool", "1.2.3"); err != nil {
		t.Error(err)
	}
	t.Setenv("OPP_RELEASE_MIRROR", "mirror.example")
	if _, err := artifact.New(artifact.Config{}); err == nil || !strings.Contains(err.Error(), `"mirror.example"`) {
		t.Errorf("mirror without scheme: %v", err)
	}
}

func TestBuiltinPins(t *testing.T) {
	cache, err := artifact.New(artifact.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	want := []artifact.Pin{
		{Name: "prometheus", Version: "3.16.0"},
		{Name: "alertmanager", Version: "0.31.1"},
		{Name: "node_exporter", Version: "1.12.1"},
		{Name: "loki", Version: "3.7.8"},
		{Name: "collector", Version: "0.160.0"},
		{Name: "grafana", Version: "12.3.3", OnDemand: true},
		{Name: "opentofu", Version: "1.12.6", OnDemand: true},
	}
	if got := cache.Pinned(); !slices.Equal(got, want) {
		t.Errorf("pins %v, want %v", got, want)
	}
}
