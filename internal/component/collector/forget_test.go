package collector_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// publishSources makes the collector read these sources.
func (b *bench) publishSources(sources ...spec.LogSource) {
	b.Helper()
	b.in.State.LogSources = sources
	b.files = componenttest.Publish(b, b.c, b.in)
	b.reload()
	b.verify()
	for i := range sources {
		if err := b.c.Settle(b.Context(), b.in, &sources[i]); err != nil {
			b.Fatal(err)
		}
	}
}

// TestARemovedSourceIsForgotten: one that comes later under its name begins as
// it says, unless it was not removed for good, and the others go on.
func TestARemovedSourceIsForgotten(t *testing.T) {
	dir := t.TempDir()
	gone, stays := fileSource("a: b", filepath.Join(dir, "gone")), fileSource("stays", filepath.Join(dir, "stays"))
	b := start(t, gone, stays)
	both := func(line string) {
		t.Helper()
		for _, source := range []string{"gone", "stays"} {
			w := &writer{path: filepath.Join(dir, source, "log")}
			if err := errors.Join(os.MkdirAll(filepath.Dir(w.path), 0o700), w.open()); err != nil {
				t.Fatal(err)
			}
			if _, err := fmt.Fprintln(w.file, line); err != nil {
				t.Fatal(err)
			}
			w.file.Close()
		}
	}
	bodies := func(source string, want ...string) {
		t.Helper()
		var got []string
		for _, r := range b.arrived(source, len(want)) {
			got = append(got, r.Body)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%s: got %q, want %q", source, got, want)
		}
	}
	forget := func(prev, next spec.Object) {
		t.Helper()
		if err := b.c.Forget(b.in, prev, next); err != nil {
			t.Fatal(err)
		}
	}
	both("one")
	bodies("a: b", "one")
	bodies("stays", "one")

	// Taken back: it goes on where it was.
	b.publishSources(stays)
	both("two")
	bodies("stays", "one", "two")
	forget(&gone, &gone)
	forget(&stays, &stays)
	b.publishSources(gone, stays)
	bodies("a: b", "one", "two")

	// Removed for good: what was written since is not read, nor is what was read.
	b.publishSources(stays)
	forget(&gone, nil)
	forget(&gone, nil)
	both("three")
	bodies("stays", "one", "two", "three")
	gone.Files.StartAt = spec.StartAtEnd
	b.publishSources(gone, stays)
	both("four")
	bodies("stays", "one", "two", "three", "four")
	bodies("a: b", "one", "two", "four")
}
