package grafanatest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// HomeEnv names the Grafana home directory that tests run against instead of the double.
const HomeEnv = "OPP_TEST_GRAFANA_HOME"

// defaults are those of the real conf/defaults.ini that the double reads.
const defaults = `[paths]
data = data
provisioning = conf/provisioning

[server]
protocol = http
http_addr =
http_port = 3000
domain = localhost
root_url = %(protocol)s://%(domain)s:%(http_port)s/
serve_from_sub_path = false

[security]
admin_user = admin
admin_password = admin

[auth.anonymous]
enabled = false
org_role = Viewer
`

// Home returns a Grafana home directory: the real one that HomeEnv names, else
// one of the double, which lives as long as the test.
func Home(t testing.TB) string {
	t.Helper()
	if home := os.Getenv(HomeEnv); home != "" {
		return home
	}
	home := t.TempDir()
	if err := MakeHome(home); err != nil {
		t.Fatal(err)
	}
	return home
}

// MakeHome makes dir, which must exist, the home directory of a double. It
// needs the Go toolchain and the module that the working directory lies in.
func MakeHome(dir string) error {
	executable, err := build()
	if err != nil {
		return fmt.Errorf("cannot build the double of Grafana: %v", err)
	}
	for _, sub := range []string{"bin", "conf"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o750); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "VERSION"), []byte(Version+"\n"), 0o600); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "conf", "defaults.ini"), []byte(defaults), 0o600); err != nil {
		return err
	}
	// A link and no copy: an executable that this process has just written cannot
	// run while another goroutine's child still has it open.
	return os.Symlink(executable, filepath.Join(dir, "bin", "grafana"))
}

// build builds the program once per process and returns its path. It lies in
// the user's cache, so that a process that was started from a home directory
// can be started again whatever became of the tests.
var build = sync.OnceValues(func() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "opp", "test")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", err
	}
	scratch, err := os.MkdirTemp(dir, "build-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(scratch)
	built, final := filepath.Join(scratch, "grafana"), filepath.Join(dir, "grafana")
	const program = "github.com/openpolicyplatform/terraform-provider-opp/internal/component/grafana/grafanatest/cmd/grafana"
	command := exec.Command("go", "build", "-buildvcs=false", "-o", built, program)
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%v: %s", err, output)
	}
	return final, os.Rename(built, final)
})
