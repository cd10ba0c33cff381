package component_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
)

func TestBinaryVersion(t *testing.T) {
	for name, test := range map[string]struct{ script, want string }{
		"a release":          {`test "$*" = --version && echo "alertmanager, version 0.26.0 (branch: HEAD, revision: d7b4f0c)"`, "0.26.0"},
		"on standard error":  {`echo "prometheus, version 2.45.0+ds (branch: debian/sid)" >&2`, "2.45.0"},
		"a candidate":        {`echo "prometheus, version v3.0.0-rc.0 (branch: HEAD)"`, "3.0.0"},
		"a build of its own": {`echo "alertmanager, version (devel)"`, ""},
		"another program":    {`echo "GNU coreutils 9.1.0"`, ""},
		"a refusal":          {`echo "alertmanager, version 0.26.0: unknown flag --version"; exit 1`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			binary := filepath.Join(t.TempDir(), "program")
			if err := os.WriteFile(binary, []byte("#!/bin/sh\n"+test.script+"\n"), 0o700); err != nil {
				t.Fatal(err)
			}
			if got := component.BinaryVersion(t.Context(), binary); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	if got := component.BinaryVersion(t.Context(), filepath.Join(t.TempDir(), "missing")); got != "" {
		t.Errorf("a program that is not there is of release %q", got)
	}
}
