package loki

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// lateness is how much longer than its period an entry may be there: up to two
// hours until its chunk ends, half an hour until the compactor comes by, and
// some minutes until queries no longer use an index that has it.
const lateness = 3 * time.Hour

// evidence is what tells whether retentions are effective.
type evidence struct {
	// failing says why nothing is deleted at all; empty if something is.
	failing string
	limits  *limits
	oldest  map[string]time.Time
}

// gather asks for the evidence about the retentions of the names.
func (c *Component) gather(ctx context.Context, in component.Input, config section, running *limits, names ...string) (evidence, error) {
	e := evidence{limits: running}
	var err error
	if e.failing, err = c.deletionFailure(ctx, in, config); err != nil {
		return evidence{}, err
	}
	e.oldest, err = c.oldestEntries(ctx, in, names...)
	return e, err
}

// deletionFailure says why Loki, as it runs, deletes nothing; empty if it does.
// It also takes a store for deletions and an index by the day, without which
// Loki does not start.
func (c *Component) deletionFailure(ctx context.Context, in component.Input, config section) (string, error) {
	compactor, _ := config["compactor"].(section)
	if compactor["retention_enabled"] != true {
		return "Loki runs without retention (compactor.retention_enabled)", nil
	}
	services, err := c.probe.Get(ctx, address(in), "/services", nil)
	if err != nil {
		return "", err
	}
	for lines := bufio.NewScanner(bytes.NewReader(services)); lines.Scan(); {
		if state, ok := strings.CutPrefix(lines.Text(), "compactor => "); ok && state == "Running" {
			return "", nil
		}
	}
	return "Loki's compactor does not run", nil
}

// tell writes into a retention whether it is effective, and why not.
func (e evidence) tell(r *spec.LogRetention, wanted streamRetention, now time.Time) {
	oldest := e.oldest[r.Name]
	r.OldestEntry, r.Reason = "", ""
	if !oldest.IsZero() {
		r.OldestEntry = oldest.UTC().Format(time.RFC3339)
	}
	loaded := slices.ContainsFunc(e.limits.StreamRetention, func(have streamRetention) bool {
		return sameSelector(have, wanted) && have.Period == wanted.Period && have.Priority == wanted.Priority
	})
	limit := time.Duration(wanted.Period) + lateness
	switch {
	case e.failing != "":
		r.Reason = e.failing
	case !loaded:
		r.Reason = "Loki has not loaded it"
	case !oldest.IsZero() && now.Sub(oldest) > limit:
		r.Reason = fmt.Sprintf("the oldest entry, of %s, should be gone after %s and the %s that deleting may take",
			r.OldestEntry, wanted.Period, lateness)
	}
	effective := r.Reason == ""
	r.Effective = &effective
}

// Describe implements component.Describer: it tells whether a retention is effective.
func (c *Component) Describe(ctx context.Context, in component.Input, object spec.Object) error {
	r, ok := object.(*spec.LogRetention)
	if !ok {
		return nil
	}
	wanted, err := wantedLimits(in)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(in.State.LogRetentions, func(x spec.LogRetention) bool { return x.Name == r.Name })
	if i < 0 {
		return nil
	}
	config, err := c.runningConfig(ctx, in)
	if err != nil {
		return err
	}
	running, err := c.runningLimits(ctx, in)
	if err != nil {
		return err
	}
	e, err := c.gather(ctx, in, config, running, r.Name)
	if err != nil {
		return err
	}
	e.tell(r, wanted.StreamRetention[i], time.Now())
	return nil
}
