package bbolt_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/store"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/store/bbolt"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/store/storetest"
)

var (
	rule  = store.Key{Stack: "production", Kind: "alert_rule", Name: "down"}
	write = store.Change{Key: rule, Body: json.RawMessage(`{}`), IfRevision: store.AnyRevision}
)

func open(t *testing.T, path string) *bbolt.Store {
	t.Helper()
	s, err := bbolt.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, filepath.Join(t.TempDir(), "opp.db")) })
}

func TestTwoHandlesShareOneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "opp.db")
	storetest.Concurrent(t, open(t, path), open(t, path))
}

func TestFirstWriteCreatesPrivateFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state", "opp")
	path := filepath.Join(dir, "opp.db")
	s := open(t, path)
	if _, err := s.List(t.Context(), "production"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("reading created %s (%v)", dir, err)
	}
	if _, err := s.Commit(t.Context(), write); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]fs.FileMode{path: 0o600, dir: 0o700 | fs.ModeDir, filepath.Dir(dir): 0o700 | fs.ModeDir} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s has mode %v, want %v", filepath.Base(name), info.Mode(), want)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("creating left %v beside the store (%v)", entries, err)
	}
}

func TestEmptyFileIsAnEmptyStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "opp.db")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, path)
	if stacks, err := s.Stacks(t.Context()); err != nil || len(stacks) != 0 {
		t.Fatalf("Stacks = %v, %v", stacks, err)
	}
	if _, err := s.Commit(t.Context(), write); err != nil {
		t.Fatal(err)
	}
}

func TestWaitsForTheLockNoLongerThanTheContext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "opp.db")
	s := open(t, path)
	if _, err := s.Commit(t.Context(), write); err != nil {
		t.Fatal(err)
	}
	holder, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err = s.Get(ctx, rule)
	for _, want := range []error{store.ErrBusy, context.DeadlineExceeded} {
		if !errors.Is(err, want) {
			t.Errorf("error is %v, want %v", err, want)
		}
	}
	if err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("the error does not name the file: %v", err)
	}

	done := make(chan error, 1)
	go func() {
		_, err := s.Commit(t.Context(), write)
		done <- err
	}()
	if err := holder.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Errorf("cannot commit after the lock was released: %v", err)
	}
}
