package command

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/artifact"
)

// step is an event some time after the one before.
type step struct {
	after time.Duration
	event artifact.Event
}

const mib = 1 << 20

func event(phase artifact.Phase, unit artifact.Unit, from string, done, total int64) artifact.Event {
	return artifact.Event{Name: "prometheus", Version: "3.16.0", Phase: phase, Unit: unit, From: from, Done: done, Total: total}
}

// sampleSteps is a fast download that is cut off, then a slow build.
func sampleSteps() []step {
	const host, proxy = "releases.example", "the Go module proxy"
	steps := []step{
		{0, event(artifact.PhaseWait, "", "another process", 0, 0)},
		{time.Second, event(artifact.PhaseDownload, artifact.UnitBytes, host, 0, 120*mib)},
	}
	for done := int64(1); done <= 15; done++ {
		steps = append(steps, step{10 * time.Millisecond, event(artifact.PhaseDownload, artifact.UnitBytes, host, done*mib, 120*mib)})
	}
	steps = append(steps,
		step{time.Minute, event(artifact.PhaseDownload, artifact.UnitBytes, host, 0, 120*mib)},
		step{time.Second, event(artifact.PhaseVerify, "", host, 0, 0)},
	)
	for modules := range int64(26) {
		steps = append(steps, step{time.Second, event(artifact.PhaseDownload, artifact.UnitModules, proxy, modules, 0)})
	}
	for packages := int64(0); packages <= 160; packages += 2 {
		steps = append(steps, step{time.Second, event(artifact.PhaseBuild, artifact.UnitPackages, proxy, packages, 1289)})
	}
	return append(steps, step{time.Second, event(artifact.PhaseDone, "", "", 0, 0)})
}

func TestLines(t *testing.T) {
	var out bytes.Buffer
	now := time.Unix(0, 0)
	l := &lines{out: &out, now: func() time.Time { return now }, last: map[string]line{}}
	for _, s := range sampleSteps() {
		now = now.Add(s.after)
		l.Event(s.event)
	}
	golden := filepath.Join("testdata", "progress.golden")
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Error(diff)
	}
}

// TestBars is about ending: a bar that is not complete would hang Close.
func TestBars(t *testing.T) {
	var out bytes.Buffer
	b := newBars(&out)
	for _, s := range sampleSteps() {
		b.Event(s.event)
	}
	other := event(artifact.PhaseDownload, artifact.UnitBytes, "releases.example", 1, 2)
	other.Name = "alertmanager"
	b.Event(other)
	b.Failed("alertmanager")
	other.Name = "node_exporter"
	b.Event(other)
	b.Close()
	for _, want := range []string{
		"prometheus 3.16.0 build ", "1289 / 1289 packages from the Go", "25 / 25 modules", "alertmanager 3.16.0 download",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not shown:\n%s", want, out.String())
		}
	}
}
