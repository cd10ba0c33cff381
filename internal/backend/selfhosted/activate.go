package selfhosted

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/fault"
)

const (
	// readyTimeout bounds the wait for a component that was just started: a
	// Prometheus that replays a large write-ahead log needs minutes.
	readyTimeout = 5 * time.Minute
	// aliveTimeout bounds the wait for one that should be serving already.
	aliveTimeout = 5 * time.Second
	readyPoll    = 20 * time.Millisecond
	// endedPolls is after how many polls to ask whether the process still lives.
	endedPolls = 25
)

// candidate is a configuration that is ready to be activated.
type candidate struct {
	stack  string
	engine engine.Engine
	parts  []part
	units  map[string]engine.Unit
	files  rendered
}

// difference is what activation found to differ for one component.
type difference struct {
	reload, publish []string
	started         bool
}

// activate makes the candidate run and verifies it. It returns the number of
// the generation that current points at. It does not undo anything on failure.
func (b *Backend) activate(ctx context.Context, c candidate) (uint64, error) {
	l := b.layout(c.stack)
	diffs := map[string]*difference{}
	rewrite := l.currentNumber() == 0
	for _, p := range c.parts {
		d := &difference{}
		var err error
		if d.reload, d.publish, err = changed(l.config(p.Name()), l.live(p.Name()), c.files[p.Name()]); err != nil {
			return 0, unusableDisk(err, "cannot read the configuration of stack %q", c.stack)
		}
		diffs[p.Name()] = d
		rewrite = rewrite || len(d.reload) > 0
	}
	if rewrite {
		number, err := l.write(c.files)
		if err != nil {
			return 0, unusableDisk(err, "cannot write a generation of stack %q", c.stack)
		}
		fault.Point("generation-written")
		if err := l.swap(number); err != nil {
			return 0, unusableDisk(err, "cannot switch stack %q to generation %d", c.stack, number)
		}
	}
	fault.Point("generation-swapped")
	for _, p := range c.parts {
		if err := l.publish(p.Name(), c.files[p.Name()], diffs[p.Name()].publish); err != nil {
			return 0, unusableDisk(err, "cannot publish the files of %s in stack %q", p.Name(), c.stack)
		}
	}
	fault.Point("files-published")
	// A disk may take a tenth as long to let go of files as a component to load
	// new ones, so both go on at once.
	var pruning sync.WaitGroup
	pruning.Go(func() { b.untidy(c.stack, l.prune()) })
	defer pruning.Wait()
	running, err := unitsOf(ctx, c)
	if err != nil {
		return 0, unavailable(err)
	}
	for _, wave := range waves(c.parts) {
		if err := eachPart(ctx, wave, func(ctx context.Context, p part) error {
			return ensure(ctx, c, p, running, diffs[p.Name()])
		}); err != nil {
			return 0, unavailable(err)
		}
		fault.Point("units-running")
		if err := eachPart(ctx, wave, func(ctx context.Context, p part) error {
			return bring(ctx, c, p, diffs[p.Name()])
		}); err != nil {
			return 0, unavailable(err)
		}
	}
	fault.Point("configuration-verified")
	b.untidy(c.stack, l.tidy(c.files))
	return l.currentNumber(), nil
}

// untidy tells of what could not be removed; the next write tries again.
func (b *Backend) untidy(stack string, err error) {
	if err != nil {
		b.Logger.Warn("cannot tidy stack", "stack", stack, "error", err)
	}
}

// waves orders parts into groups that can be brought up at once, each after the
// ones before it.
func waves(parts []part) [][]part {
	var ordered [][]part
	for rest := parts; len(rest) > 0; {
		var now, later []part
		for _, p := range rest {
			follower, ok := p.Component.(component.Follower)
			if ok && slices.ContainsFunc(rest, func(other part) bool { return slices.Contains(follower.Follows(), other.Name()) }) {
				later = append(later, p)
			} else {
				now = append(now, p)
			}
		}
		if len(now) == 0 {
			now, later = later, nil // they follow each other
		}
		ordered, rest = append(ordered, now), later
	}
	return ordered
}

// unitsOf lists the units of the stack by name, and stops those that are no
// longer wanted.
func unitsOf(ctx context.Context, c candidate) (map[string]engine.Status, error) {
	running, err := c.engine.List(ctx, c.stack+"/")
	if err != nil {
		return nil, err
	}
	statuses := map[string]engine.Status{}
	for _, status := range running {
		statuses[status.Unit.Name] = status
	}
	for name := range statuses {
		if _, wanted := c.units[name]; !wanted {
			if err := c.engine.Remove(ctx, name); err != nil {
				return nil, err
			}
		}
	}
	return statuses, nil
}

