// Package process runs units as processes of this machine. A supervisor, which
// the engine starts when it needs one, keeps them running.
package process

import "time"

// startTimeout is how long a supervisor may take to answer or to leave.
const startTimeout = 15 * time.Second

// Config of the process engine.
type Config struct {
	// StateDir is the supervisor's state directory.
	StateDir string
	// Version of this program. Before it changes something, the engine
	// replaces a supervisor of another version; no unit is restarted by that.
	Version string
	// Command is argv of a supervisor for StateDir that does not detach itself;
	// empty means this executable's "supervise --state-dir StateDir".
	Command []string
}
