package artifact_test

import (
	"bytes"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/artifact"
)

func read(t *testing.T, src artifact.Source, name string) []byte {
	t.Helper()
	data, err := fs.ReadFile(src.Build.Module, name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func requirements(t *testing.T, src artifact.Source) []*modfile.Require {
	t.Helper()
	mod, err := modfile.Parse("go.mod", read(t, src, "go.mod.txt"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return mod.Require
}

// What is built must be what the release of the same version would bring.
func TestModulesBuildThePinnedVersion(t *testing.T) {
	for _, src := range artifact.Builtin() {
		if len(src.Build.Packages) == 0 {
			continue // it is only downloaded
		}
		t.Run(src.Name, func(t *testing.T) {
			version := "v" + src.Version
			if src.Name == "prometheus" { // 3.16.0 is the module's v0.316.0
				version = "v0." + strings.Replace(src.Version, ".", "", 1)
			}
			for _, want := range src.Build.Packages {
				if want == "." {
					want = "go.opentelemetry.io/collector/otelcol"
				}
				if !slices.ContainsFunc(requirements(t, src), func(r *modfile.Require) bool {
					return strings.HasPrefix(want+"/", r.Mod.Path+"/") && r.Mod.Version == version
				}) {
					t.Errorf("go.mod does not require %s %s", want, version)
				}
			}
			if len(read(t, src, "go.sum.txt")) == 0 {
				t.Error("nothing protects the build")
			}
		})
	}
}

// The Go tool does not look at a file that ends in .txt.
func TestCollectorCommand(t *testing.T) {
	all := artifact.Builtin()
	src := all[slices.IndexFunc(all, func(s artifact.Source) bool { return s.Name == "collector" })]
	code := read(t, src, "main.go.txt")
	if formatted, err := format.Source(code); err != nil || !bytes.Equal(formatted, code) {
		t.Errorf("main.go is not formatted: %v", err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), "main.go", code, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	// Modules of the same release: those that promise stability count apart.
	versions := []string{"v" + src.Version, "v1.66.0"}
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil || !strings.Contains(path, ".") {
			continue
		}
		if !slices.ContainsFunc(requirements(t, src), func(r *modfile.Require) bool {
			return !r.Indirect && strings.HasPrefix(path+"/", r.Mod.Path+"/") && slices.Contains(versions, r.Mod.Version)
		}) {
			t.Errorf("go.mod does not require %s at one of %s", path, versions)
		}
	}
}
