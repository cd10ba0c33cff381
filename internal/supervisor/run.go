//go:build linux || darwin

package supervisor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/gofrs/flock"
)

// tick is how often logs and idleness are looked at.
const tick = time.Second

// Run supervises until ctx ends, another supervisor takes over or there is
// nothing left to look after. The units go on running in any case. If the
// state directory has a supervisor already, Run returns nil at once, or with
// Stay stands by until that one is gone.
func Run(ctx context.Context, cfg Config) error {
	if cfg.Linger == 0 {
		cfg.Linger = DefaultLinger
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	if err := os.MkdirAll(cfg.StateDir, 0o700); err != nil {
		return fmt.Errorf("cannot make state directory %q: %w", cfg.StateDir, err)
	}
	p, err := locate(cfg.StateDir)
	if err != nil {
		return err
	}
	lock := flock.New(p.lock(), flock.SetPermissions(0o600))
	locked, err := takeLock(ctx, lock, cfg.Stay)
	if err != nil {
		return fmt.Errorf("cannot lock %q: %w", p.lock(), err)
	}
	if !locked {
		cfg.Logger.Info("leaving the state directory to its supervisor", "state_dir", p.dir)
		return nil
	}
	defer func() { _ = lock.Unlock() }()
	return serve(ctx, cfg, p)
}

// takeLock waits for the lock, until ctx ends, if wait says so.
func takeLock(ctx context.Context, lock *flock.Flock, wait bool) (bool, error) {
	if !wait {
		return lock.TryLock()
	}
	locked, err := lock.TryLockContext(ctx, tick)
	if errors.Is(err, ctx.Err()) {
		err = nil
	}
	return locked, err
}

// serve runs with the lock held.
func serve(ctx context.Context, cfg Config, p place) error {
	earlier, err := readHandles(p)
	if err != nil {
		return err
	}
	metricsListener, err := listenMetrics(earlier.MetricsAddress)
	if err != nil {
		return fmt.Errorf("cannot serve metrics: %w", err)
	}
	defer metricsListener.Close()
	s := &supervisor{
		place: p, version: cfg.Version, log: cfg.Logger, units: map[string]*unit{},
		metricsAddress: metricsListener.Addr().String(),
		handover:       make(chan struct{}), active: time.Now(),
	}
	s.takeOver(earlier)
	defer s.release()
	if err := s.save(); err != nil {
		return err
	}
	socket, err := listenSocket(p)
	if err != nil {
		return err
	}
	defer func() { socket.remove() }()

	metrics := newMetrics(s)
	metricsServer := &http.Server{Handler: onlyMetrics(metrics), ReadHeaderTimeout: 10 * time.Second}
	apiServer := &http.Server{Handler: s.handler(metrics, Info{Version: cfg.Version, PID: os.Getpid()})}
	failed := make(chan error, 2)
	go func() { failed <- metricsServer.Serve(metricsListener) }()
	go func() { failed <- apiServer.Serve(socket.listener) }()
	// Programs that tidy temporary files take a socket for an old file.
	keepSocket := func() {
		if _, err := os.Lstat(socket.path); !errors.Is(err, fs.ErrNotExist) {
			return
		}
		again, err := listenSocket(p)
		if err != nil {
			return // there is no state directory any more
		}
		s.log.Warn("the socket was removed, listening on a new one", "path", again.path)
		go func() { failed <- apiServer.Serve(again.listener) }()
		socket = again
	}
	s.log.Info("supervising", "version", cfg.Version, "state_dir", p.dir, "metrics", s.metricsAddress)

	err = s.wait(ctx, cfg, failed, keepSocket)
	// Changes under way are finished, then nothing is begun any more.
	err = errors.Join(err, apiServer.Shutdown(context.WithoutCancel(ctx)), metricsServer.Close())
	s.log.Info("leaving", "units", len(s.units))
	return err
}

// wait returns when it is time to leave. It calls keepSocket now and then.
func (s *supervisor) wait(ctx context.Context, cfg Config, failed <-chan error, keepSocket func()) error {
	ticker := time.NewTicker(min(tick, cfg.Linger))
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			s.leave(true, 0)
			return nil
		case <-s.handover:
			return nil
		case err := <-failed:
			s.leave(true, 0)
			return fmt.Errorf("cannot serve: %w", err)
		case <-ticker.C:
			s.rotateLogs()
			keepSocket()
			if !cfg.Stay && s.leave(false, cfg.Linger) {
				return nil
			}
		}
	}
}

// release lets go of all units without touching their processes. When there
// are none, nothing needs to be remembered.
func (s *supervisor) release() {
	for _, u := range s.units {
		s.unkeep(u)
	}
	if len(s.units) == 0 {
		_ = os.Remove(s.place.handles())
		return
	}
	if err := s.save(); err != nil {
		s.log.Error("cannot write the handles", "error", err)
	}
}

// onlyMetrics serves what other users of the machine may see.
func onlyMetrics(metrics http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics)
	return mux
}
