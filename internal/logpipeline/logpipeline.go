// Package logpipeline says what becomes of the lines of a log source, in terms
// of the OpenTelemetry Collector's own library, stanza. The same operators are
// rendered into the collector's configuration and, when planning, compiled and
// tried on samples in process: what a plan says is what the collector does.
package logpipeline

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Origin is where lines come from, which decides how a record looks before it
// is parsed.
type Origin int

const (
	// Files have a record on every line, or on several.
	Files Origin = iota
	// Docker wraps every line that a container prints in JSON.
	Docker
	// Journal has entries of fields; MESSAGE is what a program said.
	Journal
)

// Formats of lines.
const (
	FormatNone   = "none"
	FormatJSON   = "json"
	FormatLogfmt = "logfmt"
	FormatRegex  = "regex"
)

// Source is what is to be made of the lines of a log source. A line that cannot
// be parsed is kept as it is.
type Source struct {
	Origin Origin
	// Format is one of the Format constants; Pattern is the one of FormatRegex.
	Format    string
	Pattern   string
	Timestamp *Timestamp
	Severity  *Severity
	Multiline *Multiline
	// Drop are conditions; a record that one of them holds for is not kept.
	Drop []string
	// LabelFields moves attributes to the resource: label → attribute.
	LabelFields map[string]string
}

// Nameless matches the names of attributes that Loki has no name for, because
// they have neither an ASCII letter nor a digit. They are not kept; the line is.
const Nameless = `^[^0-9A-Za-z]*$`

// NotLabel matches values that Loki takes for no index label: with bytes that
// are not UTF-8, or longer than 2048 bytes, which 512 characters never are.
const NotLabel = `\x{FFFD}|^(?s:.{513})`

// Timestamp takes the time of a record from an attribute.
type Timestamp struct {
	Field  string
	Layout string
	// Type is the language of Layout by the collector's name: strptime, gotime or epoch.
	Type string
	// Location of times that name none; empty means UTC.
	Location string
}

// yearless tells whether the layout has no year. The collector then takes the
// last one in which the time is no more than a week ahead.
func (t *Timestamp) yearless() bool {
	switch {
	case t == nil:
	case t.Type == "strptime":
		return len(standFor(t.Layout, "year")) == 0
	case t.Type == "gotime":
		// In both years the third of February is a saturday.
		return time.Date(2001, 2, 3, 4, 5, 6, 7, time.UTC).Format(t.Layout) == time.Date(2007, 2, 3, 4, 5, 6, 7, time.UTC).Format(t.Layout)
	}
	return false
}

// Severity takes the severity of a record from an attribute.
type Severity struct {
	Field string
	// Mapping maps severity to values that mean it, beside the usual ones.
	Mapping map[string][]string
}

// Multiline says where a record begins, or where it ends; one pattern is set.
type Multiline struct{ Start, End string }

// Problem is a mistake in a source, or in a sample of it.
type Problem struct {
	// Path is the field of the log source, as in "parse.pattern" or "drop[1]".
	Path    string
	Message string
	Hint    string
}

// Operator is one stanza operator as it is written in the collector's configuration.
type Operator map[string]any

// step is an operator and the field of the source that it comes from.
type step struct {
	path     string
	operator Operator
}

// steps are the operators of a source in the order in which they run.
type steps struct {
	// unwrap undoes what the origin put around a line.
	unwrap []step
	// parse makes attributes, time and severity of it, and marks what is to be dropped.
	parse []step
	// finish drops what is marked and moves labels to the resource.
	finish []step
}

// Operators are the operators of the collector's receiver for the source.
func (s Source) Operators() ([]Operator, []Problem) {
	all, problems := s.steps()
	var operators []Operator
	for _, step := range slices.Concat(all.unwrap, all.parse, all.finish) {
		operators = append(operators, step.operator)
	}
	return operators, problems
}

func (s Source) steps() (steps, []Problem) {
	marks, problems := s.marks()
	problems = append(s.unfit(), problems...)
	return steps{
		unwrap: s.unwrap(),
		parse:  slices.Concat(s.join(), s.format(), s.timestamp(), s.severity(), marks),
		finish: slices.Concat(s.drop(), s.labels()),
	}, problems
}

// unfit finds what the collector takes and does not do, or cannot be told.
func (s Source) unfit() []Problem {
	var problems []Problem
	if t := s.Timestamp; t != nil && t.Type == "strptime" {
		if err := repeated(t.Layout); err != nil {
			problems = append(problems, Problem{"parse.timestamp.layout", err.Error(), "Keep each part of a time once."})
		}
	}
	name := func(path, field string) {
		if strings.Contains(field, `"`) && strings.Contains(field, "'") {
			problems = append(problems, Problem{
				path, "field " + shown(field) + " cannot be named: it has both kinds of quotes", "Name another field.",
			})
		}
	}
	if s.Timestamp != nil {
		name("parse.timestamp.field", s.Timestamp.Field)
	}
	if s.Severity != nil {
		name("parse.severity.field", s.Severity.Field)
	}
	for _, label := range sortedKeys(s.LabelFields) {
		name("label_fields."+label, s.LabelFields[label])
	}
	return problems
}

// quietly is an operator that keeps a record as it is when it cannot do its
// work, without a word in the log for each.
func quietly(kind string, settings Operator) Operator {
	settings["type"], settings["on_error"] = kind, "send_quiet"
	return settings
}

// attribute is the name of an attribute in a field of the collector.
func attribute(name string) string {
	if strings.Contains(name, `"`) {
		return fmt.Sprintf("attributes['%s']", name)
	}
	return fmt.Sprintf(`attributes["%s"]`, name)
}

// format makes attributes of a line.
func (s Source) format() []step {
	switch s.Format {
	case FormatJSON:
		return []step{{"parse.format", quietly("json_parser", Operator{"parse_ints": true})}}
	case FormatLogfmt:
		return []step{{"parse.format", quietly("key_value_parser", Operator{})}}
	case FormatRegex:
		return []step{{"parse.pattern", quietly("regex_parser", Operator{"regex": s.Pattern})}}
	}
	return nil
}

func (s Source) timestamp() []step {
	t := s.Timestamp
	if t == nil {
		return nil
	}
	parser := Operator{"parse_from": attribute(t.Field), "layout_type": t.Type, "layout": t.Layout}
	if t.Type != "epoch" {
		// The collector's own default is the zone of the machine it runs on.
		parser["location"] = cmp.Or(t.Location, "UTC")
	}
	return []step{{"parse.timestamp.layout", quietly("time_parser", parser)}}
}

// labels moves attributes to the resource. Records whose values differ get
// different resources, and so become different streams.
func (s Source) labels() []step {
	left := map[string]int{}
	for _, field := range s.LabelFields {
		left[field]++
	}
	var all []step
	for _, label := range sortedKeys(s.LabelFields) {
		field := s.LabelFields[label]
		how := "copy"
		if left[field]--; left[field] == 0 {
			how = "move"
		}
		all = append(all, step{"label_fields." + label, quietly(how, Operator{
			"from": attribute(field), "to": "resource[" + quote(label) + "]",
			// Of a map or a list Loki would make as many labels as it has members.
			"if": fmt.Sprintf(`type(attributes[%[1]s]) in ["string", "int", "float", "bool"] and not (string(attributes[%[1]s]) matches %[2]s)`,
				quote(field), quote(NotLabel)),
		})})
	}
	return all
}
