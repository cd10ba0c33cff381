package component_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
)

func TestEdits(t *testing.T) {
	root := t.TempDir()
	in := component.Input{ConfigDir: filepath.Join(root, "config"), LiveDir: filepath.Join(root, "live")}
	for path, data := range map[string]string{
		"config/same": "a", "config/other": "b", "config/rules/ours.yml": "c", "config/rules/theirs.yml": "d",
		"live/same.json": "e", "live/other.json": "f", "config/unasked": "g",
	} {
		full := filepath.Join(root, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file := func(text string, live bool) component.File { return component.File{Data: []byte(text), Live: live} }
	files := component.Files{
		"same": file("a", false), "other": file("-", false), "rules/ours.yml": file("c", false), "gone": file("h", false),
		"same.json": file("e", true), "other.json": file("-", true), "gone.json": file("i", true),
	}
	got, err := files.Edits(in, "rules/*.yml")
	if err != nil {
		t.Fatal(err)
	}
	want := []component.Edit{
		{Path: "gone", Verb: "removed"}, {Path: "gone.json", Verb: "removed"},
		{Path: "other", Verb: "edited"}, {Path: "other.json", Verb: "edited"},
		{Path: "rules/theirs.yml", Verb: "added"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
