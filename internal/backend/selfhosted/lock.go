//go:build unix

package selfhosted

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// lockPoll is how often a waiting writer tries again: short against the 30 ms
// or so that a writer holds the lock.
const lockPoll = 5 * time.Millisecond

// Lock implements backend.Backend with flock(2) on a file beside the stack's
// directory. The kernel drops the lock when its holder dies. Whoever lets go of
// it when there is no stack takes the file along, and not sooner: a new file
// would be a second lock.
func (b *Backend) Lock(ctx context.Context, stack string) (func(), error) {
	path := b.layout(stack).lock()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, unusableDisk(err, "cannot lock stack %q", stack)
	}
	for {
		file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return nil, unusableDisk(err, "cannot lock stack %q", stack)
		}
		if err := flock(ctx, file); err != nil {
			_ = file.Close()
			return nil, unavailable(fmt.Errorf("cannot lock stack %q, another writer has %s: %w", stack, path, err))
		}
		if sameFile(file, path) {
			return func() {
				if _, err := os.Lstat(b.layout(stack).root); errors.Is(err, fs.ErrNotExist) {
					_ = os.Remove(path)
				}
				_ = file.Close()
			}, nil
		}
		// The holder before removed the file while we waited for it: what we
		// hold excludes nobody.
		_ = file.Close()
	}
}

func flock(ctx context.Context, file *os.File) error {
	for {
		err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil || !errors.Is(err, unix.EWOULDBLOCK) && !errors.Is(err, unix.EINTR) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lockPoll):
		}
	}
}

func sameFile(open *os.File, path string) bool {
	ours, err := open.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(path)
	return err == nil && os.SameFile(ours, named)
}
