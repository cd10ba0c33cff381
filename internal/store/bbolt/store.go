// Package bbolt keeps the desired state in one bbolt file that several
// processes share. The file is opened for every operation, so that no process
// keeps the others out for longer than one transaction.
package bbolt

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/sync/semaphore"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/store"
)

// The file's buckets: stacksBucket holds one bucket per stack, whose keys are
// KIND 0x00 NAME and whose values are the revision (8 bytes, big endian) and
// the body. metaBucket holds schemaKey.
var (
	stacksBucket = []byte("stacks")
	metaBucket   = []byte("meta")
	schemaKey    = []byte("schema")
)

// revisionSize is the length of the revision before the body, in bytes.
const revisionSize = 8

// Store implements [store.Store] in one file.
type Store struct {
	path string
	// gate queues this process' own operations: the file lock alone would make
	// goroutines poll for each other.
	gate *semaphore.Weighted
}

var _ store.Store = (*Store)(nil)

// Open names the file of a store. It is created, readable by its owner only,
// with the first write; until then the store is empty. Relative paths are
// taken from the present working directory.
func Open(path string) (*Store, error) {
	if path == "" {
		return nil, errors.New("cannot open store: no path given")
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("cannot open store %q: %w", path, err)
	}
	return &Store{path: absolute, gate: semaphore.NewWeighted(maxReaders)}, nil
}

// Stacks implements [store.Store].
func (s *Store) Stacks(ctx context.Context) ([]string, error) {
	names := []string{}
	err := s.view(ctx, func(stacks *bolt.Bucket) error {
		return stacks.ForEachBucket(func(name []byte) error {
			names = append(names, string(name))
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("cannot list stacks: %w", err)
	}
	return names, nil
}

// List implements [store.Store].
func (s *Store) List(ctx context.Context, stack string) ([]store.Document, error) {
	documents := []store.Document{}
	err := s.view(ctx, func(stacks *bolt.Bucket) error {
		bucket := stacks.Bucket([]byte(stack))
		if bucket == nil {
			return nil
		}
		return bucket.ForEach(func(k, v []byte) error {
			kind, name, ok := strings.Cut(string(k), "\x00")
			if !ok {
				return fmt.Errorf("%w: the key %q has no kind", errCorrupt, k)
			}
			document, err := decode(store.Key{Stack: stack, Kind: kind, Name: name}, v)
			documents = append(documents, document)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("cannot list stack %q: %w", stack, err)
	}
	return documents, nil
}

// Get implements [store.Store].
func (s *Store) Get(ctx context.Context, key store.Key) (store.Document, error) {
	var value []byte
	err := s.view(ctx, func(stacks *bolt.Bucket) error {
		if bucket := stacks.Bucket([]byte(key.Stack)); bucket != nil {
			value = slices.Clone(bucket.Get(boltKey(key)))
		}
		return nil
	})
	if err == nil && value == nil {
		err = s.explain(store.ErrNotFound)
	}
	if err != nil {
		return store.Document{}, fmt.Errorf("cannot read %s: %w", key, err)
	}
	return decode(key, value)
}

// Commit implements [store.Store].
func (s *Store) Commit(ctx context.Context, changes ...store.Change) ([]store.Document, error) {
	if err := store.Check(changes); err != nil {
		return nil, fmt.Errorf("cannot commit: %w", s.explain(err))
	}
	documents := make([]store.Document, len(changes))
	if len(changes) == 0 {
		return documents, ctx.Err()
	}
	err := s.update(ctx, func(stacks *bolt.Bucket) error {
		for i, change := range changes {
			document, err := apply(stacks, change)
			if err != nil {
				return err
			}
			documents[i] = document
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("cannot commit: %w", err)
	}
	return documents, nil
}

// apply makes one change inside a transaction.
func apply(stacks *bolt.Bucket, change store.Change) (store.Document, error) {
	name, key := []byte(change.Key.Stack), boltKey(change.Key)
	bucket := stacks.Bucket(name)
	var stored uint64
	if bucket != nil {
		if value := bucket.Get(key); value != nil {
			document, err := decode(change.Key, value)
			if err != nil {
				return store.Document{}, err
			}
			stored = document.Revision
		}
	}
	revision, err := change.Next(stored)
	if err != nil {
		return store.Document{}, err
	}
	if change.Body == nil {
		return store.Document{}, remove(stacks, bucket, name, key)
	}
	if bucket == nil {
		if bucket, err = stacks.CreateBucket(name); err != nil {
			return store.Document{}, fmt.Errorf("%s: %w", change.Key, err)
		}
	}
	value := append(binary.BigEndian.AppendUint64(nil, revision), change.Body...)
	if err := bucket.Put(key, value); err != nil {
		return store.Document{}, fmt.Errorf("%s: %w", change.Key, err)
	}
	return store.Document{Key: change.Key, Revision: revision, Body: slices.Clone(change.Body)}, nil
}

// remove deletes the key and, with its last key, the stack.
func remove(stacks, bucket *bolt.Bucket, name, key []byte) error {
	if bucket == nil {
		return nil
	}
	if err := bucket.Delete(key); err != nil {
		return err
	}
	if first, _ := bucket.Cursor().First(); first == nil {
		return stacks.DeleteBucket(name)
	}
	return nil
}

func boltKey(key store.Key) []byte { return []byte(key.Kind + "\x00" + key.Name) }

// decode copies a stored value out of the transaction.
func decode(key store.Key, value []byte) (store.Document, error) {
	if len(value) < revisionSize {
		return store.Document{}, fmt.Errorf("%w: %s is cut off", errCorrupt, key)
	}
	return store.Document{
		Key:      key,
		Revision: binary.BigEndian.Uint64(value),
		Body:     json.RawMessage(slices.Clone(value[revisionSize:])),
	}, nil
}
