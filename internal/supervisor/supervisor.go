//go:build linux || darwin

package supervisor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
)

// errLeaving is answered while the supervisor goes; the caller asks the next one.
var errLeaving = errors.New("the supervisor is leaving")

// supervisor is one daemon: its units and their handle file.
type supervisor struct {
	place          place
	version        string
	metricsAddress string
	log            *slog.Logger
	// handover is closed when another supervisor wants to take over.
	handover chan struct{}

	// writing serialises writes of the handle file, so that none is
	// overwritten by an older one. Taken before mu.
	writing sync.Mutex

	mu    sync.Mutex
	units map[string]*unit
	// busy counts the changes under way, active is when the last one ended.
	busy    int
	active  time.Time
	leaving bool
}

// update changes recorded fields and writes the handle file.
func (s *supervisor) update(change func()) error {
	s.mu.Lock()
	change()
	s.mu.Unlock()
	return s.save()
}

func (s *supervisor) save() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	h := handles{Version: s.version, PID: os.Getpid(), MetricsAddress: s.metricsAddress, Units: map[string]*record{}}
	s.mu.Lock()
	for name, u := range s.units {
		if u.rec.Unit.Name != "" {
			rec := u.rec
			h.Units[name] = &rec
		}
	}
	s.mu.Unlock()
	return h.write(s.place)
}

// recorded tells whether the handle file has the unit.
func (s *supervisor) recorded(u *unit) bool {
	h, err := readHandles(s.place)
	return err == nil && h.Units[u.rec.Unit.Name] != nil
}

// begin announces a change; no change begins once the supervisor leaves.
func (s *supervisor) begin() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.leaving {
		return errLeaving
	}
	s.busy++
	return nil
}

func (s *supervisor) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy--
	s.active = time.Now()
}

// leave decides to go if that is wanted, or if there was nothing to do for a
// time. Nothing begins afterwards.
func (s *supervisor) leave(wanted bool, idle time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if wanted || len(s.units) == 0 && s.busy == 0 && time.Since(s.active) >= idle {
		s.leaving = true
	}
	return s.leaving
}

