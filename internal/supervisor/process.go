//go:build linux || darwin

package supervisor

import (
	"errors"
	"fmt"
	"os/exec"
	"syscall"
	"time"
)

const (
	// defaultStopTimeout applies to units that set none.
	defaultStopTimeout = 10 * time.Second
	// killTimeout is how long the kernel may take to end what got SIGKILL.
	killTimeout = 10 * time.Second
	// pollInterval is used where nothing announces the end of a process.
	pollInterval = 100 * time.Millisecond
)

// process is the running process of a unit, started by this supervisor or an
// earlier one. It leads a session and a process group.
type process struct {
	pid       int
	identity  string
	startedAt time.Time
	// done is closed when the process has ended; exit is set before.
	done chan struct{}
	exit string
}

// startProcess starts a command that leads its own session.
func startProcess(cmd *exec.Cmd) (*process, error) {
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{pid: cmd.Process.Pid, startedAt: time.Now(), done: make(chan struct{})}
	p.identity, _ = identity(p.pid)
	go func() {
		// The error only repeats the state.
		_ = cmd.Wait()
		p.exit = exitReason(cmd.ProcessState.Sys().(syscall.WaitStatus))
		close(p.done)
	}()
	return p, nil
}

// attachProcess watches a process that somebody else started.
func attachProcess(pid int, id string, startedAt time.Time) *process {
	p := &process{pid: pid, identity: id, startedAt: startedAt, done: make(chan struct{}), exit: "exit status unknown"}
	go func() {
		waitPidfd(pid, id)
		for p.alive() {
			time.Sleep(pollInterval)
		}
		close(p.done)
	}()
	return p
}

func (p *process) alive() bool {
	id, ok := identity(p.pid)
	return ok && id == p.identity
}

// stop ends the whole process group and waits till it is gone.
func (p *process) stop(timeout time.Duration) error {
	if timeout <= 0 {
		timeout = defaultStopTimeout
	}
	if !p.ended(0) {
		_ = syscall.Kill(-p.pid, syscall.SIGTERM)
		// What somebody has stopped cannot react to SIGTERM.
		_ = syscall.Kill(-p.pid, syscall.SIGCONT)
		if !p.ended(timeout) {
			_ = syscall.Kill(-p.pid, syscall.SIGKILL)
			if !p.ended(killTimeout) {
				return fmt.Errorf("cannot end process %d: it is still there after SIGKILL", p.pid)
			}
		}
	}
	p.sweep()
	return nil
}

// hangUp sends SIGHUP to the process alone: what it has started is its business.
func (p *process) hangUp() error {
	if p.ended(0) {
		return errors.New("it does not run")
	}
	return syscall.Kill(p.pid, syscall.SIGHUP)
}

// ended waits up to timeout for the end.
func (p *process) ended(timeout time.Duration) bool {
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case <-p.done:
		return true
	default:
	}
	select {
	case <-p.done:
		return true
	case <-timer.C:
		return false
	}
}

// endedAtOnce waits until the process counts as started.
func (p *process) endedAtOnce() bool {
	for range startWindow / startStep {
		if p.ended(startStep) {
			return true
		}
	}
	return false
}

// sweep ends what an ended process left in its group. Zombies that nobody
// reaps stay in a group, so it does not wait for ever.
func (p *process) sweep() {
	for deadline := time.Now().Add(time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if errors.Is(syscall.Kill(-p.pid, syscall.SIGKILL), syscall.ESRCH) {
			return
		}
	}
}

// exitReason speaks as shells do: a signal counts as exit status 128 + its number.
func exitReason(status syscall.WaitStatus) string {
	if status.Signaled() {
		return fmt.Sprintf("exit %d", 128+int(status.Signal()))
	}
	return fmt.Sprintf("exit %d", status.ExitStatus())
}
