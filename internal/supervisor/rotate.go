//go:build linux || darwin

package supervisor

import (
	"errors"
	"fmt"
	"io"
	"os"
)

const (
	// maxLogSize in bytes; a larger log is rotated.
	maxLogSize = 10 << 20
	// keptLogs is the number of rotated logs, named LOG.1 (the newest) and so on.
	keptLogs = 3
)

// rotateLogs rotates the logs of all units, and the supervisor's own.
func (s *supervisor) rotateLogs() {
	paths := []string{s.place.log()}
	s.mu.Lock()
	for _, u := range s.units {
		paths = append(paths, u.rec.Unit.LogFile)
	}
	s.mu.Unlock()
	for _, path := range paths {
		if fileSize(path) <= maxLogSize {
			continue
		}
		if err := rotate(path); err != nil {
			s.log.Error("cannot rotate a log", "path", path, "error", err)
		}
	}
}

// rotate copies the log and empties it in place, because its writer keeps it
// open. What is written between the two steps is lost. A copy that fails, for a
// full disk, costs none of the logs that there are.
func rotate(path string) error {
	fresh := path + ".new"
	if err := copyFile(fresh, path); err != nil {
		return errors.Join(err, os.Remove(fresh))
	}
	for n := keptLogs - 1; n >= 1; n-- {
		err := os.Rename(fmt.Sprintf("%s.%d", path, n), fmt.Sprintf("%s.%d", path, n+1))
		if err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	if err := os.Rename(fresh, path+".1"); err != nil {
		return err
	}
	return os.Truncate(path, 0)
}

func copyFile(target, source string) error {
	from, err := os.Open(source)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.OpenFile(target, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return errors.Join(err, to.Close())
}
