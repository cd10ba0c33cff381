//go:build linux || darwin

package process

import "context"

// Start makes a supervisor run, so that MetricsAddress has one to tell. It
// leaves again if no unit is asked for.
func (e *processEngine) Start(ctx context.Context) error { return e.connect(ctx) }
