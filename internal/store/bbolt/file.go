package bbolt

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/store"
)

const (
	// schema is the version of the file's layout that this program writes.
	schema = 1
	// maxReaders bounds the operations that read at once in one process.
	maxReaders = 16
	// maxWait is how long the file's lock is waited for when the context sets
	// no earlier end. Transactions take milliseconds: a lock held this long is
	// held by a process that hangs.
	maxWait = 30 * time.Second
	// lockSlice is how long bbolt waits for the lock before the context is
	// looked at again.
	lockSlice = 200 * time.Millisecond
)

// view runs read on the stacks of the file. It is not called when there are none.
func (s *Store) view(ctx context.Context, read func(stacks *bolt.Bucket) error) error {
	err := s.withDB(ctx, true, func(db *bolt.DB) error {
		return db.View(func(tx *bolt.Tx) error {
			if err := checkWhole(tx); err != nil {
				return err
			}
			if err := checkSchema(tx); err != nil {
				return err
			}
			if stacks := tx.Bucket(stacksBucket); stacks != nil {
				return read(stacks)
			}
			return nil
		})
	})
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errEmpty) {
		return nil
	}
	return s.explain(err)
}

// update runs write on the stacks of the file and makes the result durable.
func (s *Store) update(ctx context.Context, write func(stacks *bolt.Bucket) error) error {
	if err := s.create(); err != nil {
		return s.explain(err)
	}
	return s.explain(s.withDB(ctx, false, func(db *bolt.DB) error {
		committing := false
		err := db.Update(func(tx *bolt.Tx) error {
			if err := checkWhole(tx); err != nil {
				return err
			}
			if err := checkSchema(tx); err != nil {
				return err
			}
			stacks, err := initialize(tx)
			if err != nil {
				return err
			}
			err = write(stacks)
			committing = err == nil
			return err
		})
		if err != nil && committing {
			return fmt.Errorf("%w: %w", errWrite, err)
		}
		return err
	}))
}

// withDB runs use with the file open and locked: shared to read, alone to write.
func (s *Store) withDB(ctx context.Context, readOnly bool, use func(*bolt.DB) error) (err error) {
	weight := int64(maxReaders)
	if readOnly {
		weight = 1
	}
	waiting, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	if err := s.gate.Acquire(waiting, weight); err != nil {
		return busy(ctx)
	}
	defer s.gate.Release(weight)

	// bbolt panics on damaged pages, and a file cut short faults in its memory
	// map; both are errors about the file, not about this program.
	var (
		file *os.File
		db   *bolt.DB
	)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", errCorrupt, p)
			if db == nil && file != nil {
				unlock(file) // bbolt.Open left it locked and mapped into memory
			}
		}
		if db != nil {
			err = errors.Join(err, db.Close())
		}
	}()

	db, err = s.lock(ctx, waiting, bolt.Options{ReadOnly: readOnly, Timeout: lockSlice, OpenFile: opener(&file)})
	if err != nil {
		return err
	}
	return use(db)
}

// lock opens the file as soon as its lock is free.
func (s *Store) lock(ctx, waiting context.Context, options bolt.Options) (*bolt.DB, error) {
	for {
		if waiting.Err() != nil {
			return nil, busy(ctx)
		}
		db, err := bolt.Open(s.path, 0o600, &options)
		if !errors.Is(err, berrors.ErrTimeout) {
			return db, err
		}
	}
}

// busy says that the lock was waited for in vain; ctx is the caller's.
func busy(ctx context.Context) error {
	if err := context.Cause(ctx); err != nil {
		return fmt.Errorf("%w: %w", store.ErrBusy, err)
	}
	return fmt.Errorf("%w: another process has held it for %v; end that process", store.ErrBusy, maxWait)
}

// opener opens files for bbolt and remembers the last one. To a reader, a file
// that has no content yet is a store that has none: bbolt would try to write it.
func opener(opened **os.File) func(string, int, os.FileMode) (*os.File, error) {
	return func(path string, flag int, mode os.FileMode) (*os.File, error) {
		file, err := os.OpenFile(path, flag, mode)
		if err != nil {
			return nil, err
		}
		*opened = file
		info, err := file.Stat()
		switch {
		case err != nil:
		case info.IsDir():
			err = syscall.EISDIR
		case info.Size() == 0 && flag&os.O_CREATE == 0:
			err = errEmpty
		}
		if err != nil {
			_ = file.Close()
			return nil, err
		}
		return file, nil
	}
}

// create puts an empty store into place unless there is a file already. The
// file appears complete or not at all: a crash leaves no half of one.
func (s *Store) create() error {
	if _, err := os.Stat(s.path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	dir := filepath.Dir(s.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	temp, err := os.MkdirTemp(dir, ".opp-db-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(temp) }()
	fresh := filepath.Join(temp, "db")
	db, err := bolt.Open(fresh, 0o600, nil)
	if err != nil {
		return fmt.Errorf("%w: %w", errWrite, err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		_, err := initialize(tx)
		return err
	})
	if err := errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("%w: %w", errWrite, err)
	}
	// A link, unlike a rename, never replaces the file that another process
	// put there in the meantime. Where links do not exist bbolt makes the file.
	if err := os.Link(fresh, s.path); err == nil {
		syncDir(dir)
	}
	return nil
}

// syncDir makes the new name durable, where directories can be synced.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}

// initialize makes sure that the buckets are there and returns the stacks.
func initialize(tx *bolt.Tx) (*bolt.Bucket, error) {
	meta, err := tx.CreateBucketIfNotExists(metaBucket)
	if err != nil {
		return nil, err
	}
	if meta.Get(schemaKey) == nil {
		if err := meta.Put(schemaKey, strconv.AppendInt(nil, schema, 10)); err != nil {
			return nil, err
		}
	}
	return tx.CreateBucketIfNotExists(stacksBucket)
}

// checkSchema refuses a file whose layout this program does not know.
func checkSchema(tx *bolt.Tx) error {
	meta := tx.Bucket(metaBucket)
	if meta == nil {
		return nil
	}
	version, err := strconv.Atoi(string(meta.Get(schemaKey)))
	if err != nil {
		return fmt.Errorf("%w: it has no schema version", errCorrupt)
	}
	if version > schema {
		return fmt.Errorf("%w (schema %d, this version knows %d)", errNewer, version, schema)
	}
	return nil
}

// checkWhole refuses a file that is shorter than its own account of it.
func checkWhole(tx *bolt.Tx) error {
	info, err := os.Stat(tx.DB().Path())
	if err != nil {
		return err
	}
	if info.Size() < tx.Size() {
		return fmt.Errorf("%w: %d of %d bytes are there", errCorrupt, info.Size(), tx.Size())
	}
	return nil
}
