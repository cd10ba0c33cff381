// Package local puts together the control plane that runs on the user's own
// machine: bbolt, the self-hosted backend with its components and engines, and
// the artifact cache. It is the composition root for the provider, for the
// server and for the acceptance tests.
package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/artifact"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/backend/selfhosted"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/client"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/alertmanager"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/collector"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/grafana"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/loki"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/nodeexporter"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/prometheus"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/controlplane"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine/process"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/server"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/store/bbolt"
)

// Config of a local control plane.
type Config struct {
	// StateDir holds everything but the artifacts; empty means DefaultStateDir.
	StateDir string
	// Version of this program: a supervisor of another version hands over.
	Version string
	// Supervise is the command that starts a supervisor, without the flags
	// that say where; empty means this program with the argument supervise.
	Supervise []string
	// Progress is told how a fetch of components goes on; nil for nobody.
	Progress func(artifact.Event)
	// Logger defaults to slog.Default().
	Logger *slog.Logger
}

// DefaultStateDir is $OPP_STATE_DIR, else $XDG_STATE_HOME/opp, else
// ~/.local/state/opp.
func DefaultStateDir() (string, error) {
	if dir := os.Getenv("OPP_STATE_DIR"); dir != "" {
		return dir, nil
	}
	if dir := os.Getenv("XDG_STATE_HOME"); dir != "" {
		return filepath.Join(dir, "opp"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("cannot find the state directory: %w; set OPP_STATE_DIR", err)
	}
	return filepath.Join(home, ".local", "state", "opp"), nil
}

// patterns are what components take for a pattern in the path of a file.
const patterns = `*?[\`

// StateDir is the one path of a state directory, however users write it: empty
// for the default, from their home directory where it begins with ~/, relative,
// through symbolic links. It is in the flags of all components, so a second
// path would look like a change of all of them.
func StateDir(written string) (dir string, err error) {
	if dir = written; dir == "" {
		if dir, err = DefaultStateDir(); err != nil {
			return "", err
		}
	}
	if below, ok := strings.CutPrefix(dir, "~/"); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("cannot use the state directory %q: %w", dir, err)
		}
		dir = filepath.Join(home, below)
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return "", fmt.Errorf("cannot use the state directory %q: %w", written, err)
	}
	if dir = resolved(dir); strings.ContainsAny(filepath.ToSlash(dir), patterns) {
		return "", fmt.Errorf("cannot use the state directory %q: Prometheus takes %s in a path for a pattern; choose another", dir, patterns)
	}
	return dir, nil
}

// resolved follows the symbolic links in a path whose end need not exist yet.
func resolved(dir string) string {
	target, err := filepath.EvalSymlinks(dir)
	switch parent := filepath.Dir(dir); {
	case err == nil:
		return target
	case errors.Is(err, fs.ErrNotExist) && parent != dir:
		return filepath.Join(resolved(parent), filepath.Base(dir))
	}
	return dir // whoever uses it is told why it cannot be used
}

// Open puts the control plane together. It starts nothing.
func Open(config Config) (*controlplane.Plane, error) {
	if config.Logger == nil {
		config.Logger = slog.Default()
	}
	if err := config.complete(); err != nil {
		return nil, err
	}
	cache, err := artifact.New(artifact.Config{Progress: config.Progress})
	if err != nil {
		return nil, err
	}
	db, err := bbolt.Open(filepath.Join(config.StateDir, "opp.db"))
	if err != nil {
		return nil, err
	}
	return controlplane.New(db, selfhosted.New(selfhosted.Config{
		StateDir: config.StateDir,
		Components: append([]component.Component{
			alertmanager.New(), collector.New(), grafana.New(), loki.New(), nodeexporter.New(), prometheus.New(),
		}, alertmanager.Replicas()...),
		Engines: map[string]engine.Engine{
			spec.EngineProcess: process.New(process.Config{StateDir: config.StateDir, Version: config.Version, Command: config.Supervise}),
		},
		Artifacts: artifacts{cache},
		Logger:    config.Logger,
	}), config.Logger), nil
}

// Connect returns a client of the control plane at endpoint or, if that is
// empty, of one that runs in this process.
func Connect(config Config, endpoint, token string) (*client.Client, error) {
	if endpoint != "" {
		return client.FromEndpoint(endpoint, token)
	}
	plane, err := Open(config)
	if err != nil {
		return nil, err
	}
	handler := server.New(plane, server.Options{Logger: config.Logger})
	return client.New(client.InProcess(handler), "http://in-process", ""), nil
}

// complete fills in the defaults and makes the state directory absolute.
func (c *Config) complete() error {
	var err error
	if c.StateDir, err = StateDir(c.StateDir); err != nil {
		return err
	}
	if len(c.Supervise) == 0 {
		self, err := os.Executable()
		if err != nil {
			return fmt.Errorf("cannot find this program to start a supervisor: %w", err)
		}
		c.Supervise = []string{self, "supervise"}
	}
	c.Supervise = append(append([]string{}, c.Supervise...), "--state-dir", c.StateDir)
	return nil
}

// artifacts points the error about a version that cannot be had at the attribute
// that asks for it.
type artifacts struct{ cache *artifact.Cache }

func (a artifacts) Get(ctx context.Context, name, version string) (string, error) {
	path, err := a.cache.Get(ctx, name, version)
	if errors.Is(err, artifact.ErrNoSuchVersion) || errors.Is(err, artifact.ErrUnavailable) {
		var fields spec.FieldErrors
		fields.Add(name+".version", "Choose a version that exists, or set path to a binary of your own.", "%v", err)
		return "", &api.Error{Code: api.CodeInvalid, Message: err.Error(), Fields: fields}
	}
	return path, err
}
