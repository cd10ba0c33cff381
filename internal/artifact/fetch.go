package artifact

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// tmpPrefix starts the name of a directory in which a fetch works. It is
// followed by the key of the lock that guards it, a dash and a number.
const tmpPrefix = ".tmp-"

// lockRetry is how often a waiting process looks whether it is its turn.
const lockRetry = 100 * time.Millisecond

// fetch puts a version into the cache. Whoever holds the lock fetches; who
// waited for it finds the result.
func (c *Cache) fetch(ctx context.Context, src Source, version string) error {
	if err := os.MkdirAll(c.dir, 0o755); err != nil {
		return fmt.Errorf("cannot write to the cache: %w", err)
	}
	key := src.Name + "-" + version
	unlock, err := c.lock(ctx, key, func() {
		c.progress(Event{Name: src.Name, Version: version, Phase: PhaseWait, From: "another process"})
	})
	if err != nil {
		return err
	}
	defer unlock()
	if usable(c.path(src, version)) {
		return nil
	}
	c.sweep(key)
	tmp, err := os.MkdirTemp(c.dir, tmpPrefix+key+"-")
	if err != nil {
		return fmt.Errorf("cannot write to the cache: %w", err)
	}
	defer os.RemoveAll(tmp)
	staged := filepath.Join(tmp, "out")
	if err := os.Mkdir(staged, 0o755); err != nil {
		return fmt.Errorf("cannot write to the cache: %w", err)
	}
	if err := c.obtain(ctx, src, version, tmp, staged); err != nil {
		return err
	}
	return c.publish(src, version, tmp, staged)
}

// obtain fills the directory staged: by download or, where the release host
// is out of reach, by a build. tmp is for its own use.
func (c *Cache) obtain(ctx context.Context, src Source, version, tmp, staged string) error {
	download := c.download(ctx, src, version, tmp, staged)
	var host *unreachable
	if !errors.As(download, &host) || ctx.Err() != nil {
		return download
	}
	build := fmt.Errorf("only %s can be built here", src.Version)
	if version == src.Version || len(src.Build.Packages) == 0 {
		build = c.build(ctx, src, tmp, staged)
	}
	if build == nil || ctx.Err() != nil {
		return build
	}
	if errors.Is(build, errNoGo) {
		build = errors.New("there is no Go toolchain to build it with")
	}
	cached, _ := c.Versions(src.Name) // only to help; the error at hand matters more
	return &unavailable{download: download, build: build, path: c.path(src, version), cached: cached}
}

// publish makes the staged executables appear in the cache, all at once.
func (c *Cache) publish(src Source, version, tmp, staged string) error {
	for _, name := range src.Executables {
		if err := finish(filepath.Join(staged, name)); err != nil {
			return fmt.Errorf("cannot finish %s: %w", name, err)
		}
	}
	target := c.folder(src, version)
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return fmt.Errorf("cannot write to the cache: %w", err)
	}
	// What is there is not usable, or we would not be here.
	if err := os.Rename(target, filepath.Join(tmp, "unusable")); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("cannot replace %s: %w", target, err)
	}
	if err := os.Rename(staged, target); err != nil {
		return fmt.Errorf("cannot write to the cache: %w", err)
	}
	return nil
}

// finish makes a file executable and durable.
func finish(path string) error {
	if err := os.Chmod(path, 0o755); err != nil {
		return err
	}
	// Windows syncs only files open for writing.
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// lock takes the lock of a key, which excludes goroutines and processes, and
// calls waiting once if somebody else has it.
func (c *Cache) lock(ctx context.Context, key string, waiting func()) (unlock func(), err error) {
	lock := flock.New(c.lockPath(key))
	locked, err := lock.TryLock()
	if err == nil && !locked {
		waiting()
		_, err = lock.TryLockContext(ctx, lockRetry)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot lock the cache: %w", err)
	}
	// Closing the file unlocks it too; there is nothing to do about an error.
	return func() { _ = lock.Close() }, nil
}

func (c *Cache) lockPath(key string) string { return filepath.Join(c.dir, key+".lock") }

// sweep removes what interrupted fetches left: the directories whose lock is
// free or held by the caller. What cannot be removed now is tried next time.
func (c *Cache) sweep(held string) {
	left, _ := filepath.Glob(filepath.Join(c.dir, tmpPrefix+"*"))
	for _, dir := range left {
		name := strings.TrimPrefix(filepath.Base(dir), tmpPrefix)
		key := name[:max(strings.LastIndex(name, "-"), 0)]
		if key == held || key == "" {
			_ = os.RemoveAll(dir)
			continue
		}
		lock := flock.New(c.lockPath(key))
		if free, err := lock.TryLock(); err == nil && free {
			_ = os.RemoveAll(dir)
		}
		_ = lock.Close()
	}
}
