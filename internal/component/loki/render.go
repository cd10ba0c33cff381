package loki

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"go.yaml.in/yaml/v3"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
)

const (
	configFile = "loki.yml"
	limitsFile = "limits.yml"
	// rulesFolder holds the rule files. Loki takes its name for a tenant, and
	// reads every file in it.
	rulesFolder = tenant
)

// Render implements component.Component.
func (*Component) Render(in component.Input) (component.Files, error) {
	config, err := wantedConfig(in)
	if err != nil {
		return nil, fmt.Errorf("cannot render %s: %w", configFile, err)
	}
	wanted, err := wantedLimits(in)
	if err != nil {
		return nil, err
	}
	groups, err := wantedGroups(in)
	if err != nil {
		return nil, err
	}
	contents := map[string]any{configFile: config, limitsFile: overrides{map[string]limits{tenant: wanted}}}
	for _, g := range groups {
		contents[g.Path] = g.File()
	}
	files := component.Files{}
	for path, content := range contents {
		text, err := component.YAML(content)
		if err != nil {
			return nil, fmt.Errorf("cannot render %s: %w", path, err)
		}
		files[path] = component.File{Data: text}
	}
	return files, nil
}

// Check implements component.Component. Loki's own parsers would bring all of
// Loki with them, so this is what can be checked without: LogQL is not parsed
// here, but by the running Loki before a rule is rendered.
func (*Component) Check(_ component.Input, files component.Files) error {
	for path, file := range files {
		var err error
		switch {
		case path == configFile:
			err = decode(file.Data, &section{})
		case path == limitsFile:
			err = decode(file.Data, &overrides{})
		case strings.HasPrefix(path, rulesFolder+"/"):
			_, errs := rulefmt.Parse(file.Data, false, model.LegacyValidation, anyExpr{}, slog.New(slog.DiscardHandler))
			err = errors.Join(errs...)
		}
		if err != nil {
			return fmt.Errorf("cannot accept %s: %w", path, err)
		}
	}
	return nil
}

// decode reads YAML without fields that are unknown.
func decode(text []byte, into any) error {
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	return d.Decode(into)
}

// anyExpr takes every expression.
type anyExpr struct{ parser.Parser }

func (anyExpr) ParseExpr(string) (parser.Expr, error) { return &parser.NumberLiteral{}, nil }

// Launch implements component.Component. Loki reads its configuration at start
// only, so the digest of it is part of how it is started.
func (c *Component) Launch(in component.Input) (component.Launch, error) {
	files, err := c.Render(in)
	if err != nil {
		return component.Launch{}, err
	}
	return component.Launch{
		Args:   []string{"-config.file=" + filepath.Join(in.ConfigDir, configFile)},
		Env:    []string{"OPP_CONFIG=" + files.Digest(configFile)},
		Listen: []string{address(in), in.Addresses[component.Loki+"/"+grpcPort]},
	}, nil
}
