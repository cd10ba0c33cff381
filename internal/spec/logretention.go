package spec

import "cmp"

// KindLogRetention is the kind of LogRetention.
const KindLogRetention Kind = "log_retention"

// LogRetention is how long the log streams that a selector selects are kept.
// Streams that none selects are kept for the retention of the stack's Loki.
type LogRetention struct {
	Stack string `json:"stack"`
	// Name is the identity within the stack.
	Name string `json:"name"`
	// Selector is a LogQL stream selector, such as {service="audit"}.
	Selector string `json:"selector"`
	// Period is a Prometheus duration of whole hours, 24h or more.
	Period string `json:"period"`
	// Priority decides between selectors that select the same stream: the
	// highest counts, and among equals the shortest period.
	Priority int64 `json:"priority"`

	// Effective tells whether Loki really keeps to the period; only in
	// observations, and nil when Loki could not be asked.
	Effective *bool `json:"effective,omitempty"`
	// Reason says, in a sentence without the final stop, why it is not
	// effective; only in observations.
	Reason string `json:"reason,omitempty"`
	// OldestEntry is the time of the oldest selected entry in RFC 3339, empty
	// if there is none; only in observations.
	OldestEntry string `json:"oldest_entry,omitempty"`
}

// Kind implements Object.
func (*LogRetention) Kind() Kind { return KindLogRetention }

// StackName implements Object.
func (r *LogRetention) StackName() string { return r.Stack }

// ObjectName implements Object.
func (r *LogRetention) ObjectName() string { return r.Name }

// Secrets implements Object: a retention has none.
func (*LogRetention) Secrets() map[string]*Secret { return nil }

// ClearObserved implements Observed.
func (r *LogRetention) ClearObserved() { r.Effective, r.Reason, r.OldestEntry = nil, "", "" }

// byPriority puts retentions into the order in which Loki decides between them.
func byPriority(a, b *LogRetention) int {
	return cmp.Or(cmp.Compare(b.Priority, a.Priority), byName(a, b))
}
