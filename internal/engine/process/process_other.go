//go:build !linux && !darwin

package process

import (
	"context"
	"errors"
	"runtime"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
)

type unavailable struct{ err error }

// New makes an engine that refuses everything.
func New(Config) engine.Engine {
	return unavailable{errors.New("the process engine is not available on " + runtime.GOOS)}
}

func (u unavailable) Ensure(context.Context, engine.Unit) (engine.Status, error) {
	return engine.Status{}, u.err
}

func (u unavailable) Restart(context.Context, string) (engine.Status, error) {
	return engine.Status{}, u.err
}

func (u unavailable) HangUp(context.Context, string) error { return u.err }

func (u unavailable) Remove(context.Context, string) error { return u.err }

func (u unavailable) List(context.Context, string) ([]engine.Status, error) { return nil, u.err }

// MetricsAddress implements engine.MetricsSource.
func (u unavailable) MetricsAddress(context.Context) (string, error) { return "", u.err }
