// Command docgen renders docs/ from templates/, examples/ and the schema of
// the provider built here, or checks that docs/ is what would be rendered.
// tfplugindocs would download Terraform where there is none; so the schema is
// taken with whatever command line there is, and handed over.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/tfcli"
)

// schemaAddress is the only registry address that tfplugindocs looks for.
const schemaAddress = "registry.terraform.io/hashicorp/opp"

const schemaConfig = `terraform {
  required_providers {
    opp = {
      source = "` + schemaAddress + `"
    }
  }
}
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	provider := flag.String("provider", filepath.Join("bin", "terraform-provider-opp"), "the provider binary")
	tool := flag.String("tfplugindocs", filepath.Join("bin", "tfplugindocs"), "the tfplugindocs binary")
	check := flag.Bool("check", false, "compare with docs/ instead of writing it")
	flag.Parse()

	tmp, err := os.MkdirTemp("", "docgen-")
	if err != nil {
		return fmt.Errorf("cannot make a temporary directory: %v", err)
	}
	defer os.RemoveAll(tmp)
	schema, err := writeSchema(ctx, *provider, tmp)
	if err != nil {
		return err
	}
	if !*check {
		return render(ctx, *tool, schema, "docs")
	}
	rendered := filepath.Join(tmp, "docs")
	if err := render(ctx, *tool, schema, rendered); err != nil {
		return err
	}
	return compare(rendered, "docs")
}

// writeSchema asks the provider for its schema and returns the file it is in.
func writeSchema(ctx context.Context, provider, dir string) (string, error) {
	provider, err := filepath.Abs(provider)
	if err != nil {
		return "", fmt.Errorf("cannot use %q: %v", provider, err)
	}
	cli, err := tfcli.FindOrFetch(ctx, provider)
	if err != nil {
		return "", err
	}
	config := filepath.Join(dir, "terraformrc")
	if err := tfcli.WriteConfig(config, provider, schemaAddress); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(schemaConfig), 0o600); err != nil {
		return "", fmt.Errorf("cannot write a configuration: %v", err)
	}
	cmd := exec.CommandContext(ctx, cli.Path, "-chdir="+dir, "providers", "schema", "-json")
	cmd.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+config)
	cmd.Stderr = os.Stderr
	schema, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("cannot get the provider's schema: %v", err)
	}
	file := filepath.Join(dir, "schema.json")
	if err := os.WriteFile(file, schema, 0o600); err != nil {
		return "", fmt.Errorf("cannot write the provider's schema: %v", err)
	}
	return file, nil
}

// render runs tfplugindocs, which takes its output directory relative to the
// provider's.
func render(ctx context.Context, tool, schema, out string) error {
	root, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("cannot find the working directory: %v", err)
	}
	if filepath.IsAbs(out) {
		if out, err = filepath.Rel(root, out); err != nil {
			return fmt.Errorf("cannot render the documentation: %v", err)
		}
	}
	cmd := exec.CommandContext(ctx, tool, "generate", "--provider-dir", root, "--provider-name", "opp",
		"--providers-schema", schema, "--rendered-website-dir", out)
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("cannot render the documentation: %v\n%s", err, output)
	}
	return foldPages(out)
}

// compare says which pages of docs differ from the rendered ones. It looks at
// the directories that the registry shows; docs has others as well.
func compare(rendered, docs string) error {
	want, err := pages(rendered)
	if err != nil {
		return err
	}
	have, err := pages(docs)
	if err != nil {
		return err
	}
	var stale []error
	for page, text := range want {
		if have[page] != text {
			stale = append(stale, fmt.Errorf("%s is stale: run make generate", filepath.Join(docs, page)))
		}
	}
	for page := range have {
		if _, ok := want[page]; !ok {
			stale = append(stale, fmt.Errorf("%s is not rendered from anything: run make generate", filepath.Join(docs, page)))
		}
	}
	return errors.Join(stale...)
}

// pages reads the pages that the registry shows; a missing directory has none.
func pages(dir string) (map[string]string, error) {
	found := map[string]string{}
	for _, pattern := range []string{"index.md", "guides/*", "resources/*", "data-sources/*", "functions/*", "ephemeral-resources/*"} {
		files, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(pattern)))
		if err != nil {
			return nil, fmt.Errorf("cannot list pages: %v", err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, fmt.Errorf("cannot read a page: %v", err)
			}
			name, err := filepath.Rel(dir, file)
			if err != nil {
				return nil, fmt.Errorf("cannot read a page: %v", err)
			}
			found[name] = string(text)
		}
	}
	return found, nil
}
