//go:build linux || darwin

package supervisor

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
)

// tailLines bounds how much of a log goes into an error.
const tailLines = 10

// unitName has no dots, so that it makes a file name when slashes become dots.
var unitName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9][A-Za-z0-9_-]*)*$`)

// preflight finds what would keep a unit from starting, without changing
// anything. The addresses in held belong to the process that it replaces.
func preflight(unit engine.Unit, held []string) error {
	if !unitName.MatchString(unit.Name) {
		return errors.New("the name is not made of letters, digits, _ and -, in parts separated by /")
	}
	if !filepath.IsAbs(unit.Path) || !filepath.IsAbs(unit.LogFile) {
		return fmt.Errorf("binary %q and log file %q must be absolute paths", unit.Path, unit.LogFile)
	}
	info, err := os.Stat(unit.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("binary %q does not exist", unit.Path)
	case err != nil:
		return err
	case info.IsDir() || unix.Access(unit.Path, unix.X_OK) != nil:
		return fmt.Errorf("binary %q is not executable", unit.Path)
	}
	for _, address := range unit.Listen {
		if slices.Contains(held, address) {
			continue
		}
		if err := addressFree(address); err != nil {
			return err
		}
	}
	return nil
}

// An address may be in use for a moment although nobody wants it: whoever looks
// whether it is free listens on it, and a process that is being started holds
// all that its parent has open until it runs its own program.
const (
	addressLimit = 2 * time.Second
	addressPoll  = 20 * time.Millisecond
)

// addressFree fails if somebody goes on listening on host:port, and says who.
func addressFree(address string) error {
	for begin := time.Now(); ; time.Sleep(addressPoll) {
		listener, err := net.Listen("tcp", address)
		if err == nil {
			return listener.Close()
		}
		if !errors.Is(err, syscall.EADDRINUSE) {
			return fmt.Errorf("cannot listen on %s: %w", address, err)
		}
		if time.Since(begin) > addressLimit {
			break
		}
	}
	if owner := occupantOf(address); owner != nil {
		return fmt.Errorf("address %s is in use by %s", address, owner)
	}
	return fmt.Errorf("address %s is in use", address)
}

// spawn starts the process of a unit, bounded as well as the machine allows.
func spawn(p place, unit engine.Unit) (*process, limit, error) {
	bound := newLimit(p, unit)
	proc, err := spawnIn(p, unit, bound)
	if err != nil && bound.Group != "" {
		// A group that can be made need not be one that can be entered, for
		// example from a login session outside the user's own subtree.
		_ = bound.remove()
		bound = limit{Kind: engine.LimitSoft}
		proc, err = spawnIn(p, unit, bound)
	}
	return proc, bound, err
}

func spawnIn(p place, unit engine.Unit, bound limit) (*process, error) {
	if err := os.MkdirAll(filepath.Dir(unit.LogFile), 0o700); err != nil {
		return nil, err
	}
	// The file itself, not a pipe: a unit must be able to write when the
	// supervisor is dead. Appending lets it be truncated.
	log, err := os.OpenFile(unit.LogFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(unit.Path, unit.Args...)
	cmd.Env = environment(p, unit)
	cmd.Dir = unit.Dir
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return bound.start(cmd)
}

// fileSize is 0 for a file that is not there.
func fileSize(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// tail returns the last lines that a log got after it had the given size, each
// on a line of its own after a line break; empty if there are none.
func tail(path string, after int64) string {
	const enough = 8 << 10
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	if from := fileSize(path) - enough; from > after {
		after = from
	}
	data, _ := io.ReadAll(io.NewSectionReader(file, after, enough))
	text := strings.TrimSpace(string(data))
	if text == "" {
		return ""
	}
	lines := strings.Split(text, "\n")
	return "\n" + strings.Join(lines[max(0, len(lines)-tailLines):], "\n")
}
