//go:build linux || darwin

package process

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/supervisor"
)

// passedOn are the variables a supervisor may need. It gets no others: it
// outlives us, and our environment may hold Terraform's secrets.
var passedOn = []string{"PATH", "HOME", "USER", "TMPDIR", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "OPP_FAULT", "GOCOVERDIR"}

// connect returns once a supervisor of our version answers. It starts one if
// there is none and replaces one of another version.
func (e *processEngine) connect(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, startTimeout, errors.New("the supervisor does not answer in time"))
	defer cancel()
	var ended chan error
	for {
		info, err := e.client.Info(ctx)
		switch {
		case err == nil && info.Version == e.cfg.Version:
			return nil
		case err == nil:
			// If it does not answer, it is gone, which was the wish.
			if err := e.client.Handover(ctx); err != nil && !errors.Is(err, supervisor.ErrUnavailable) {
				return err
			}
		case !errors.Is(err, supervisor.ErrUnavailable):
			return errors.Join(err, e.silence(ctx))
		case ended == nil:
			if ended, err = e.start(); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return e.silence(ctx)
		case err := <-ended:
			// Without an error it left because another one has the lock,
			// which may be about to begin or about to end.
			if err != nil {
				return err
			}
			ended = nil
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// silence is why ctx ended while a supervisor was waited for, and what helps if
// it hangs; nil if ctx has not ended.
func (e *processEngine) silence(ctx context.Context) error {
	cause := context.Cause(ctx)
	recorded, err := supervisor.ReadRecorded(e.cfg.StateDir, "")
	if cause == nil || errors.Is(cause, context.Canceled) || err != nil || recorded.PID == 0 || syscall.Kill(recorded.PID, 0) != nil {
		return cause
	}
	return fmt.Errorf("%w; if the supervisor (pid %d) hangs, kill it: the components go on, and another one takes over", cause, recorded.PID)
}

// start starts a supervisor that survives us. The channel tells when and why
// it ended.
func (e *processEngine) start() (chan error, error) {
	argv := e.cfg.Command
	if len(argv) == 0 {
		self, err := os.Executable()
		if err != nil {
			return nil, fmt.Errorf("cannot find our own executable: %w", err)
		}
		argv = []string{self, "supervise", "--state-dir", e.cfg.StateDir}
	}
	path, err := supervisor.LogFile(e.cfg.StateDir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("cannot make state directory: %w", err)
	}
	log, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot open the supervisor's log: %w", err)
	}
	defer log.Close()

	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir = "/"
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	for _, name := range passedOn {
		if value, ok := os.LookupEnv(name); ok {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("cannot start a supervisor: %w", err)
	}
	ended := make(chan error, 1)
	go func() {
		err := cmd.Wait()
		if err != nil {
			err = fmt.Errorf("cannot start a supervisor: %w: %s", err, lastLine(path))
		}
		ended <- err
	}()
	return ended, nil
}

func lastLine(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	data = bytes.TrimSpace(data)
	return strings.TrimSpace(string(data[bytes.LastIndexByte(data, '\n')+1:]))
}
