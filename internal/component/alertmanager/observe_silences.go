package alertmanager

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// silences compares the silences with those that Alertmanager holds. One that
// has ended is not missed: Alertmanager forgets those after a while.
func (o *observer) silences(held []silence) {
	now := time.Now()
	for i := range o.Observed.Silences {
		observed := &o.Observed.Silences[i]
		desired := *observed
		observed.Status = desired.StatusAt(now)
		wanted, err := wantedSilence(&desired)
		if err != nil || observed.Status == spec.SilenceExpired {
			continue
		}
		found := ours(held, &desired)
		if len(found) == 0 {
			observed.Status = spec.SilenceExpired
			o.noteSilence(&desired, "the silence is gone")
			continue
		}
		running := &found[0]
		observed.Status = running.Status.State
		if running.expired() {
			o.noteSilence(&desired, "the silence was expired at %s", running.EndsAt.UTC().Format(time.RFC3339))
			continue
		}
		if more := len(found) - 1; more > 0 && !found[1].expired() {
			o.noteSilence(&desired, "there are other silences like it")
		}
		o.silence(&desired, observed, &wanted, running)
	}
}

// silence writes what Alertmanager holds into the attributes.
func (o *observer) silence(desired, observed *spec.Silence, wanted, running *silence) {
	if have := running.texts(); !slices.Equal(have, wanted.texts()) {
		observed.Matchers = have
	}
	observed.Comment = strings.TrimSuffix(running.Comment, mark(desired))
	observed.CreatedBy = running.CreatedBy
	if !running.sameStart(wanted, time.Now()) {
		o.noteSilence(desired, "the silence begins at %s", running.StartsAt.UTC().Format(time.RFC3339))
	}
	if sameMoment(running.EndsAt, wanted.EndsAt) {
		return
	}
	end := running.EndsAt.UTC().Format(time.RFC3339)
	if desired.Duration != "" {
		o.noteSilence(desired, "the silence ends at %s", end)
		return
	}
	observed.End = end
}

// noteSilence notes a sentence about a silence.
func (o *observer) noteSilence(s *spec.Silence, format string, args ...any) {
	o.AddDrift(spec.KindSilence, s.Name, "alertmanager: "+fmt.Sprintf(format, args...))
}
