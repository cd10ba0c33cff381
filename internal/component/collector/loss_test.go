package collector_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/collector/otlptest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// writer writes numbered lines to a log, as an application does that logs all
// the time, and rotates it in the two ways that there are.
type writer struct {
	path    string
	written atomic.Int64
	file    *os.File
	// moveOnly is set for a log that is never copied and truncated.
	moveOnly bool
}

// Each tick a handful of lines is written.
const (
	linesPerTick = 25
	tick         = 10 * time.Millisecond
)

func lineOf(n int) string {
	return fmt.Sprintf("%08d the quick brown fox jumps over the lazy dog, and nobody is there to see it", n)
}

// write writes lines from..to, and rotates the file after every so many.
func (w *writer) write(from, to, rotate int) error {
	if err := w.open(); err != nil {
		return err
	}
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for n := from; n < to; n++ {
		if _, err := fmt.Fprintln(w.file, lineOf(n)); err != nil {
			return err
		}
		w.written.Store(int64(n + 1))
		if n%linesPerTick == 0 {
			<-ticker.C
		}
		if (n+1)%rotate == 0 {
			if err := w.rotate(fmt.Sprintf("%s.%d", w.path, (n+1)/rotate), w.moveOnly || (n+1)/rotate%2 == 0); err != nil {
				return err
			}
		}
	}
	return w.file.Close()
}

func (w *writer) open() (err error) {
	w.file, err = os.OpenFile(w.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	return err
}

// rotate moves the file away, or copies and truncates it.
func (w *writer) rotate(to string, move bool) error {
	if move {
		return errors.Join(os.Rename(w.path, to), w.file.Close(), w.open())
	}
	source, err := os.Open(w.path)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close(), w.file.Truncate(0))
}

// counts says how often each line arrived.
func counts(records []otlptest.Record) map[string]int {
	seen := map[string]int{}
	for _, r := range records {
		seen[r.Body]++
	}
	return seen
}

// complete waits until all lines have arrived, and returns how many came more
// than once.
func (b *bench) complete(lines int) (duplicates int) {
	b.Helper()
	var seen map[string]int
	defer func() {
		if b.Failed() {
			b.Logf("%d different lines arrived, %d were written", len(seen), lines)
		}
	}()
	componenttest.Eventually(b, func() bool {
		seen = counts(b.loki.Records())
		return len(seen) >= lines
	})
	for n := range lines {
		if seen[lineOf(n)] == 0 {
			b.Fatalf("line %d is lost", n)
		}
		duplicates += seen[lineOf(n)] - 1
	}
	if len(seen) != lines {
		b.Errorf("%d different lines arrived, %d were written", len(seen), lines)
	}
	return duplicates
}

// during runs do while lines are written, and waits until they are.
func (b *bench) during(w *writer, lines int, do func()) {
	b.Helper()
	done := make(chan error, 1)
	go func() { done <- w.write(0, lines, 1000) }()
	do()
	if err := <-done; err != nil {
		b.Fatal(err)
	}
}

// awaitWritten waits until the writer is as far as that.
func (b *bench) awaitWritten(w *writer, lines int64) {
	b.Helper()
	componenttest.Eventually(b, func() bool { return w.written.Load() >= lines })
}

// TestNothingIsLostWhenTheCollectorIsKilled: the log is rotated all the while,
// also when nobody reads it.
func TestNothingIsLostWhenTheCollectorIsKilled(t *testing.T) {
	const lines, kills = 10_000, 6
	dir := t.TempDir()
	b := start(t, fileSource("app", dir))
	w := &writer{path: filepath.Join(dir, "app.log")}
	b.during(w, lines, func() {
		for kill := range int64(kills) {
			b.awaitWritten(w, (kill+1)*lines/(kills+1))
			b.process.Kill()
			b.awaitWritten(w, (kill+1)*lines/(kills+1)+lines/50)
			b.process.Run()
			b.process.AwaitReady()
		}
	})
	t.Logf("%d of %d lines arrived twice after %d kills", b.complete(lines), lines, kills)
}

// TestNothingIsLostWhenASourceIsAdded: everything is stopped and started for it,
// in the same process.
func TestNothingIsLostWhenASourceIsAdded(t *testing.T) {
	const lines, sources = 4000, 5
	dir := t.TempDir()
	b := start(t, fileSource("app", dir))
	w := &writer{path: filepath.Join(dir, "app.log")}
	pid := b.process.PID()
	b.during(w, lines, func() {
		for i := range int64(sources) {
			b.awaitWritten(w, (i+1)*lines/(sources+1))
			b.in.State.LogSources = append(b.in.State.LogSources, fileSource(fmt.Sprintf("other-%d", i), filepath.Join(dir, "other")))
			b.files = componenttest.Publish(t, b.c, b.in)
			start := time.Now()
			b.reload()
			t.Logf("reloaded within %s", time.Since(start))
			b.verify()
		}
	})
	if duplicates := b.complete(lines); duplicates != 0 {
		t.Errorf("%d lines arrived twice", duplicates)
	}
	if b.process.PID() != pid {
		t.Error("the process is another one")
	}
	b.want(nil)
}

