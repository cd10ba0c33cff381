package tfcli_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/tfcli"
)

// install puts a program that reports a version into dir.
func install(t *testing.T, dir, name, version string) {
	t.Helper()
	script := "#!/bin/sh\necho '{\"terraform_version\": \"" + version + "\"}'\n"
	if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
}

func TestFind(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the stand-ins are shell scripts")
	}
	tests := map[string]struct {
		terraform, tofu, named string
		want, wantErr          string
	}{
		"terraform first":      {terraform: "1.11.0", tofu: "1.12.6", want: "terraform"},
		"tofu alone":           {tofu: "1.11.0", want: "tofu"},
		"old terraform, tofu":  {terraform: "1.10.5", tofu: "1.11.2", want: "tofu"},
		"pre-release is older": {terraform: "1.11.0-rc1", wantErr: `it is version "1.11.0-rc1", 1.11 or newer is needed`},
		"nothing":              {wantErr: "cannot find terraform or tofu on PATH"},
		"named wins":           {terraform: "1.12.0", named: "1.13.0", want: "named"},
		"named is too old":     {terraform: "1.12.0", named: "1.5.7", wantErr: "1.11 or newer is needed"},
		"named says nonsense":  {named: `"`, wantErr: "cannot read the version"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("PATH", dir)
			t.Setenv(tfcli.PathEnv, "")
			if test.terraform != "" {
				install(t, dir, "terraform", test.terraform)
			}
			if test.tofu != "" {
				install(t, dir, "tofu", test.tofu)
			}
			if test.named != "" {
				install(t, dir, "named", test.named)
				t.Setenv(tfcli.PathEnv, filepath.Join(dir, "named"))
			}
			cli, err := tfcli.Find(t.Context())
			if test.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), test.wantErr) {
					t.Fatalf("got %v, want an error with %q", err, test.wantErr)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := filepath.Base(cli.Path); got != test.want {
				t.Errorf("found %s, want %s", got, test.want)
			}
		})
	}
}

func TestOpenTofuIsFetchedWhenMissing(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the stand-ins are shell scripts")
	}
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	provider := filepath.Join(t.TempDir(), "provider")
	script := "#!/bin/sh\necho asked: \"$@\" >&2\nexit 3\n"
	if err := os.WriteFile(provider, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := tfcli.OpenTofu(t.Context(), provider)
	if err == nil || !strings.Contains(err.Error(), "cannot fetch OpenTofu: exit status 3") {
		t.Errorf("got %v, want the provider's failure", err)
	}
}

func TestWriteConfig(t *testing.T) {
	file := filepath.Join(t.TempDir(), "rc")
	provider := filepath.Join(t.TempDir(), "terraform-provider-x")
	if err := tfcli.WriteConfig(file, provider, "acme/x"); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := `"acme/x" = "` + filepath.ToSlash(filepath.Dir(provider)) + `"`
	if !strings.Contains(string(got), want) {
		t.Errorf("configuration has no %s:\n%s", want, got)
	}
}
