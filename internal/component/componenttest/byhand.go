package componenttest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Want compares a report with the desired state after change, nil for none, and
// with the drift sentences.
func Want(t testing.TB, in component.Input, report *component.Report, change func(*spec.State), drift ...string) {
	t.Helper()
	want := in.State.Clone()
	if change != nil {
		change(&want)
	}
	if diff := cmp.Diff(want, report.Observed); diff != "" {
		t.Errorf("observed (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(drift)), Sentences(report)); diff != "" {
		t.Errorf("drift (-want +got):\n%s", diff)
	}
}

// File is a configuration file that is edited by hand.
type File struct {
	testing.TB
	Path string
}

// Edit replaces text.
func (f File) Edit(old, replacement string) {
	f.Helper()
	Edit(f, f.Path, old, replacement)
}

// EditMatch replaces what an expression matches first.
func (f File) EditMatch(old *regexp.Regexp, replacement string) {
	f.Helper()
	text, err := os.ReadFile(f.Path)
	if err != nil {
		f.Fatal(err)
	}
	found := old.Find(text)
	if found == nil {
		f.Fatalf("nothing matches %s:\n%s", old, text)
	}
	f.Edit(string(found), string(old.ReplaceAll(found, []byte(replacement))))
}

// ByHand is something that somebody changes in a configuration file, and what is
// observed then.
type ByHand struct {
	Name string
	Edit func(File)
	// Still means that the file is not loaded again.
	Still  bool
	Change func(*spec.State)
	// Drift is told besides the edit itself.
	Drift []string
}

// ChangeByHand makes each change to the file of that name of a running component,
// compares what is observed, and takes it back, so that what was wanted runs.
func ChangeByHand(t *testing.T, c component.Component, in component.Input, name string, reload func(testing.TB), changes []ByHand) {
	t.Helper()
	for _, change := range changes {
		t.Run(change.Name, func(t *testing.T) {
			file := File{t, filepath.Join(in.ConfigDir, name)}
			edited := "stack " + in.State.Stack.Name + ": " + c.Name() + ": " + name + " was edited by hand"
			change.Edit(file)
			if change.Still {
				edited += ", without effect so far"
			} else {
				reload(t)
			}
			files, err := c.Render(in)
			if err != nil {
				t.Fatal(err)
			}
			Want(t, in, Observe(t, c, in, files), change.Change, append(change.Drift, edited)...)

			Publish(t, c, in)
			if !change.Still {
				reload(t) // which may await nothing where the same runs already
			}
			if err := c.Verify(t.Context(), in, files, []string{name}); err != nil {
				t.Fatal(err)
			}
		})
	}
}
