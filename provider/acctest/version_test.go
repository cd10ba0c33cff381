package acctest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/artifact"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/porttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

// ownCache is an artifact cache of the test's own with the versions that are
// pinned, and the variable that makes the provider use it.
func ownCache(t *testing.T) (dir, variable string) {
	t.Helper()
	pinned, err := artifact.New(artifact.Config{})
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	dir = filepath.Join(home, "opp", "components")
	for _, name := range []string{"prometheus", "alertmanager", "node_exporter"} {
		versions, err := pinned.Versions(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, version := range versions {
			link(t, filepath.Dir(pinned.Path(name, version)), filepath.Join(dir, name, version))
		}
	}
	return dir, "XDG_CACHE_HOME=" + home
}

func link(t *testing.T, target, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}

// withVersion is the stack with another node_exporter.
func withVersion(version string) string {
	return strings.Replace(acctest.PlainStack, "node_exporter = { port = 0 }", "node_exporter = { port = 0, version = \""+version+"\" }", 1)
}

// Another version is another binary, and one that cannot be had is refused, on
// its attribute, while everything goes on as it was.
func TestVersion(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	cache, variable := ownCache(t)
	// The binary is the pinned one; which one runs is told by where it lies.
	link(t, filepath.Join(cache, "node_exporter", "1.12.1"), filepath.Join(cache, "node_exporter", "1.12.0"))
	empty := httptest.NewServer(http.NotFoundHandler())
	defer empty.Close()
	w := acctest.NewWorkspace(t, acctest.BuildProvider(t), e.StateDir, acctest.PlainStack)
	runs := func(version string) {
		t.Helper()
		units, err := e.Engine().List(t.Context(), "production/node_exporter")
		if want := filepath.Join(cache, "node_exporter", version, "node_exporter"); err != nil || len(units) != 1 || units[0].Unit.Path != want {
			t.Errorf("node_exporter runs as %+v, want %s (%v)", units, want, err)
		}
	}
	apply := func(config string, env ...string) (int, string) {
		w.Configure(config)
		return w.Run(append(env, variable), "apply", "-auto-approve", "-input=false")
	}
	// wrapped matches the text however Terraform breaks its lines.
	wrapped := func(text string) *regexp.Regexp {
		return regexp.MustCompile(strings.ReplaceAll(regexp.QuoteMeta(text), " ", `[\s│]+`))
	}

	if code, out := apply(acctest.PlainStack); code != 0 {
		t.Fatalf("apply: exit %d\n%s", code, out)
	}
	runs("1.12.1")
	if code, out := apply(withVersion("1.12.0")); code != 0 {
		t.Fatalf("apply of another version: exit %d\n%s", code, out)
	}
	runs("1.12.0")

	code, out := apply(withVersion("1.99.9"), "OPP_RELEASE_MIRROR="+empty.URL)
	if code == 0 || !wrapped(`Stack "production", node_exporter.version: cannot get node_exporter 1.99.9: no such version`).MatchString(out) {
		t.Errorf("a version that does not exist: exit %d\n%s", code, out)
	}
	runs("1.12.0")
	code, out = apply(withVersion("1.99.9"), "OPP_RELEASE_MIRROR=http://"+porttest.Address(t), "PATH=/nowhere")
	path := filepath.Join(cache, "node_exporter", "1.99.9", "node_exporter")
	if code == 0 || !wrapped("put the executable at "+path).MatchString(out) {
		t.Errorf("a version that cannot be had here: exit %d\n%s", code, out)
	}
	runs("1.12.0")

	w.Configure(withVersion("1.12.0"))
	if code, out := w.Run([]string{variable}, "plan", "-detailed-exitcode", "-input=false"); code != 0 {
		t.Errorf("plan after refused versions: exit %d\n%s", code, out)
	}
	w.Destroy()
}

// A machine with neither network nor Go gets one error that says what to put
// where, and is left as it was.
func TestOfflineWithoutGo(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	home := t.TempDir()
	w := acctest.NewWorkspace(t, acctest.BuildProvider(t), e.StateDir, acctest.PlainStack)
	code, out := w.Run([]string{"XDG_CACHE_HOME=" + home, "OPP_RELEASE_MIRROR=http://" + porttest.Address(t), "PATH=/nowhere"},
		"apply", "-auto-approve", "-input=false")
	all := strings.Join(strings.Fields(strings.ReplaceAll(out, "│", " ")), " ")
	for _, want := range []string{
		"there is no Go toolchain to build it with",
		"put the executable at " + filepath.Join(home, "opp", "components") + "/",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("the error does not say %q", want)
		}
	}
	if code == 0 || strings.Count(out, "Error: ") != 1 || t.Failed() {
		t.Errorf("exit %d\n%s", code, out)
	}
	if left, err := filepath.Glob(filepath.Join(home, "opp", "components", "*", "*")); err != nil || len(left) > 0 {
		t.Errorf("the cache has %q (%v)", left, err)
	}
}

// older is a program that runs another one and says it were of an older
// release. It knows no flag or file that has one of the words.
func older(t *testing.T, name, program, version, words string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	script := fmt.Sprintf(`#!/bin/sh
if [ "$*" = --version ]; then
	echo "%s, version %s (branch: HEAD, revision: 0)"
	exit
fi
for arg; do
	case $arg in --config.file=*) config=${arg#*=} ;; esac
done
if { echo "$@"; cat "$config"; } | grep -E '%s' >&2; then
	exit 1
fi
exec '%s' "$@"
`, name, version, words, program)
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// A binary of one's own is started with what it knows, whatever version says.
func TestOwnBinariesOfOlderReleases(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	pinned, err := artifact.New(artifact.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defaults := spec.DefaultStack("production")
	own := func(name string, c spec.Component, version, words string) string {
		return fmt.Sprintf("port = 0\n path = %q", older(t, name, pinned.Path(name, c.Version), version, words))
	}
	stack := strings.NewReplacer(
		"port                = 0", own("prometheus", defaults.Prometheus.Component, "2.45.0", "discovery-reload-interval|^ *retention:"),
		"alertmanager  = { port = 0 }", "alertmanager = {\n"+own("alertmanager", defaults.Alertmanager.Component, "0.25.0", "enable-feature|name: opp-severity")+"\n}",
	).Replace(acctest.PlainStack)
	w := acctest.NewWorkspace(t, acctest.BuildProvider(t), e.StateDir, stack)
	w.Apply()
	w.PlanEmpty()
	w.Destroy()
}
