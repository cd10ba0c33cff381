package bbolt

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	berrors "go.etcd.io/bbolt/errors"
)

var (
	// errEmpty stands for a file without content, which is an empty store.
	errEmpty = errors.New("the file is empty")
	// errCorrupt stands for a file whose content makes no sense.
	errCorrupt = errors.New("the file is damaged")
	// errWrite stands for a disk that did not take what was written.
	errWrite = errors.New("the file cannot be written")
	// errNewer stands for a file that a later version of this program wrote.
	errNewer = errors.New("the file was written by a newer version")
)

// explain names the file in an error and says what to do about it.
func (s *Store) explain(err error) error {
	if err == nil {
		return nil
	}
	advice := adviceFor(err)
	if advice != "" {
		advice = "; " + advice
	}
	return fmt.Errorf("store %q: %w%s", s.path, err, advice)
}

func adviceFor(err error) string {
	is := func(targets ...error) bool {
		for _, target := range targets {
			if errors.Is(err, target) {
				return true
			}
		}
		return false
	}
	switch {
	case is(errNewer):
		return "upgrade this program to the version that wrote it"
	case is(errCorrupt, berrors.ErrInvalid, berrors.ErrVersionMismatch, berrors.ErrChecksum):
		return "restore it from a backup, or move it away and apply again"
	case is(fs.ErrPermission, syscall.EROFS):
		return "let this user read and write the file and its directory, or choose another state directory"
	case is(syscall.ENOTDIR, syscall.EISDIR):
		return "choose a state directory whose path leads through directories only"
	case is(errWrite):
		return "free some space if its disk is full, and try again"
	}
	return ""
}
