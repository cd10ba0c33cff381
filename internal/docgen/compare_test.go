package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, dir string, files map[string]string) string {
	t.Helper()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestCompare(t *testing.T) {
	rendered := map[string]string{"index.md": "a", "resources/stack.md": "b"}
	tests := map[string]struct {
		docs map[string]string
		want []string
	}{
		"same":          {docs: map[string]string{"index.md": "a", "resources/stack.md": "b"}},
		"other folders": {docs: map[string]string{"index.md": "a", "resources/stack.md": "b", "adr/0001.md": "c"}},
		"edited":        {docs: map[string]string{"index.md": "x", "resources/stack.md": "b"}, want: []string{"index.md is stale"}},
		"missing":       {docs: map[string]string{"index.md": "a"}, want: []string{"stack.md is stale"}},
		"left over":     {docs: map[string]string{"index.md": "a", "resources/stack.md": "b", "guides/old.md": "c"}, want: []string{"old.md is not rendered"}},
		"none":          {want: []string{"index.md is stale", "stack.md is stale"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := compare(write(t, t.TempDir(), rendered), write(t, t.TempDir(), test.docs))
			if (err == nil) != (len(test.want) == 0) {
				t.Fatalf("got %v, want %q", err, test.want)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q lacks %q", err, want)
				}
			}
		})
	}
}
