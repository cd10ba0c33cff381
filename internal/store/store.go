// Package store keeps the desired state: one JSON document per object, with a revision.
package store

import (
	"context"
	"encoding/json"
	"errors"
)

// ErrNotFound is returned when there is no document of that key.
var ErrNotFound = errors.New("document not found")

// ErrRevision is returned by Commit when a document is not at the revision the
// change expects. Nothing was written then.
var ErrRevision = errors.New("document has another revision")

// Key identifies a document.
type Key struct {
	Stack string `json:"stack"`
	Kind  string `json:"kind"`
	Name  string `json:"name"`
}

// Document is one stored object.
type Document struct {
	Key
	// Revision counts the writes of this key from 1. Commit sets it.
	Revision uint64          `json:"revision"`
	Body     json.RawMessage `json:"body"`
}

// AnyRevision lets a change apply whatever is stored.
const AnyRevision = ^uint64(0)

// Change is one write of a Commit.
type Change struct {
	Key Key
	// Body is the new content; nil deletes the document (deleting what is not
	// there is no error).
	Body json.RawMessage
	// IfRevision is the revision the document must have: 0 means it must not
	// exist, AnyRevision that it does not matter.
	IfRevision uint64
}

// Store is safe for use by several goroutines and several processes at once.
// Every error names the store and what could not be done.
type Store interface {
	// Stacks lists the stacks that have at least one document, sorted.
	Stacks(ctx context.Context) ([]string, error)
	// List returns all documents of a stack as of one moment, sorted by kind
	// and name; empty for an unknown stack.
	List(ctx context.Context, stack string) ([]Document, error)
	// Get returns one document or ErrNotFound.
	Get(ctx context.Context, key Key) (Document, error)
	// Commit makes all changes durable, or none, and returns the written
	// documents in the order of the changes (the zero Document for a delete).
	// It fails with ErrRevision if an expectation does not hold.
	Commit(ctx context.Context, changes ...Change) ([]Document, error)
}
