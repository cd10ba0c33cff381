//go:build linux || darwin

package supervisor

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/google/renameio/v2"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
)

// handles is the content of supervisor.json: what it takes to find every
// process again.
type handles struct {
	Version        string             `json:"version"`
	PID            int                `json:"pid"`
	MetricsAddress string             `json:"metrics_address,omitempty"`
	Units          map[string]*record `json:"units"`
}

// record is the handle of one unit. It is written before its process starts,
// without a PID, and again once the PID is known.
type record struct {
	Unit engine.Unit `json:"unit"`
	PID  int         `json:"pid,omitempty"`
	// Identity tells the process apart from a later one with the same PID.
	Identity  string    `json:"identity,omitempty"`
	StartedAt time.Time `json:"started_at,omitzero"`
	Restarts  int       `json:"restarts"`
	Reason    string    `json:"reason,omitempty"`
	Limit     limit     `json:"limit"`
}

// endedAlone is the reason of a unit whose end no supervisor saw.
const endedAlone = "ended while no supervisor looked after it"

// alive tells whether the recorded process still runs.
func (r *record) alive() bool {
	id, ok := identity(r.PID)
	return ok && id == r.Identity
}

// status tells what is known of the unit from its handle and its process.
func (r *record) status(state engine.State) engine.Status {
	status := engine.Status{
		Unit: r.Unit, State: state, StartedAt: r.StartedAt, Restarts: r.Restarts,
		Reason: r.Reason, MemoryLimitKind: r.Limit.Kind,
	}
	if r.PID != 0 {
		status.PID = r.PID
		status.Command = commandLine(r.PID)
		status.MemoryUsed = residentSize(r.PID)
		return status
	}
	for _, address := range r.Unit.Listen {
		if status.Occupant = occupantOf(address); status.Occupant != nil {
			break
		}
	}
	return status
}

// readHandles returns empty handles if nothing was ever written.
func readHandles(p place) (handles, error) {
	h := handles{Units: map[string]*record{}}
	data, err := os.ReadFile(p.handles())
	if errors.Is(err, fs.ErrNotExist) {
		return h, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &h)
	}
	if err != nil {
		return h, fmt.Errorf("cannot read supervisor handles %q: %w; if it is damaged, move it away and apply again", p.handles(), err)
	}
	return h, nil
}

func (h handles) write(p place) error {
	data, err := json.MarshalIndent(h, "", "  ")
	if err == nil {
		err = renameio.WriteFile(p.handles(), append(data, '\n'), 0o600)
	}
	if err != nil {
		return fmt.Errorf("cannot write supervisor handles %q: %w", p.handles(), err)
	}
	return nil
}

// Recorded is what a supervisor has written down about itself and its units.
type Recorded struct {
	// PID is the supervisor's; it may be gone.
	PID int
	// MetricsAddress is kept from one supervisor to the next.
	MetricsAddress string
	// Units by name, as their processes are now; without a supervisor nobody
	// restarts them.
	Units map[string]engine.Status
}

// ReadRecorded tells about the units whose names start with prefix without
// asking, starting or changing anything.
func ReadRecorded(stateDir, prefix string) (Recorded, error) {
	p, err := locate(stateDir)
	if err != nil {
		return Recorded{}, err
	}
	h, err := readHandles(p)
	if err != nil {
		return Recorded{}, err
	}
	recorded := Recorded{PID: h.PID, MetricsAddress: h.MetricsAddress, Units: map[string]engine.Status{}}
	for name, r := range h.Units {
		if !strings.HasPrefix(name, prefix) {
			continue
		}
		state := engine.StateRunning
		if !r.alive() {
			state = engine.StateFailed
			r.PID, r.Reason = 0, endedAlone
		}
		recorded.Units[name] = r.status(state)
	}
	return recorded, nil
}
