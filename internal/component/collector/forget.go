package collector

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// storageDir is where the collector keeps what waits for Loki, and the offsets
// of its sources.
func storageDir(in component.Input) string { return filepath.Join(in.DataDir, "storage") }

// Forget implements component.Forgetter: a source that is gone takes its offsets
// along. One that gets its name later begins as a new source does, and not
// with everything that was written in between.
func (*Component) Forget(in component.Input, prev, next spec.Object) error {
	before, ok := prev.(*spec.LogSource)
	if !ok || before.OTLP != nil {
		return nil
	}
	file := offsets(before)
	if after, ok := next.(*spec.LogSource); ok && after.OTLP == nil && offsets(after) == file {
		return nil
	}
	if err := os.Remove(filepath.Join(storageDir(in), file)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot forget the offsets of log source %q: %w", before.Name, err)
	}
	return nil
}

// offsets is the name that the collector gives to the file with the offsets of a
// source: its receiver's, without underscores in the type, and with what is not
// safe in names of files written as ~ and four digits.
func offsets(s *spec.LogSource) string {
	kind, name, _ := strings.Cut(receiverID(s), "/")
	return "receiver_" + strings.ReplaceAll(kind, "_", "") + "_" + strings.ReplaceAll(name, "%", "~0025")
}
