package spec

import (
	"errors"
	"time"

	"github.com/prometheus/prometheus/model/labels"
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

// Warnings are what may go wrong between the objects and is no error. Like the
// problems of Validate, each is told on every object that shares it.
func (s *State) Warnings() []ObjectError {
	var p problems
	p.retentionConflicts(s.LogRetentions)
	return p
}

// retentionConflicts finds retentions that select the same streams, differ in
// period, and leave it to Loki to decide between them.
func (p *problems) retentionConflicts(retentions []LogRetention) {
	selectors := make([][]*labels.Matcher, len(retentions))
	for i := range retentions {
		selectors[i], _ = ParseStreamSelector(retentions[i].Selector)
	}
	for i := range retentions {
		var others []string
		for k := range retentions {
			a, b := &retentions[i], &retentions[k]
			if i != k && a.Priority == b.Priority && !EqualDuration(a.Period, b.Period) &&
				selectors[i] != nil && selectors[k] != nil && !disjoint(selectors[i], selectors[k]) {
				others = append(others, b.Name)
			}
		}
		if len(others) > 0 {
			p.add(&retentions[i], "priority", "Give them different priorities: the highest counts.",
				"log retention %s may select streams that %s selects too, with the same priority %d: the shortest period counts there",
				quote(retentions[i].Name), enumerate(others), retentions[i].Priority)
		}
	}
}
