package spec

import (
	"errors"
	"time"
)

// minLogRetention is the shortest period that Loki accepts; it deletes by the hour.
const minLogRetention = 24 * time.Hour

// maxRetentionPriority is far beyond what anybody sorts by hand.
const maxRetentionPriority = 1_000_000

// Validate implements Object.
func (r *LogRetention) Validate() FieldErrors {
	var errs FieldErrors
	errs.stackName("stack", r.Stack)
	errs.name("a log retention", r.Name)
	errs.streamSelector("selector", r.Selector)
	errs.logRetention("period", r.Period)
	if r.Priority < 0 || r.Priority > maxRetentionPriority {
		errs.Add("priority", "Give a number from 0 to 1000000.", "%d is not a priority", r.Priority)
	}
	return errs
}

// logRetention checks how long logs are kept.
func (e *FieldErrors) logRetention(path, value string) {
	d, ok := e.duration(path, value)
	switch {
	case !ok:
	case d < minLogRetention:
		e.Add(path, `Give at least "24h".`, "%s is shorter than 24h, the least that Loki keeps logs for", quote(value))
	case d%time.Hour != 0:
		e.Add(path, "Round it to hours.", "%s is not a whole number of hours", quote(value))
	}
}

func (e *FieldErrors) streamSelector(path, value string) {
	if !e.required(path, value) {
		return
	}
	_, err := ParseStreamSelector(value)
	switch {
	case err == nil:
	case errors.Is(err, errPipeline):
		e.Add(path, "Retention works on whole streams: select by index labels only, and give what shall be kept longer a label of its own.",
			"%s is not a stream selector: %s", quote(value), words(err))
	default:
		e.Add(path, `Write a stream selector such as {service="audit"}.`, "%s is not a stream selector: %s", quote(value), words(err))
	}
}

// retentionConflicts finds retentions that select the same streams as r, differ
// in period, and leave it to Loki to decide between them.
func (e *FieldErrors) retentionConflicts(r *LogRetention, retentions []LogRetention) {
	selector, err := ParseStreamSelector(r.Selector)
	if err != nil {
		return
	}
	var others []string
	for i := range retentions {
		other := &retentions[i]
		if other.Name == r.Name || other.Priority != r.Priority || EqualDuration(other.Period, r.Period) {
			continue
		}
		if theirs, err := ParseStreamSelector(other.Selector); err == nil && !disjoint(selector, theirs) {
			others = append(others, other.Name)
		}
	}
	if len(others) > 0 {
		e.Add("priority", "Give them different priorities: the highest counts.",
			"it may select the same streams as %s, with the same priority %d: the shortest period counts there",
			enumerate(others), r.Priority)
	}
}
