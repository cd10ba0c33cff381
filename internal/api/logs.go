package api

import (
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// Paths about a stack's logs.
const (
	PathLogs  = "/v1/stacks/{stack}/logs"
	PathLogQL = "/v1/stacks/{stack}/logs/expression"
)

// LogsURL is where a stack's logs are searched.
func LogsURL(stack string) string { return StackURL(stack) + "/logs" }

// LogQLURL is where a stack's Loki checks an expression.
func LogQLURL(stack string) string { return StackURL(stack) + "/logs/expression" }

// Directions of a LogQuery.
const (
	// LogsBackward has the newest entries first; it is the default.
	LogsBackward = "backward"
	LogsForward  = "forward"
)

// Defaults and bounds of a LogQuery.
const (
	DefaultLogSince = time.Hour
	DefaultLogLimit = 100
	// MaxLogLimit is what Loki answers with at most.
	MaxLogLimit = 5000
)

// LogQuery searches logs, or computes a metric from them.
type LogQuery struct {
	// Query is LogQL. One that computes a metric is evaluated at End.
	Query string
	// Start and End bound the entries: Start <= time < End. A zero End means
	// now, a zero Start means Since before End.
	Start, End time.Time
	// Since is used where Start is zero; 0 means DefaultLogSince.
	Since time.Duration
	// Limit is how many entries there are at most; 0 means DefaultLogLimit.
	Limit int
	// Direction is LogsBackward or LogsForward.
	Direction string
}

// Values are the query as parameters of a request.
func (q LogQuery) Values() url.Values {
	values := url.Values{"query": {q.Query}}
	set := func(key, value string, given bool) {
		if given {
			values.Set(key, value)
		}
	}
	set("start", q.Start.UTC().Format(time.RFC3339Nano), !q.Start.IsZero())
	set("end", q.End.UTC().Format(time.RFC3339Nano), !q.End.IsZero())
	set("since", q.Since.String(), q.Since != 0)
	set("limit", strconv.Itoa(q.Limit), q.Limit != 0)
	set("direction", q.Direction, q.Direction != "")
	return values
}

// ParseLogQuery reads the parameters of a request and fills in the defaults,
// but for the times.
func ParseLogQuery(values url.Values) (LogQuery, error) {
	q := LogQuery{Query: values.Get("query"), Since: DefaultLogSince, Limit: DefaultLogLimit, Direction: LogsBackward}
	var err error
	for _, t := range []struct {
		key  string
		into *time.Time
	}{{"start", &q.Start}, {"end", &q.End}} {
		if text := values.Get(t.key); text != "" {
			if *t.into, err = time.Parse(time.RFC3339Nano, text); err != nil {
				return q, fmt.Errorf("%s is %q, not a time in RFC 3339", t.key, text)
			}
		}
	}
	if text := values.Get("since"); text != "" {
		if q.Since, err = time.ParseDuration(text); err != nil || q.Since <= 0 {
			return q, fmt.Errorf("since is %q, not a duration longer than zero", text)
		}
	}
	if text := values.Get("limit"); text != "" {
		if q.Limit, err = strconv.Atoi(text); err != nil || q.Limit < 1 || q.Limit > MaxLogLimit {
			return q, fmt.Errorf("limit is %q, not a number from 1 to %d", text, MaxLogLimit)
		}
	}
	if text := values.Get("direction"); text != "" {
		if q.Direction = text; text != LogsBackward && text != LogsForward {
			return q, fmt.Errorf("direction is %q, not %q or %q", text, LogsBackward, LogsForward)
		}
	}
	return q, nil
}

// Range is the time that the query is about, seen from now.
func (q LogQuery) Range(now time.Time) (start, end time.Time) {
	start, end = q.Start, q.End
	if end.IsZero() {
		end = now
	}
	if start.IsZero() {
		since := q.Since
		if since == 0 {
			since = DefaultLogSince
		}
		start = end.Add(-since)
	}
	return start, end
}

// LogEntry is one entry of a log stream.
type LogEntry struct {
	// Time has nanoseconds.
	Time time.Time `json:"time"`
	Line string    `json:"line"`
	// Labels are the index labels, the structured metadata and what the query
	// extracts.
	Labels map[string]string `json:"labels"`
}

// LogQueryResult answers GET PathLogs.
type LogQueryResult struct {
	// Entries are in the order of the query's direction. Never nil.
	Entries []LogEntry `json:"entries"`
	// Vector is the answer to a query that computes a metric. Never nil.
	Vector []Sample `json:"vector"`
	// Warnings are sentences for the user.
	Warnings []string `json:"warnings,omitempty"`
}
