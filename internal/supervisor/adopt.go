//go:build linux || darwin

package supervisor

import (
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
)

// takeOver looks after the units that the handle file lists: those that run are
// watched, the others are started again.
func (s *supervisor) takeOver(h handles) {
	for name, rec := range h.Units {
		u := &unit{turn: make(chan struct{}, 1), state: engine.StateBackoff, rec: *rec}
		s.mu.Lock()
		s.units[name] = u
		s.mu.Unlock()
	}
	for name, u := range s.units {
		proc, bound := s.find(u.rec)
		if proc != nil {
			s.adopt(u, proc, bound)
			s.log.Info("took over a unit", "unit", name, "pid", proc.pid)
			s.keep(u, proc, minBackoff)
			continue
		}
		if u.rec.PID != 0 {
			u.rec.PID, u.rec.Identity = 0, ""
			u.rec.Reason = endedAlone
		}
		s.log.Info("starting a unit that does not run", "unit", name)
		s.keep(u, nil, 0)
	}
}

// find finds the process of a unit by its handle or, if a crash came between
// its start and the writing of its pid, by the marker in its environment.
func (s *supervisor) find(rec record) (*process, limit) {
	if rec.alive() {
		return attachProcess(rec.PID, rec.Identity, rec.StartedAt), rec.Limit
	}
	pid, found := findMarked(s.place.marker(rec.Unit.Name))
	if !found {
		return nil, limit{}
	}
	id, alive := identity(pid)
	if !alive {
		return nil, limit{}
	}
	bound := newLimit(s.place, rec.Unit)
	if bound.enter(pid) != nil {
		bound = limit{Kind: engine.LimitSoft}
	}
	return attachProcess(pid, id, time.Now()), bound
}
