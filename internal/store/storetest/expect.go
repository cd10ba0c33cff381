package storetest

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/store"
)

func key(stack, kind, name string) store.Key {
	return store.Key{Stack: stack, Kind: kind, Name: name}
}

func write(k store.Key, body string, ifRevision uint64) store.Change {
	return store.Change{Key: k, Body: json.RawMessage(body), IfRevision: ifRevision}
}

func document(k store.Key, revision uint64, body string) store.Document {
	return store.Document{Key: k, Revision: revision, Body: json.RawMessage(body)}
}

func commit(t *testing.T, s store.Store, changes ...store.Change) []store.Document {
	t.Helper()
	documents, err := s.Commit(t.Context(), changes...)
	if err != nil {
		t.Fatal(err)
	}
	return documents
}

func get(t *testing.T, s store.Store, k store.Key) store.Document {
	t.Helper()
	document, err := s.Get(t.Context(), k)
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func wantMissing(t *testing.T, s store.Store, k store.Key) {
	t.Helper()
	if _, err := s.Get(t.Context(), k); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Get %s: error is %v, want %v", k, err, store.ErrNotFound)
	}
}

func wantList(t *testing.T, s store.Store, stack string, want ...store.Document) {
	t.Helper()
	got, err := s.List(t.Context(), stack)
	if err != nil {
		t.Fatal(err)
	}
	wantDocuments(t, got, want...)
}

func wantStacks(t *testing.T, s store.Store, want ...string) {
	t.Helper()
	got, err := s.Stacks(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("stacks are %q, want %q", got, want)
	}
}