// claim waits for the right to change the unit of that name, which is made if
// create says so; nil if there is none.
func (s *supervisor) claim(ctx context.Context, name string, create bool) (*unit, error) {
	for {
		s.mu.Lock()
		u := s.units[name]
		if u == nil && create {
			u = &unit{turn: make(chan struct{}, 1), state: engine.StateBackoff}
			u.turn <- struct{}{}
			s.units[name] = u
			s.mu.Unlock()
			return u, nil
		}
		s.mu.Unlock()
		if u == nil {
			return nil, nil
		}
		select {
		case u.turn <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		s.mu.Lock()
		current := s.units[name] == u
		s.mu.Unlock()
		if current {
			return u, nil
		}
		<-u.turn
	}
}

// forget drops a halted unit with its cgroup and handle.
func (s *supervisor) forget(u *unit) error {
	removeErr := u.rec.Limit.remove()
	err := s.update(func() {
		for name, other := range s.units {
			if other == u {
				delete(s.units, name)
			}
		}
	})
	return errors.Join(removeErr, err)
}

func (s *supervisor) ensure(ctx context.Context, want engine.Unit) (engine.Status, error) {
	u, err := s.claim(ctx, want.Name, true)
	if err != nil {
		return engine.Status{}, fmt.Errorf("cannot start unit %q: %w", want.Name, err)
	}
	defer func() { <-u.turn }()

	before, state, kept := s.quiet(u)
	if state == engine.StateRunning && reflect.DeepEqual(before.Unit, want) {
		if !kept {
			s.keep(u, u.proc, minBackoff)
		}
		return before.status(state), nil
	}
	var held []string
	if state == engine.StateRunning {
		held = before.Unit.Listen
	}
	if before.Unit.Name == "" {
		err = s.endForgotten(want)
	}
	if err == nil {
		err = preflight(want, held)
	}
	if err == nil {
		err = s.replace(u, before, want)
	} else if before.Unit.Name == "" {
		s.mu.Lock()
		delete(s.units, want.Name)
		s.mu.Unlock()
	} else if !kept {
		s.keep(u, u.proc, minBackoff)
	}
	if err != nil {
		return engine.Status{}, fmt.Errorf("cannot start unit %q: %w", want.Name, err)
	}
	return s.status(u), nil
}

// endForgotten ends the process of a unit whose handle was lost: nobody knows
// what it was started with.
func (s *supervisor) endForgotten(unit engine.Unit) error {
	proc, _ := s.find(record{Unit: unit})
	if proc == nil {
		return nil
	}
	s.log.Warn("ending a unit whose handle was lost", "unit", unit.Name, "pid", proc.pid)
	return proc.stop(unit.StopTimeout)
}

// quiet reads what a unit is while nobody starts it: a keeper that might be about
// to is stopped, for its process would be taken for somebody else's. kept tells
// whether the unit still has its keeper.
func (s *supervisor) quiet(u *unit) (before record, state engine.State, kept bool) {
	read := func() (record, engine.State) {
		s.mu.Lock()
		defer s.mu.Unlock()
		return u.rec, u.state
	}
	if before, state = read(); state == engine.StateRunning {
		return before, state, true
	}
	s.unkeep(u)
	before, state = read()
	return before, state, false
}

func (s *supervisor) restart(ctx context.Context, name string) (engine.Status, error) {
	u, err := s.claim(ctx, name, false)
	if err == nil && u == nil {
		err = errors.New("there is no such unit")
	}
	if err != nil {
		return engine.Status{}, fmt.Errorf("cannot restart unit %q: %w", name, err)
	}
	defer func() { <-u.turn }()

	s.mu.Lock()
	before := u.rec
	s.mu.Unlock()
	if err = preflight(before.Unit, before.Unit.Listen); err == nil {
		err = s.replace(u, before, before.Unit)
	}
	if err != nil {
		return engine.Status{}, fmt.Errorf("cannot restart unit %q: %w", name, err)
	}
	return s.status(u), nil
}

func (s *supervisor) hangUp(ctx context.Context, name string) error {
	u, err := s.claim(ctx, name, false)
	if err == nil && u == nil {
		err = errors.New("there is no such unit")
	}
	if err != nil {
		return fmt.Errorf("cannot hang up on unit %q: %w", name, err)
	}
	defer func() { <-u.turn }()

	s.mu.Lock()
	proc := u.proc
	s.mu.Unlock()
	if proc == nil {
		return fmt.Errorf("cannot hang up on unit %q: it does not run", name)
	}
	if err := proc.hangUp(); err != nil {
		return fmt.Errorf("cannot hang up on unit %q: %w", name, err)
	}
	return nil
}

func (s *supervisor) remove(ctx context.Context, name string) error {
	u, err := s.claim(ctx, name, false)
	if u == nil && err == nil {
		return nil
	}
	if err == nil {
		defer func() { <-u.turn }()
		if err = s.halt(u); err == nil {
			err = s.forget(u)
		}
	}
	if err != nil {
		return fmt.Errorf("cannot remove unit %q: %w", name, err)
	}
	return nil
}

func (s *supervisor) status(u *unit) engine.Status {
	s.mu.Lock()
	rec, state := u.rec, u.state
	s.mu.Unlock()
	return rec.status(state)
}

// list is sorted by name. Units that were never started are not in it.
func (s *supervisor) list(prefix string) []engine.Status {
	s.mu.Lock()
	var units []*unit
	for _, u := range s.units {
		if u.rec.Unit.Name != "" && strings.HasPrefix(u.rec.Unit.Name, prefix) {
			units = append(units, u)
		}
	}
	s.mu.Unlock()
	statuses := make([]engine.Status, 0, len(units))
	for _, u := range units {
		statuses = append(statuses, s.status(u))
	}
	slices.SortFunc(statuses, func(a, b engine.Status) int { return strings.Compare(a.Unit.Name, b.Unit.Name) })
	return statuses
}
