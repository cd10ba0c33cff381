// Package supervisor keeps units running on this machine. It is a small daemon
// that the process engine starts on demand and talks to over a unix socket;
// the units survive both the engine's caller and the supervisor itself.
//
// Its files are in the state directory: supervisor.sock (the API),
// supervisor.lock (one supervisor per state directory), supervisor.json (what
// it looks after, enough to find every process again after a crash) and
// supervisor.log. It runs on Linux and macOS.
package supervisor

import (
	"log/slog"
	"time"
)

// DefaultLinger is how long a supervisor without units waits for new ones.
const DefaultLinger = 5 * time.Second

// Config of a supervisor.
type Config struct {
	// StateDir is made if it is not there.
	StateDir string
	// Version of the program; an engine of another version takes over.
	Version string
	// Linger is how long to stay without units; 0 means DefaultLinger.
	Linger time.Duration
	// Stay is for service managers: the supervisor runs on without units, and
	// stands by while the state directory has another one.
	Stay bool
	// Logger defaults to slog.Default().
	Logger *slog.Logger
}
