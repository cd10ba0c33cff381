// Package selfhosted runs stacks on machines of one's own: it joins the two
// axes component and engine. Desired state becomes a generation (a directory of
// rendered files that is never changed again) and a unit per component; a
// generation is activated as a transaction.
package selfhosted

import (
	"context"
	"log/slog"
	"net"
	"path/filepath"
	"strconv"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/backend"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Artifacts finds or fetches the executable of a component.
type Artifacts interface {
	// Get returns the absolute path of the executable.
	Get(ctx context.Context, name, version string) (string, error)
}

// Starter is implemented by engines that have to be running to look after units
// and before engine.MetricsSource knows an address.
type Starter interface {
	Start(ctx context.Context) error
}

// Config of a Backend. Every field is required.
type Config struct {
	// StateDir is the directory that holds stacks/.
	StateDir string
	// Components that a stack may have, in the order in which drift is told.
	Components []component.Component
	// Engines maps spec.Stack.Engine to the engine.
	Engines   map[string]engine.Engine
	Artifacts Artifacts
	Logger    *slog.Logger
}

// Backend implements backend.Backend.
type Backend struct {
	Config
}

var _ backend.Backend = (*Backend)(nil)

// New returns a backend. It touches nothing until it is used.
func New(config Config) *Backend { return &Backend{Config: config} }

// supervisorAddress is the key of the engine's own metrics in component.Input.Addresses.
const supervisorAddress = "supervisor"

// layout knows where the files of one stack are.
type layout struct{ root string }

func (b *Backend) layout(stack string) layout {
	return layout{root: filepath.Join(b.StateDir, "stacks", stack)}
}

func (l layout) generations() string             { return filepath.Join(l.root, "generations") }
func (l layout) current() string                 { return filepath.Join(l.root, "current") }
func (l layout) secrets() string                 { return filepath.Join(l.root, "secrets") }
func (l layout) lock() string                    { return l.root + ".lock" }
func (l layout) config(component string) string  { return filepath.Join(l.current(), component) }
func (l layout) live(component string) string    { return filepath.Join(l.root, "live", component) }
func (l layout) private(component string) string { return filepath.Join(l.root, "private", component) }
func (l layout) data(component string) string    { return filepath.Join(l.root, "data", component) }
func (l layout) log(component string) string {
	return filepath.Join(l.root, "logs", component+".log")
}

// part is one enabled component of a stack, with what it was given.
type part struct {
	component.Component
	input component.Input
	spec  spec.Component
	// attached is the URL of a component that runs elsewhere: it has no unit.
	attached string
}

// endpoint is the component's base URL.
func (p part) endpoint() string {
	if p.attached != "" {
		return p.attached
	}
	return "http://" + p.input.Addresses[p.Name()]
}

// parts lists the enabled components with their input. Binaries are not resolved.
func (b *Backend) parts(state spec.State, runtime backend.Runtime, supervisor string) []part {
	l := b.layout(state.Stack.Name)
	useVersions(&state.Stack, runtime.Versions)
	addresses := map[string]string{}
	if supervisor != "" {
		addresses[supervisorAddress] = supervisor
	}
	var enabled []part
	for _, c := range b.Components {
		s := *c.Spec(&state.Stack)
		if !s.Enabled {
			continue
		}
		url := attached(c, &state.Stack)
		if url == "" {
			addresses[c.Name()] = address(s, runtime.Ports[c.Name()])
			for _, key := range furtherPorts(c) {
				addresses[key] = net.JoinHostPort(loopback, strconv.FormatInt(runtime.Ports[key], 10))
			}
		}
		enabled = append(enabled, part{Component: c, spec: s, attached: url, input: component.Input{
			State:      state,
			Addresses:  addresses,
			ConfigDir:  l.config(c.Name()),
			LiveDir:    l.live(c.Name()),
			DataDir:    l.data(c.Name()),
			PrivateDir: l.private(c.Name()),
			SecretsDir: l.secrets(),
		}})
	}
	return enabled
}

// unit is the launch spec of a part as the engine takes it.
func (b *Backend) unit(p part) (engine.Unit, error) {
	launch, err := p.Launch(p.input)
	if err != nil {
		return engine.Unit{}, err
	}
	memory, err := spec.ParseSize(p.spec.Memory)
	if err != nil {
		return engine.Unit{}, err
	}
	stack := p.input.State.Stack.Name
	return engine.Unit{
		Name:        unitName(stack, p.Name()),
		Path:        p.input.Binary,
		Args:        launch.Args,
		Env:         launch.Env,
		Dir:         p.input.DataDir,
		LogFile:     b.layout(stack).log(p.Name()),
		Listen:      launch.Listen,
		MemoryLimit: memory,
	}, nil
}

func unitName(stack, component string) string { return stack + "/" + component }

func (b *Backend) engine(state spec.State) (engine.Engine, error) {
	e, ok := b.Engines[state.Stack.Engine]
	if !ok {
		return nil, fieldError("engine", "there is no engine %q", state.Stack.Engine)
	}
	return e, nil
}
