package command

import (
	"fmt"
	"io"
	"sync"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/artifact"
)

// barWidth leaves room for the words in 80 columns.
const barWidth = 14

// bars shows each phase of each fetch as a progress bar.
type bars struct {
	progress *mpb.Progress

	mu      sync.Mutex
	current map[string]*bar // by component
}

type bar struct {
	*mpb.Bar
	phase artifact.Phase
	unit  artifact.Unit
	total int64
}

func newBars(out io.Writer) *bars {
	return &bars{progress: mpb.New(mpb.WithOutput(out), mpb.WithAutoRefresh()), current: map[string]*bar{}}
}

func (b *bars) Event(e artifact.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.current[e.Name]
	if now != nil && (now.phase != e.Phase || now.unit != e.Unit) {
		now.complete()
		now = nil
		delete(b.current, e.Name)
	}
	if e.Phase == artifact.PhaseDone {
		return
	}
	if now == nil {
		now = b.add(e)
		b.current[e.Name] = now
	}
	now.total = e.Total
	now.SetTotal(e.Total, false)
	now.SetCurrent(e.Done)
}

func (b *bars) add(e artifact.Event) *bar {
	style := mpb.BarFillerBuilder(mpb.BarStyle())
	from := decor.Name(" from " + e.From)
	if e.Phase == artifact.PhaseWait {
		from = decor.Name(" for " + e.From)
	}
	var counts []decor.Decorator
	switch e.Unit {
	case "": // a phase that does not count has no bar
		style = mpb.NopStyle()
		counts = []decor.Decorator{from, decor.Elapsed(decor.ET_STYLE_GO, decor.WC{W: 6})}
	case artifact.UnitBytes:
		counts = []decor.Decorator{decor.CountersKibiByte("% .1f / % .1f"), from, decor.AverageSpeed(decor.SizeB1024(0), " % .1f")}
	default:
		counts = []decor.Decorator{decor.CountersNoUnit("%d / %d " + string(e.Unit)), from, decor.Elapsed(decor.ET_STYLE_GO, decor.WC{W: 6})}
	}
	title := fmt.Sprintf("%s %s %s", e.Name, e.Version, e.Phase)
	// Total 0 leaves the end of the bar to complete. A narrow terminal cuts
	// what is last.
	return &bar{phase: e.Phase, unit: e.Unit, Bar: b.progress.New(0, style,
		mpb.BarWidth(barWidth),
		mpb.PrependDecorators(decor.Name(title, decor.WCSyncSpaceR)),
		mpb.AppendDecorators(counts...),
	)}
}

// complete fills the bar: packages that the build cache had were never counted.
func (b *bar) complete() {
	if b.total > 0 {
		b.SetCurrent(b.total)
	}
	b.SetTotal(-1, true)
}

func (b *bars) Failed(name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if now := b.current[name]; now != nil {
		now.Abort(false)
		delete(b.current, name)
	}
}

func (b *bars) Close() {
	b.mu.Lock()
	for _, now := range b.current {
		now.Abort(false)
	}
	b.mu.Unlock()
	b.progress.Wait()
}
