package command

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/artifact"
)

const (
	// lineStep and lineInterval limit progress where it is not a terminal: a
	// line when that many per cent were done, or that much time went by.
	lineStep     = 5
	lineInterval = 10 * time.Second
)

// reporter shows how fetches go on. It is safe for concurrent use.
type reporter interface {
	Event(event artifact.Event)
	// Failed ends what is shown of the named component.
	Failed(name string)
	// Close ends everything that is shown.
	Close()
}

// newReporter shows bars on a terminal and lines elsewhere.
func newReporter(out io.Writer) reporter {
	if file, ok := out.(*os.File); ok && isatty.IsTerminal(file.Fd()) {
		return newBars(out)
	}
	return &lines{out: out, now: time.Now, last: map[string]line{}}
}

// doing is a phase as it reads in a sentence.
func doing(phase artifact.Phase) string {
	switch phase {
	case artifact.PhaseWait:
		return "waiting for"
	case artifact.PhaseDownload:
		return "downloading from"
	case artifact.PhaseVerify:
		return "verifying against the checksum list of"
	case artifact.PhaseBuild:
		return "building from"
	case artifact.PhaseDone:
		return "done with"
	}
	return string(phase)
}

func formatBytes(n int64) string { return fmt.Sprintf("% .1f", decor.SizeB1024(n)) }

// lines shows progress as plain lines.
type lines struct {
	out io.Writer
	now func() time.Time

	mu   sync.Mutex
	last map[string]line // by component
}

// line is what was last printed for a component.
type line struct {
	phase   artifact.Phase
	unit    artifact.Unit
	percent int64
	at      time.Time
}

func (l *lines) Event(e artifact.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e.Phase == artifact.PhaseDone {
		return
	}
	next := line{phase: e.Phase, unit: e.Unit, at: l.now()}
	if e.Total > 0 {
		next.percent = e.Done * 100 / e.Total
	}
	last, seen := l.last[e.Name]
	fresh := !seen || last.phase != e.Phase || last.unit != e.Unit || next.percent < last.percent
	if !fresh && next.percent < last.percent+lineStep && next.at.Before(last.at.Add(lineInterval)) {
		return
	}
	l.last[e.Name] = next
	text := doing(e.Phase) + " " + e.From
	if e.Done > 0 {
		text += ": " + amount(e, next.percent)
	}
	fmt.Fprintf(l.out, "%s %s: %s\n", e.Name, e.Version, text)
}

// amount says how far an event is.
func amount(e artifact.Event, percent int64) string {
	switch {
	case e.Unit == artifact.UnitBytes && e.Total > 0:
		return fmt.Sprintf("%d %% (%s of %s)", percent, formatBytes(e.Done), formatBytes(e.Total))
	case e.Unit == artifact.UnitBytes:
		return formatBytes(e.Done)
	case e.Total > 0:
		return fmt.Sprintf("%d %% (%d of %d %s)", percent, e.Done, e.Total, e.Unit)
	}
	return fmt.Sprintf("%d %s", e.Done, e.Unit)
}

func (l *lines) Failed(string) {}

func (l *lines) Close() {}