// ensure starts what does not run or runs with another launch spec. A unit that
// is as it should be costs nothing.
func ensure(ctx context.Context, c candidate, p part, running map[string]engine.Status, d *difference) error {
	if err := prepare(p); err != nil || p.attached != "" {
		return err
	}
	unit := c.units[unitName(c.stack, p.Name())]
	status, known := running[unit.Name]
	if known && status.State == engine.StateRunning && len(differences(status, unit)) == 0 {
		return nil
	}
	if err := os.MkdirAll(unit.Dir, 0o700); err != nil {
		return unusableDisk(err, "cannot create the data directory of %s", p.Name())
	}
	d.started = true
	_, err := c.engine.Ensure(ctx, unit)
	return err
}

// prepare makes what a component needs on disk beside its configuration.
func prepare(p part) error {
	preparer, ok := p.Component.(component.Preparer)
	if !ok {
		return nil
	}
	if err := os.MkdirAll(p.input.PrivateDir, 0o700); err != nil {
		return unusableDisk(err, "cannot create the private directory of %s", p.Name())
	}
	return preparer.Prepare(p.input)
}

// bring makes one running component take its files and verifies that it did.
func bring(ctx context.Context, c candidate, p part, d *difference) error {
	files := c.files[p.Name()]
	if p.attached != "" {
		return bringAttached(ctx, c, p, files)
	}
	if d.started {
		if err := awaitReady(ctx, c.engine, p, readyTimeout); err != nil {
			return err
		}
		return p.Verify(ctx, p.input, files, nil)
	}
	err := awaitReady(ctx, c.engine, p, aliveTimeout)
	if errors.Is(err, component.ErrStarting) {
		// It came up by itself: a restart would make it begin anew.
		err = awaitReady(ctx, c.engine, p, readyTimeout)
	}
	if err != nil {
		// It is there but does not answer: hung, or stopped by a signal.
		if _, err := c.engine.Restart(ctx, unitName(c.stack, p.Name())); err != nil {
			return err
		}
		if err := awaitReady(ctx, c.engine, p, readyTimeout); err != nil {
			return err
		}
		return p.Verify(ctx, p.input, files, nil)
	}
	if len(d.reload) > 0 {
		if err := reload(ctx, c, p); err != nil {
			return err
		}
		fault.Point("component-reloaded")
		return p.Verify(ctx, p.input, files, d.reload)
	}
	// Nothing to change, so the write asks for a repair at most: compare
	// everything, and reload only if something else runs.
	if p.Verify(ctx, p.input, files, nil) == nil {
		return nil
	}
	if err := reload(ctx, c, p); err != nil {
		return err
	}
	return p.Verify(ctx, p.input, files, nil)
}

// reload makes a component that runs here read its files again.
func reload(ctx context.Context, c candidate, p part) error {
	if _, ok := p.Component.(component.HangUpReloader); ok {
		if err := c.engine.HangUp(ctx, unitName(c.stack, p.Name())); err != nil {
			return err
		}
	}
	return p.Reload(ctx, p.input)
}

// bringAttached makes a component that runs elsewhere take what the stack wants of it.
func bringAttached(ctx context.Context, c candidate, p part, files component.Files) error {
	if err := awaitReady(ctx, c.engine, p, aliveTimeout); err != nil {
		return err
	}
	if p.Verify(ctx, p.input, files, nil) == nil {
		return nil
	}
	if err := p.Reload(ctx, p.input); err != nil {
		return err
	}
	return p.Verify(ctx, p.input, files, nil)
}

// awaitReady polls until the component serves, its process ends or the time is over.
func awaitReady(ctx context.Context, e engine.Engine, p part, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	tick := time.NewTicker(readyPoll)
	defer tick.Stop()
	var last error
	for polls := 1; ; polls++ {
		err := p.Ready(ctx, p.input)
		if err == nil {
			return nil
		}
		if last == nil || ctx.Err() == nil { // what the end of the wait cuts short says nothing
			last = err
		}
		if polls%endedPolls == 0 && p.attached == "" {
			if err := ended(ctx, e, p); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("cannot reach %s at %s within %s: %w", p.Name(), p.endpoint(), timeout, last)
		case <-tick.C:
		}
	}
}

// ended is an error if the engine has seen the component's process end.
func ended(ctx context.Context, e engine.Engine, p part) error {
	stack := p.input.State.Stack.Name
	units, err := e.List(ctx, unitName(stack, p.Name()))
	if err != nil {
		return err
	}
	if status := find(units, unitName(stack, p.Name())); status.State != engine.StateRunning {
		return fmt.Errorf("cannot start %s: it ended (%s) before it was ready; see %s", p.Name(), status.Reason, status.Unit.LogFile)
	}
	return nil
}

// eachPart runs do for all parts at once and returns every error.
func eachPart(ctx context.Context, parts []part, do func(context.Context, part) error) error {
	errs := make([]error, len(parts))
	var group errgroup.Group
	for i, p := range parts {
		group.Go(func() error {
			errs[i] = do(ctx, p)
			return nil
		})
	}
	_ = group.Wait()
	return errors.Join(errs...)
}

// check parses the files with the components' own parsers.
func (c candidate) check() error {
	for _, p := range c.parts {
		if err := p.Check(p.input, c.files[p.Name()]); err != nil {
			return refused(p.Name(), err)
		}
	}
	return nil
}
