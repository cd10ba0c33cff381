package spec

import (
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // time zones are the same wherever a plan is made
	"unicode/utf8"
)

// maxLogSamples keeps plans fast.
const maxLogSamples = 100

// logParse checks what is made of a line.
func (e *FieldErrors) logParse(s *LogSource) {
	p := s.Parse
	e.oneOf("parse.format", p.Format, LogFormatJSON, LogFormatLogfmt, LogFormatRegex, LogFormatNone)
	fields := e.parsedFields(s)
	if t := p.Timestamp; t != nil {
		e.logField("parse.timestamp.field", t.Field, fields)
		e.logLayout(t)
	}
	if v := p.Severity; v != nil {
		e.logField("parse.severity.field", v.Field, fields)
		e.severityMapping(v.Mapping)
	}
	for _, label := range sortedKeys(s.LabelFields) {
		if s.LabelFields[label] != "" {
			e.logField("label_fields."+shorten(label), s.LabelFields[label], fields)
		}
	}
}

// fieldSet is what is known about the attributes of a parsed record.
type fieldSet struct {
	// any is set when they depend on what a line says, or are not known for
	// another mistake.
	any   bool
	names []string
}

// parsedFields checks the pattern and tells which attributes records can have.
func (e *FieldErrors) parsedFields(s *LogSource) fieldSet {
	fields := fieldSet{any: s.Journald != nil || s.OTLP != nil}
	if s.Docker != nil {
		fields.names = []string{"container_id", "log.iostream"}
	}
	p := s.Parse
	switch {
	case p.Format != LogFormatRegex && p.Pattern != "":
		e.Add("parse.pattern", `Set format to "regex" or remove the pattern.`, "a pattern is only used with format regex")
		fields.any = true
	case p.Format == LogFormatNone:
	case p.Format != LogFormatRegex:
		fields.any = true
	case p.Pattern == "":
		e.Add("parse.pattern", `Write a regular expression with named groups, such as ^(?P<level>\w+) (?P<text>.*)$.`, "format regex needs a pattern")
		fields.any = true
	default:
		pattern := e.logPattern("parse.pattern", p.Pattern)
		if pattern == nil {
			fields.any = true
			break
		}
		groups := slices.DeleteFunc(pattern.SubexpNames(), func(name string) bool { return name == "" })
		if len(groups) == 0 {
			e.Add("parse.pattern", `Name the groups that shall become attributes: (?P<level>\w+).`, "pattern %s has no named group", quote(p.Pattern))
			fields.any = true
		}
		fields.names = append(fields.names, groups...)
	}
	return fields
}

// logField checks the name of an attribute that something is taken from.
func (e *FieldErrors) logField(at, field string, fields fieldSet) {
	switch {
	case !e.required(at, field) || fields.any || slices.Contains(fields.names, field):
	case len(fields.names) == 0:
		e.Add(at, `Set parse.format to "json", "logfmt" or "regex".`, "there is no field %s, because lines are not parsed", quote(field))
	default:
		e.Add(at, "Name one of these, or add it to the pattern.", "there is no field %s; the fields are %s", quote(field), enumerate(fields.names))
	}
}

// logLayout checks how a timestamp is written.
func (e *FieldErrors) logLayout(t *LogTimestamp) {
	const at = "parse.timestamp.layout"
	const hint = "Write strptime directives such as %Y-%m-%d %H:%M:%S, a Go layout such as 2006-01-02T15:04:05Z07:00, or the unit of an epoch: s, ms, us, ns."
	if e.required(at, t.Layout) && t.Type() == LayoutGo && !goLayout(t.Layout) {
		e.Add(at, hint, "%s has no element of a date or time", quote(t.Layout))
	}
	if t.Location == "" {
		return
	}
	// The zone of this machine would make a plan mean something else elsewhere.
	if _, err := time.LoadLocation(t.Location); err != nil || t.Location == "Local" {
		e.Add("parse.timestamp.location", "Write the name of a time zone, such as Europe/Berlin, or UTC.", "%s is not a time zone", quote(t.Location))
	}
}

// goLayout tells whether a layout says anything about a time: two times that
// differ in every element are written differently.
func goLayout(layout string) bool {
	a := time.Date(2001, time.February, 3, 4, 5, 6, 987654321, time.UTC)
	b := time.Date(2019, time.November, 28, 17, 48, 39, 123456789, time.FixedZone("ABC", 3600))
	return a.Format(layout) != b.Format(layout)
}

func (e *FieldErrors) severityMapping(mapping map[string][]string) {
	taken := map[string]string{}
	for _, severity := range sortedKeys(mapping) {
		at := "parse.severity.mapping." + shorten(severity)
		e.oneOf(at, severity, LogSeverities()...)
		for i, value := range mapping[severity] {
			at := fmt.Sprintf("%s[%d]", at, i)
			if !e.required(at, value) {
				continue
			}
			if other, ok := taken[strings.ToLower(value)]; ok {
				e.Add(at, "Keep it in one place.", "value %s means %s already", quote(value), other)
			}
			taken[strings.ToLower(value)] = severity
		}
	}
}

// logSamples checks samples as such; whether they come true is for the parser to say.
func (e *FieldErrors) logSamples(s *LogSource) {
	if len(s.Samples) > maxLogSamples {
		e.Add("samples", "Keep those that differ.", "there are %d samples, the limit is %d", len(s.Samples), maxLogSamples)
		return
	}
	for i, sample := range s.Samples {
		at := fmt.Sprintf("samples[%d]", i)
		e.sampleLine(at+".line", sample.Line, s.Multiline != nil)
		if severity := sample.Expect.Severity; severity != "" {
			e.oneOf(at+".expect.severity", severity, LogSeverities()...)
		}
		if stamp := sample.Expect.Timestamp; stamp != "" {
			if _, err := time.Parse(time.RFC3339Nano, stamp); err != nil {
				e.Add(at+".expect.timestamp", "Write RFC 3339, such as 2026-01-31T12:00:00.5Z.", "%s is not a time", quote(stamp))
			}
		}
		for _, name := range sortedKeys(sample.Expect.Attributes) {
			e.required(at+".expect.attributes."+shorten(name), name)
		}
	}
}

// sampleLine takes any text: programs colour their logs with control characters.
func (e *FieldErrors) sampleLine(at, line string, several bool) {
	switch {
	case line == "":
		e.Add(at, "Give a line as it is written.", "%s is empty", at)
	case len(line) > maxText:
		e.Add(at, "Shorten the line.", "%s is %d bytes long, the limit is %d", quote(line), len(line), maxText)
	case !utf8.ValidString(line):
		e.Add(at, "Write the line in UTF-8.", "%s is not valid UTF-8", quote(line))
	case !several && strings.ContainsAny(line, "\n\r"):
		e.Add(at, "Set multiline, or make it one line.", "%s has a line break, and without multiline every line is a record", quote(line))
	}
}
