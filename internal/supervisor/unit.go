//go:build linux || darwin

package supervisor

import (
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/fault"
)

const (
	// startWindow is how long a process must run to count as started. It is
	// looked at in steps, so that the time in which the machine stands still
	// does not count.
	startWindow = 300 * time.Millisecond
	startStep   = 10 * time.Millisecond
	minBackoff  = 500 * time.Millisecond
	maxBackoff  = 30 * time.Second
	// settled is how long a process must have run to forget earlier crashes.
	settled = 60 * time.Second
)

// unit is what the supervisor keeps running. The supervisor's mutex guards its
// fields; whoever holds turn may change what runs.
type unit struct {
	turn  chan struct{}
	rec   record
	state engine.State
	proc  *process
	// limitKills is how often the memory limit had struck when proc started.
	limitKills uint64
	// keeper restarts the process; nil while none does.
	keeper *keeper
}

// keeper is the goroutine that restarts a unit's process.
type keeper struct {
	stop, done chan struct{}
}

// start makes the process of u's recorded spec run. A crash at any point
// leaves a handle by which the process is found: an earlier one will do, since a
// full disk must not keep a component from coming back.
func (s *supervisor) start(u *unit) error {
	if err := s.update(func() { u.rec.PID, u.rec.Identity = 0, "" }); err != nil && !s.recorded(u) {
		return err
	}
	fault.Point("supervisor-after-intent")
	proc, bound, err := spawn(s.place, u.rec.Unit)
	if err != nil {
		return err
	}
	fault.Point("supervisor-after-start")
	s.adopt(u, proc, bound)
	return nil
}

// adopt records a running process as u's.
func (s *supervisor) adopt(u *unit, proc *process, bound limit) {
	kills := bound.kills()
	err := s.update(func() {
		u.proc, u.state, u.limitKills = proc, engine.StateRunning, kills
		u.rec.PID, u.rec.Identity, u.rec.StartedAt, u.rec.Limit = proc.pid, proc.identity, proc.startedAt, bound
	})
	if err != nil {
		// Not fatal: the marker in its environment leads to the process.
		s.log.Error("cannot record a process", "unit", u.rec.Unit.Name, "pid", proc.pid, "error", err)
	}
}

// launch starts u's recorded spec for a caller who waits, and fails if the
// process ends at once.
func (s *supervisor) launch(u *unit) error {
	unit := u.rec.Unit
	if err := preflight(unit, nil); err != nil {
		return err
	}
	size := fileSize(unit.LogFile)
	if err := s.start(u); err != nil {
		return err
	}
	if u.proc.endedAtOnce() {
		s.noteEnd(u)
		return fmt.Errorf("it ended at once (%s)%s", u.rec.Reason, tail(unit.LogFile, size))
	}
	s.keep(u, u.proc, minBackoff)
	return nil
}

// keep lets a goroutine restart the unit whenever its process ends; without a
// process it starts one after the delay.
func (s *supervisor) keep(u *unit, proc *process, delay time.Duration) {
	k := &keeper{stop: make(chan struct{}), done: make(chan struct{})}
	s.mu.Lock()
	u.keeper = k
	s.mu.Unlock()
	go func() {
		defer close(k.done)
		for {
			if proc != nil {
				select {
				case <-k.stop:
					return
				case <-proc.done:
				}
				if time.Since(proc.startedAt) >= settled {
					delay = minBackoff
				}
				s.noteEnd(u)
				s.log.Warn("unit ended", "unit", u.rec.Unit.Name, "reason", u.rec.Reason, "again_in", delay)
			}
			select {
			case <-k.stop:
				return
			case <-time.After(delay):
			}
			proc = s.again(u)
			delay = min(max(2*delay, minBackoff), maxBackoff)
		}
	}()
}

// again starts an ended unit once more; it returns nil if that fails.
func (s *supervisor) again(u *unit) *process {
	err := preflight(u.rec.Unit, nil)
	if err == nil {
		err = s.start(u)
	}
	if err == nil {
		_ = s.update(func() { u.rec.Restarts++ })
		return u.proc
	}
	s.log.Error("cannot start unit", "unit", u.rec.Unit.Name, "error", err)
	_ = s.update(func() { u.state, u.rec.Reason = engine.StateFailed, err.Error() })
	return nil
}

// noteEnd records how the process ended and ends what it left behind.
func (s *supervisor) noteEnd(u *unit) {
	u.proc.sweep()
	reason := u.proc.exit
	if u.rec.Limit.kills() > u.limitKills {
		reason += fmt.Sprintf(": killed for exceeding its memory limit of %d bytes", u.rec.Unit.MemoryLimit)
	}
	_ = s.update(func() {
		u.state, u.proc, u.rec.Reason = engine.StateBackoff, nil, reason
		u.rec.PID, u.rec.Identity = 0, ""
	})
}

// unkeep ends the keeper, not the process.
func (s *supervisor) unkeep(u *unit) {
	s.mu.Lock()
	k := u.keeper
	u.keeper = nil
	s.mu.Unlock()
	if k != nil {
		close(k.stop)
		<-k.done
	}
}

// halt ends keeper and process.
func (s *supervisor) halt(u *unit) error {
	s.unkeep(u)
	if u.proc == nil {
		return nil
	}
	s.mu.Lock()
	u.state = engine.StateStopping
	s.mu.Unlock()
	if err := u.proc.stop(u.rec.Unit.StopTimeout); err != nil {
		s.keep(u, u.proc, minBackoff)
		return err
	}
	// A handle of a process that is gone does no harm.
	_ = s.update(func() { u.proc, u.rec.PID, u.rec.Identity = nil, 0, "" })
	return nil
}

// replace halts the unit and starts it with another spec; if that fails, with
// the old one. before is the zero record for a new unit.
func (s *supervisor) replace(u *unit, before record, want engine.Unit) error {
	if err := s.halt(u); err != nil {
		return err
	}
	s.respecify(u, want)
	err := s.launch(u)
	switch {
	case err == nil:
		if before.Limit.Group != u.rec.Limit.Group {
			return before.Limit.remove()
		}
		return nil
	case before.Unit.Name == "":
		return errors.Join(err, s.forget(u))
	case reflect.DeepEqual(before.Unit, want):
		s.retry(u, err)
		return err
	}
	s.respecify(u, before.Unit)
	if restoreErr := s.launch(u); restoreErr != nil {
		s.retry(u, restoreErr)
		return fmt.Errorf("%w\nand what ran before could not be started again: %w", err, restoreErr)
	}
	return err
}

func (s *supervisor) respecify(u *unit, spec engine.Unit) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u.rec.Unit = spec
}

// retry leaves a unit that could not be launched to its keeper.
func (s *supervisor) retry(u *unit, cause error) {
	_ = s.update(func() { u.state, u.rec.Reason = engine.StateFailed, cause.Error() })
	s.keep(u, nil, minBackoff)
}
