package artifact_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/artifact"
)

// offline makes a cache that can only build.
func offline(c *artifact.Config) { c.ReleaseBase, c.GoCommand = unreachableURL(), "go" }

func TestBuildWhereNoReleaseCanBeReached(t *testing.T) {
	// Settings of the user's shell must not change what is built.
	t.Setenv("GOFLAGS", "-mod=vendor")
	t.Setenv("GOOS", "plan9")
	var last artifact.Event
	cache, dir := newCache(t, nil, offline, func(c *artifact.Config) {
		c.Progress = func(e artifact.Event) {
			if e.Phase == artifact.PhaseBuild {
				last = e
			}
		}
	})
	path, err := cache.Get(t.Context(), "tool", "1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), path).CombinedOutput()
	if string(out) != "1.2.3" || err != nil {
		t.Errorf("the tool says %q, %v", out, err)
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(path), "toolctl")); err != nil {
		t.Error(err)
	}
	// The two commands and at least the runtime; the count of what was compiled
	// depends on the build cache.
	if last.Total < 3 || last.Unit != artifact.UnitPackages || last.From != "the Go module proxy" || last.Done > last.Total {
		t.Errorf("last build event %+v", last)
	}
	checkClean(t, dir, "1.2.3")
}

func TestBuildOfACommandThatTheModuleHolds(t *testing.T) {
	cache, dir := newCache(t, nil, offline, func(c *artifact.Config) {
		c.Sources[0].Executables = []string{"tool"}
		c.Sources[0].Build.Packages = []string{"."}
		c.Sources[0].Build.Module = fstest.MapFS{
			"go.mod.txt":  {Data: []byte("module test.test/tool\n\ngo 1.21\n")},
			"main.go.txt": {Data: []byte("package main\n\nvar version string\n\nfunc main() { print(version) }\n")},
		}
	})
	path, err := cache.Get(t.Context(), "tool", "1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), path).CombinedOutput(); string(out) != "1.2.3" || err != nil {
		t.Errorf("the tool says %q, %v", out, err)
	}
	checkClean(t, dir, "1.2.3")
}

func TestBuildFails(t *testing.T) {
	tests := []struct {
		name  string
		files fstest.MapFS
		want  []string
	}{
		{name: "compiler", files: fstest.MapFS{"cmd/tool/main.go.txt": {Data: []byte("package main\n\nfunc main() { undefinedThing() }\n")}},
			want: []string{"cannot build it: go build:", "undefined: undefinedThing"}},
		{name: "newer toolchain needed", files: fstest.MapFS{"go.mod.txt": {Data: []byte("module tool.test\n\ngo 1.999.0\n")}},
			want: []string{"cannot build it with", "1.999.0"}},
		{name: "package missing", files: fstest.MapFS{"cmd/toolctl/main.go.txt": {Data: []byte("package main\n\nimport _ \"example.invalid/gone\"\n\nfunc main() {}\n")}},
			want: []string{"cannot download the modules to build it: go list:", "example.invalid/gone"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("GOTOOLCHAIN", "local")
			t.Setenv("GOPROXY", "off")
			cache, dir := newCache(t, nil, offline, func(c *artifact.Config) {
				c.Sources[0].Build.Module = overlay(c.Sources[0].Build.Module.(fstest.MapFS), test.files)
			})
			_, err := cache.Get(t.Context(), "tool", "1.2.3")
			if !errors.Is(err, artifact.ErrUnavailable) {
				t.Fatalf("error %v", err)
			}
			for _, want := range append(test.want, "cannot reach the release host", cache.Path("tool", "1.2.3")) {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %v, want %q in it", err, want)
				}
			}
			checkClean(t, dir)
		})
	}
}

func overlay(base, over fstest.MapFS) fs.FS {
	for name, file := range over {
		base[name] = file
	}
	return base
}

func TestNeitherReleaseNorBuild(t *testing.T) {
	t.Run("no toolchain", func(t *testing.T) {
		cache, _ := newCache(t, nil, offline, func(c *artifact.Config) { c.GoCommand = "no-go-here" })
		_, err := cache.Get(t.Context(), "tool", "1.2.3")
		checkUnavailable(t, err, "there is no Go toolchain to build it with; put the executable at "+
			cache.Path("tool", "1.2.3")+" (mode 0755) or name one in the attribute path")
	})
	t.Run("not the pinned version", func(t *testing.T) {
		cache, dir := newCache(t, nil, offline)
		put(t, dir, "1.1.0", 1, 0o755)
		_, err := cache.Get(t.Context(), "tool", "1.2.0")
		checkUnavailable(t, err, "only 1.2.3 can be built here; put the executable at "+
			cache.Path("tool", "1.2.0")+" (mode 0755) or name one in the attribute path; the cache has 1.1.0")
		checkClean(t, dir, "1.1.0")
	})
	t.Run("not a version that can be built, of what never can", func(t *testing.T) {
		cache, _ := newCache(t, nil, offline, func(c *artifact.Config) { c.Sources[0].Build = artifact.Build{} })
		_, err := cache.Get(t.Context(), "tool", "1.2.0")
		checkUnavailable(t, err, "it cannot be built from source; put the executable at "+
			cache.Path("tool", "1.2.0")+" (mode 0755) or name one in the attribute path")
	})
}

func checkUnavailable(t *testing.T, err error, ending string) {
	t.Helper()
	if !errors.Is(err, artifact.ErrUnavailable) {
		t.Fatalf("error %v", err)
	}
	message := err.Error()
	if !strings.HasSuffix(message, ending) || !strings.Contains(message, "cannot reach the release host 127.0.0.1:") {
		t.Errorf("error %q, want it to end with %q", message, ending)
	}
}
