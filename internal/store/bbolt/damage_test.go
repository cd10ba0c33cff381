package bbolt_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"
)

// filled returns the path of a store with one large document.
func filled(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "opp.db")
	change := write
	change.Body = []byte(`"` + strings.Repeat("x", 1<<16) + `"`)
	if _, err := open(t, path).Commit(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	return path
}

// damage rewrites the content of a file.
func damage(change func([]byte) []byte) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, change(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func setSchema(value string) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		db, err := bolt.Open(path, 0o600, nil)
		if err != nil {
			t.Fatal(err)
		}
		err = db.Update(func(tx *bolt.Tx) error {
			return tx.Bucket([]byte("meta")).Put([]byte("schema"), []byte(value))
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestUnusableFilesAreExplained(t *testing.T) {
	const restore = "restore it from a backup"
	for name, tc := range map[string]struct {
		spoil func(*testing.T, string)
		want  string
	}{
		"not a database": {damage(func([]byte) []byte { return bytes.Repeat([]byte("hello\n"), 9000) }), restore},
		"a short text":   {damage(func([]byte) []byte { return []byte("hello\n") }), restore},
		"cut off":        {damage(func(b []byte) []byte { return b[:len(b)/4] }), restore},
		"pages of rubbish": {damage(func(b []byte) []byte {
			page := os.Getpagesize()
			return append(b[:2*page:2*page], bytes.Repeat([]byte{0xa5}, len(b)-2*page)...)
		}), restore},
		"a later schema": {setSchema("2"), "upgrade this program"},
		"no schema":      {setSchema(""), restore},
		"a directory": {func(t *testing.T, path string) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			if err := os.MkdirAll(filepath.Join(path, "x"), 0o700); err != nil {
				t.Fatal(err)
			}
		}, "choose a state directory"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filled(t)
			tc.spoil(t, path)
			before, _ := os.ReadFile(path)
			s := open(t, path)
			_, readErr := s.List(t.Context(), "production")
			_, writeErr := s.Commit(t.Context(), write)
			// A failed operation must not keep the file's lock.
			_, againErr := s.List(t.Context(), "production")
			for operation, err := range map[string]error{"read": readErr, "write": writeErr, "second read": againErr} {
				if err == nil {
					t.Errorf("%s: no error", operation)
				} else if text := err.Error(); !strings.Contains(text, path) || !strings.Contains(text, tc.want) {
					t.Errorf("%s: error does not name the file and say %q: %v", operation, tc.want, err)
				}
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
				t.Error("the file was changed")
			}
		})
	}
}

func TestParentThatIsAFile(t *testing.T) {
	parent := filepath.Join(t.TempDir(), "state")
	if err := os.WriteFile(parent, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(parent, "opp.db")
	_, err := open(t, path).Commit(t.Context(), write)
	if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "choose a state directory") {
		t.Errorf("error does not name the file and say what to do: %v", err)
	}
}