// TestNothingIsLostWhileLokiIsAway: it refuses connections, then it answers with
// errors that pass, as Loki does when it starts.
func TestNothingIsLostWhileLokiIsAway(t *testing.T) {
	const lines = 6000
	dir := t.TempDir()
	b := start(t, fileSource("app", dir))
	w := &writer{path: filepath.Join(dir, "app.log")}
	b.during(w, lines, func() {
		b.awaitWritten(w, lines/6)
		b.loki.Close()
		b.awaitWritten(w, lines/2)
		b.loki.Answer(http.StatusServiceUnavailable)
		b.loki.Open()
		b.awaitWritten(w, lines/3*2)
		// What waits survives a crash, too.
		b.process.Kill()
		b.process.Run()
		b.process.AwaitReady()
	})
	b.loki.Answer(http.StatusTooManyRequests)
	componenttest.Eventually(t, func() bool { return b.metric("otelcol_exporter_queue_size") > 0 })
	b.loki.Answer(http.StatusOK)
	t.Logf("%d of %d lines arrived twice", b.complete(lines), lines)
}

// TestRotatedFilesThatAreCompressed are not read again, unless a source asks
// for them.
func TestRotatedFilesThatAreCompressed(t *testing.T) {
	const lines = 500
	dir := t.TempDir()
	archive := fileSource("archive", dir)
	archive.Files.Include = []string{filepath.Join(dir, "*.gz")}
	b := start(t, fileSource("app", dir), archive)
	w := &writer{path: filepath.Join(dir, "app.log")}
	b.during(w, lines, func() {})
	b.complete(lines)
	if err := os.Rename(w.path, w.path+".1"); err != nil {
		t.Fatal(err)
	}
	if output, err := exec.Command("gzip", w.path+".1").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	write(t, w.path, lineOf(lines)+"\n")
	if got := len(b.arrived("archive", lines)); got != lines {
		t.Errorf("%d lines of the archive arrived", got)
	}
	if got := counts(b.arrived("app", lines+1)); len(got) != lines+1 || slices.Max(slices.Collect(maps.Values(got))) != 1 {
		t.Errorf("%d different lines arrived, and one %d times", len(got), slices.Max(slices.Collect(maps.Values(got))))
	}
}

// TestNobodyReadsWhatWasRead: what is read is written to the queue, which would
// be read.
func TestNobodyReadsWhatWasRead(t *testing.T) {
	dir := t.TempDir()
	s := fileSource("app", dir)
	s.Files.Include = append(s.Files.Include, filepath.Join(filepath.Dir(dir), "**"))
	b := start(t, s)
	for n := range 3 {
		write(t, filepath.Join(dir, fmt.Sprint(n)), lineOf(n)+"\n")
		componenttest.Eventually(t, func() bool { return counts(b.loki.Records())[lineOf(n)] > 0 })
	}
	for _, r := range b.loki.Records() {
		if path := r.Attributes["log.file.path"].(string); strings.Contains(path, "/storage/") {
			t.Fatalf("%s was read", path)
		}
	}
}

// TestNewFilesAreReadFromTheirBeginning: also those that come while nobody looks,
// by a source that begins at the end of what is there.
func TestNewFilesAreReadFromTheirBeginning(t *testing.T) {
	dir := t.TempDir()
	s := fileSource("app", dir)
	s.Files.StartAt = spec.StartAtEnd
	b := start(t, s)
	if err := b.c.Settle(t.Context(), b.in, &s); err != nil {
		t.Fatal(err)
	}
	b.process.Kill()
	write(t, filepath.Join(dir, "new.log"), lineOf(0)+"\n")
	b.process.Run()
	b.process.AwaitReady()
	if b.complete(1) != 0 {
		t.Error("it arrived twice")
	}
}

// TestASourceIsInEffectWhenItHasLookedItself: that others have says nothing.
func TestASourceIsInEffectWhenItHasLookedItself(t *testing.T) {
	s, other := fileSource("app", t.TempDir()), fileSource("other", t.TempDir())
	s.Files.StartAt, other.Files.StartAt = spec.StartAtEnd, spec.StartAtEnd
	b := start(t, s)
	if err := b.c.Settle(t.Context(), b.in, &s); err != nil {
		t.Fatal(err)
	}
	componenttest.Fails(t, "other", func(ctx context.Context) error { return b.c.Settle(ctx, b.in, &other) })
}

// metric is the sum of a metric of the collector, 0 if it is not there.
func (b *bench) metric(name string) float64 {
	b.Helper()
	metrics, err := probe.New().Metrics(b.Context(), b.in.Addresses[component.Collector+"/metrics"], nil)
	if err != nil {
		return 0
	}
	var sum float64
	for _, m := range metrics[name].GetMetric() {
		sum += m.GetGauge().GetValue() + m.GetCounter().GetValue()
	}
	return sum
}
