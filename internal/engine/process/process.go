//go:build linux || darwin

package process

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/supervisor"
)

const (
	// attempts bounds how often a change is asked for while supervisors come and go.
	attempts = 5
	// listTimeout is how long a supervisor may take to tell about its units:
	// one that is paused or hangs keeps nobody from seeing what runs.
	listTimeout = 2 * time.Second
)

type processEngine struct {
	cfg    Config
	client *supervisor.Client
}

var _ engine.MetricsSource = (*processEngine)(nil)

// New makes the engine; it starts nothing yet. It is an engine.MetricsSource.
func New(cfg Config) engine.Engine {
	// The supervisor does not share our working directory.
	if dir, err := filepath.Abs(cfg.StateDir); err == nil {
		cfg.StateDir = dir
	}
	return &processEngine{cfg: cfg, client: supervisor.NewClient(cfg.StateDir)}
}

// Ensure implements engine.Engine.
func (e *processEngine) Ensure(ctx context.Context, unit engine.Unit) (engine.Status, error) {
	var status engine.Status
	err := e.change(ctx, "start unit", unit.Name, func() (err error) {
		status, err = e.client.Ensure(ctx, unit)
		return err
	})
	return status, err
}

// Restart implements engine.Engine.
func (e *processEngine) Restart(ctx context.Context, name string) (engine.Status, error) {
	var status engine.Status
	err := e.change(ctx, "restart unit", name, func() (err error) {
		status, err = e.client.Restart(ctx, name)
		return err
	})
	return status, err
}

// HangUp implements engine.Engine.
func (e *processEngine) HangUp(ctx context.Context, name string) error {
	return e.change(ctx, "hang up on unit", name, func() error { return e.client.HangUp(ctx, name) })
}

// Remove implements engine.Engine. It starts a supervisor only if one has left
// a handle of the unit.
func (e *processEngine) Remove(ctx context.Context, name string) error {
	recorded, err := supervisor.ReadRecorded(e.cfg.StateDir, name)
	if err != nil {
		return err
	}
	if _, known := recorded.Units[name]; !known {
		return nil
	}
	return e.change(ctx, "remove unit", name, func() error { return e.client.Remove(ctx, name) })
}

// List implements engine.Engine. Without a supervisor that answers it tells
// what the last one wrote down and which of the processes are still there.
func (e *processEngine) List(ctx context.Context, prefix string) ([]engine.Status, error) {
	asked, cancel := context.WithTimeout(ctx, listTimeout)
	defer cancel()
	statuses, err := e.client.List(asked, prefix)
	silent := err != nil && asked.Err() != nil && ctx.Err() == nil
	if !silent && !errors.Is(err, supervisor.ErrUnavailable) {
		return statuses, err
	}
	recorded, err := supervisor.ReadRecorded(e.cfg.StateDir, prefix)
	if err != nil {
		return nil, err
	}
	for _, status := range recorded.Units {
		status.Unattended = true
		statuses = append(statuses, status)
	}
	slices.SortFunc(statuses, func(a, b engine.Status) int { return strings.Compare(a.Unit.Name, b.Unit.Name) })
	return statuses, nil
}

// MetricsAddress implements engine.MetricsSource. The address is still told
// while a crashed supervisor is not replaced yet: the next one takes it again.
func (e *processEngine) MetricsAddress(context.Context) (string, error) {
	recorded, err := supervisor.ReadRecorded(e.cfg.StateDir, "")
	return recorded.MetricsAddress, err
}

// change asks a supervisor of our version to do something idempotent, and asks
// again when the supervisor goes away meanwhile.
func (e *processEngine) change(ctx context.Context, verb, name string, ask func() error) error {
	var err error
	for range attempts {
		if err = e.connect(ctx); err != nil {
			return fmt.Errorf("cannot %s %q: %w", verb, name, err)
		}
		if err = ask(); !errors.Is(err, supervisor.ErrUnavailable) {
			return err
		}
	}
	return fmt.Errorf("cannot %s %q: %w", verb, name, err)
}
