package spec

import (
	"regexp"
	"slices"
	"strings"

	"github.com/prometheus/common/model"
)

// maxIndexLabels is how many index labels Loki takes on a stream, LogSourceLabel included.
const maxIndexLabels = 15

// ownLogLabels are the names that Loki and we ourselves give to records.
var ownLogLabels = []string{LogSourceLabel, "detected_level", "observed_timestamp", "severity_number", "severity_text"}

// unboundedFields are fields with so many values that each would cut the logs
// into streams of a few lines, by their names in plain form (see plainField).
var unboundedFields = []string{
	"account_id", "body", "client_address", "client_ip", "correlation_id", "customer_id", "duration", "duration_ms", "elapsed",
	"email", "end_user_id", "enduser_id", "event_id", "guid", "http_path", "http_request_id", "http_target", "http_url", "id", "ip",
	"latency", "latency_ms", "line", "log", "message", "message_id", "msg", "offset", "order_id", "parent_id", "parent_span_id",
	"path", "peer_ip", "query", "query_string", "referer", "remote_addr", "remote_address", "remote_ip", "req_id", "request",
	"request_id", "request_path", "request_time", "request_uri", "response_time", "session_id", "source_address", "source_ip",
	"span_id", "spanid", "src_ip", "time", "timestamp", "trace_id", "traceid", "transaction_id", "ts", "uri", "url", "url_full",
	"url_path", "url_query", "user_agent", "user_agent_original", "user_id", "userid", "uuid", "x_forwarded_for", "x_request_id",
}

// Word boundaries within the name of a field.
var (
	camelHump   = regexp.MustCompile(`([a-z0-9])([A-Z])`)
	punctuation = regexp.MustCompile(`[^a-z0-9]+`)
)

// plainField is the name of a field in lower case with underscores:
// requestId, X-Request-ID and http.request.id become request_id and the like.
func plainField(name string) string {
	name = strings.ToLower(camelHump.ReplaceAllString(name, "${1}_${2}"))
	return strings.Trim(punctuation.ReplaceAllString(name, "_"), "_")
}

// unbounded tells whether a field is known for its many values, also where it
// lies within another, as in user.id.
func unbounded(field string) bool {
	leaf := field[strings.LastIndex(field, ".")+1:]
	return slices.Contains(unboundedFields, plainField(field)) || slices.Contains(unboundedFields, plainField(leaf))
}

// indexLabels checks the labels that decide which stream a record belongs to.
func (e *FieldErrors) indexLabels(s *LogSource) {
	for _, name := range sortedKeys(s.Labels) {
		at := "labels." + shorten(name)
		if e.indexLabel(at, name) {
			e.required(at, s.Labels[name]) // Loki drops a label without a value
		}
	}
	for _, name := range sortedKeys(s.LabelFields) {
		at, field := "label_fields."+shorten(name), s.LabelFields[name]
		switch {
		case !e.indexLabel(at, name) || !e.required(at, field):
		case unbounded(field) || unbounded(name):
			e.Add(at, "Remove it: every field is stored with its record as structured metadata and can be searched, for example with | "+name+`="value".`,
				"field %s has too many values for an index label: each of them would begin a stream of its own", quote(field))
		case s.Labels[name] != "":
			e.Add(at, "Keep it in one of the two.", "label %s has a fixed value in labels as well", quote(name))
		}
	}
	if n := len(s.Labels) + len(s.LabelFields) + 1; n > maxIndexLabels {
		e.Add("labels", "Keep the few that you select streams by. What else a record says is stored with it as structured metadata.",
			"it has %d index labels with %s, and Loki takes %d", n, LogSourceLabel, maxIndexLabels)
	}
}

// indexLabel checks the name of an index label.
func (e *FieldErrors) indexLabel(at, name string) bool {
	switch {
	case !e.labelName(at, "a label", name):
	case strings.HasPrefix(name, model.ReservedLabelPrefix):
		e.Add(at, "Choose a name that does not begin with __.", "label %s is reserved for Loki", quote(name))
	case name == LogSourceLabel:
		e.Add(at, "Remove the label.", "label %q is the log source's name and cannot be set", name)
	case isLogQLKeyword(name):
		e.Add(at, "Choose another name.", "%s is a word of LogQL itself: no query could select by this label", quote(name))
	case slices.Contains(ownLogLabels, name):
		e.Add(at, "Choose another name.", "label %s is a name that Loki gives to structured metadata", quote(name))
	default:
		return true
	}
	return false
}
