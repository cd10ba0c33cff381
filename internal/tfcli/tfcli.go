// Package tfcli finds a Terraform or OpenTofu command line and prepares it to
// use a provider that was built here, without touching the user's settings.
// The programs of this repository use it; the provider does not.
package tfcli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"golang.org/x/mod/semver"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/artifact"
)

// PathEnv names an executable to use instead of what PATH has. It is the
// variable of the acceptance test framework.
const PathEnv = "TF_ACC_TERRAFORM_PATH"

// minVersion is the first with write-only attributes, in both products.
const minVersion = "v1.11.0"

// openTofu is the name of the artifact that stands in when PATH has nothing.
const openTofu = "opentofu"

// CLI is a command line that is new enough.
type CLI struct {
	// Path is absolute.
	Path string
	// Version has no leading v.
	Version string
}

// Find returns the executable that PathEnv names, else terraform, else tofu
// from PATH. The error says in one sentence what is missing.
func Find(ctx context.Context) (CLI, error) {
	if path := os.Getenv(PathEnv); path != "" {
		return inspect(ctx, path)
	}
	var tooOld error
	for _, name := range []string{"terraform", "tofu"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		cli, err := inspect(ctx, path)
		if err == nil {
			return cli, nil
		}
		tooOld = err
	}
	if tooOld != nil {
		return CLI{}, tooOld
	}
	return CLI{}, fmt.Errorf("cannot find terraform or tofu on PATH; 1.11 or newer of either is needed")
}

// FindOrFetch is Find, or else OpenTofu from the component cache. A provider
// binary fetches it, because it shows progress; provider is its path.
func FindOrFetch(ctx context.Context, provider string) (CLI, error) {
	cli, err := Find(ctx)
	if err == nil || os.Getenv(PathEnv) != "" {
		return cli, err
	}
	fmt.Fprintf(os.Stderr, "%s: taking OpenTofu instead.\n", err)
	return OpenTofu(ctx, provider)
}

// OpenTofu returns the pinned OpenTofu, fetched with the provider binary if
// the component cache does not have it.
func OpenTofu(ctx context.Context, provider string) (CLI, error) {
	cache, err := artifact.New(artifact.Config{})
	if err != nil {
		return CLI{}, err
	}
	var path string
	for _, pin := range cache.Pinned() {
		if pin.Name == openTofu {
			path = cache.Path(pin.Name, pin.Version)
		}
	}
	if _, err := os.Stat(path); err != nil {
		fetch := exec.CommandContext(ctx, provider, "components", "fetch", openTofu)
		fetch.Stdout, fetch.Stderr = os.Stderr, os.Stderr
		if err := fetch.Run(); err != nil {
			return CLI{}, fmt.Errorf("cannot fetch OpenTofu: %v", err)
		}
	}
	return inspect(ctx, path)
}

// inspect asks an executable for its version.
func inspect(ctx context.Context, path string) (CLI, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return CLI{}, fmt.Errorf("cannot use %q: %v", path, err)
	}
	cmd := exec.CommandContext(ctx, path, "version", "-json")
	// OpenTofu would put its complaints about the user's settings before the JSON.
	cmd.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE=")
	out, err := cmd.Output()
	if err != nil {
		return CLI{}, fmt.Errorf("cannot ask %q for its version: %v", path, err)
	}
	var answer struct {
		Version string `json:"terraform_version"` // OpenTofu spells it so, too
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		return CLI{}, fmt.Errorf("cannot read the version of %q: %v", path, err)
	}
	if semver.Compare("v"+answer.Version, minVersion) < 0 {
		return CLI{}, fmt.Errorf("cannot use %q: it is version %q, 1.11 or newer is needed", path, answer.Version)
	}
	return CLI{Path: path, Version: answer.Version}, nil
}

// WriteConfig writes a command-line configuration that takes the provider from
// the directory of the binary, for each of the addresses. Such a provider
// needs no init.
func WriteConfig(file, provider string, addresses ...string) error {
	config := "disable_checkpoint = true\n\nprovider_installation {\n  dev_overrides {\n"
	for _, address := range addresses {
		config += fmt.Sprintf("    %q = %q\n", address, filepath.ToSlash(filepath.Dir(provider)))
	}
	config += "  }\n  direct {}\n}\n"
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		return fmt.Errorf("cannot write command-line configuration: %v", err)
	}
	return nil
}
