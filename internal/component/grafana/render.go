package grafana

import (
	"fmt"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
)

const (
	iniFile         = "grafana.ini"
	dataSourcesFile = "provisioning/datasources/opp.yml"
)

// Render implements component.Component. A Grafana that runs elsewhere has no files of ours.
func (*Component) Render(in component.Input) (component.Files, error) {
	if in.State.Stack.Grafana.External() {
		return component.Files{}, nil
	}
	wanted, err := wantedSettings(in)
	if err != nil {
		return nil, err
	}
	ini, err := wanted.text()
	if err != nil {
		return nil, err
	}
	sources, err := component.YAML(provisioning{APIVersion: 1, Prune: true, DataSources: wantedDataSources(in)})
	if err != nil {
		return nil, fmt.Errorf("cannot render %s: %w", dataSourcesFile, err)
	}
	return component.Files{iniFile: {Data: ini}, dataSourcesFile: {Data: sources}}, nil
}

// Check implements component.Component. Grafana has no way to check its files,
// so this is what it would stumble over.
func (*Component) Check(in component.Input, files component.Files) error {
	if ini, ok := files[iniFile]; ok {
		if err := checkAdmin(in); err != nil {
			return err
		}
		if err := checkINI(string(ini.Data)); err != nil {
			return fmt.Errorf("cannot read %s: %w", iniFile, err)
		}
	}
	if sources, ok := files[dataSourcesFile]; ok {
		if err := yaml.Unmarshal(sources.Data, &provisioning{}); err != nil {
			return fmt.Errorf("cannot read %s: %w", dataSourcesFile, err)
		}
	}
	return nil
}

// checkINI reads lines as Grafana does: sections, and keys with values.
func checkINI(text string) error {
	open, quoted := "", false
	for number, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if quoted {
			quoted = !strings.Contains(line, open)
			continue
		}
		if line == "" || strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") {
			continue
		}
		key, value, ok := strings.Cut(line, " = ")
		if !ok && strings.HasSuffix(line, " =") {
			key, ok = strings.TrimSuffix(line, " ="), true
		}
		if !ok || key == "" || strings.ContainsAny(key, "=:#;`\"[]") {
			return fmt.Errorf("line %d: no key with a value: %s", number+1, line)
		}
		for _, open = range []string{`"""`, "`"} {
			if rest, starts := strings.CutPrefix(value, open); starts {
				quoted = !strings.Contains(rest, open)
				break
			}
		}
	}
	if quoted {
		return fmt.Errorf("a value that begins with %s does not end", open)
	}
	return nil
}

// Launch implements component.Component. Grafana reads its files at start only,
// so their digest is part of how it is started: a change of them restarts it.
func (c *Component) Launch(in component.Input) (component.Launch, error) {
	if in.State.Stack.Grafana.External() {
		return component.Launch{}, nil
	}
	files, err := c.Render(in)
	if err != nil {
		return component.Launch{}, err
	}
	return component.Launch{
		Args: []string{
			"server", "--homepath", filepath.Dir(filepath.Dir(in.Binary)),
			"--config", filepath.Join(in.ConfigDir, iniFile),
		},
		Env:    []string{"OPP_CONFIG=" + files.Digest()},
		Listen: []string{in.Addresses[component.Grafana]},
	}, nil
}
