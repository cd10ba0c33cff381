package local_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/controlplane/local"
)

func TestStateDir(t *testing.T) {
	home, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(home, filepath.Join(home, "link")); err != nil {
		t.Fatal(err)
	}
	t.Chdir(home)
	t.Setenv("HOME", home)
	t.Setenv("XDG_STATE_HOME", "")
	for _, test := range []struct{ environment, written, want string }{
		{"", "", ".local/state/opp"},
		{"~/state", "", "state"},
		{"/elsewhere", "~/state", "state"},
		{"", "state of \"mine\", ü", "state of \"mine\", ü"},
		{"", "link/new/state", "new/state"},
		{"", "~other/state", "~other/state"},
	} {
		t.Setenv("OPP_STATE_DIR", test.environment)
		if got, err := local.StateDir(test.written); err != nil || got != filepath.Join(home, test.want) {
			t.Errorf("StateDir(%q) with OPP_STATE_DIR=%q is %q (%v), want %q", test.written, test.environment, got, err, test.want)
		}
	}
	for _, written := range []string{"/a[b]", "/a*", "what?", `/a\b`} {
		if got, err := local.StateDir(written); err == nil || !strings.Contains(err.Error(), "pattern") {
			t.Errorf("StateDir(%q) is %q (%v), want an error", written, got, err)
		}
	}
}
