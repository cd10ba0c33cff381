// Package engine runs launch specs and keeps them running. It knows nothing of
// monitoring.
package engine

import (
	"context"
	"fmt"
	"time"
)

// Unit is what an engine is asked to keep running.
type Unit struct {
	// Name identifies the unit in its engine: "STACK/COMPONENT".
	Name string `json:"name"`
	// Path is the absolute path of the binary, Args its arguments without argv[0].
	Path string   `json:"path"`
	Args []string `json:"args"`
	// Env is the whole environment, KEY=value; nothing is inherited.
	Env []string `json:"env,omitempty"`
	// Dir is the working directory.
	Dir string `json:"dir"`
	// LogFile gets standard output and error; the engine rotates it.
	LogFile string `json:"log_file"`
	// Listen are the host:port pairs the unit will bind; the engine refuses to
	// start the unit while somebody else has one.
	Listen []string `json:"listen,omitempty"`
	// MemoryLimit in bytes; 0 for none.
	MemoryLimit int64 `json:"memory_limit,omitempty"`
	// StopTimeout is how long SIGTERM may take before SIGKILL; 0 means 10 s.
	StopTimeout time.Duration `json:"stop_timeout,omitempty"`
}

// State of a unit.
type State string

// The states.
const (
	StateRunning  State = "running"
	StateBackoff  State = "backoff" // it ended and will be started again
	StateStopping State = "stopping"
	StateFailed   State = "failed" // it could not be started; Reason says why
)

// Kinds of memory limit a unit really has.
const (
	LimitCgroup2 = "cgroup2"
	LimitCgroup1 = "cgroup1"
	LimitSoft    = "soft" // GOMEMLIMIT only
	LimitNone    = "none"
)

// Status is what an engine observes of a unit.
type Status struct {
	Unit  Unit  `json:"unit"`
	State State `json:"state"`
	PID   int   `json:"pid,omitempty"`
	// Unattended is set while nobody would start the unit again if it ended.
	Unattended bool `json:"unattended,omitempty"`
	// StartedAt of the running process.
	StartedAt time.Time `json:"started_at"`
	// Restarts since the unit was first asked for.
	Restarts int `json:"restarts"`
	// Reason is how the last process ended or why it could not start, for
	// example "exit 137"; empty if it never ended.
	Reason string `json:"reason,omitempty"`
	// Command is the command line that the running process really has, as the
	// operating system tells; empty where it does not.
	Command []string `json:"command,omitempty"`
	// MemoryLimitKind is one of the Limit constants.
	MemoryLimitKind string `json:"memory_limit_kind"`
	// MemoryUsed is the resident size in bytes; 0 when unknown.
	MemoryUsed int64 `json:"memory_used"`
	// Occupant listens on one of the unit's addresses while the unit does not
	// run; nil if nobody does or it cannot be known.
	Occupant *Occupant `json:"occupant,omitempty"`
}

// Occupant is a process that has an address of a unit and is none of the engine's.
type Occupant struct {
	Name string `json:"name"`
	PID  int    `json:"pid"`
	// Address is the host:port that it has.
	Address string `json:"address"`
	// Command is its command line; empty if it cannot be known.
	Command []string `json:"command,omitempty"`
}

// String is "NAME (pid PID)".
func (o *Occupant) String() string { return fmt.Sprintf("%s (pid %d)", o.Name, o.PID) }

// Engine keeps units running. Its methods are idempotent and may be called by
// several processes at once; units survive the caller.
type Engine interface {
	// Ensure starts the unit, or replaces it when the running one has another
	// spec, and returns once its process is up. It fails at once, changing
	// nothing, if the binary is missing or a Listen address is taken (the
	// error names the port and, where known, its owner).
	Ensure(ctx context.Context, unit Unit) (Status, error)
	// Restart replaces the process of a running unit.
	Restart(ctx context.Context, name string) (Status, error)
	// HangUp sends SIGHUP to the process of a running unit, by which many
	// programs are told to read their files again.
	HangUp(ctx context.Context, name string) error
	// Remove stops the unit and forgets it; no process, cgroup or handle is
	// left when it returns. Removing what is not there is no error.
	Remove(ctx context.Context, name string) error
	// List returns the units whose name starts with prefix, sorted by name. It
	// starts nothing and changes nothing.
	List(ctx context.Context, prefix string) ([]Status, error)
}

// MetricsSource is implemented by engines that can be scraped.
type MetricsSource interface {
	// MetricsAddress is host:port of the engine's own /metrics; empty while
	// the engine does not run.
	MetricsAddress(ctx context.Context) (string, error)
}
