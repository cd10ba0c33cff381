package logpipeline

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Severities are what the severity of a record can be, least severe first.
func Severities() []string { return []string{"trace", "debug", "info", "warn", "error", "fatal"} }

// usualSeverities are the words that programs use, in lower case.
func usualSeverities() map[string][]string {
	return map[string][]string{
		"trace": {"trace"},
		"debug": {"debug"},
		"info":  {"info", "information", "informational", "notice"},
		"warn":  {"warn", "warning"},
		"error": {"error", "err"},
		"fatal": {"fatal", "critical", "crit", "alert", "emerg", "emergency", "panic"},
	}
}

// journalPriority is the field in which the journal has the severity, as one of
// the numbers of syslog.
const journalPriority = "PRIORITY"

func syslogSeverities() map[string][]string {
	return map[string][]string{
		"fatal": {"0", "1", "2"}, "error": {"3"}, "warn": {"4"}, "info": {"5", "6"}, "debug": {"7"},
	}
}

// severityField is where the severity is taken from; nil for nowhere.
func (s Source) severityField() *Severity {
	if s.Severity == nil && s.Origin == Journal {
		return &Severity{Field: journalPriority}
	}
	return s.Severity
}

// severityValues maps each severity to the values that mean it, in lower case
// and order. What the user maps wins over what is usual.
func (s Source) severityValues() map[string][]string {
	from := s.severityField()
	meaning := map[string]string{}
	learn := func(mapping map[string][]string) {
		for severity, values := range mapping {
			for _, value := range values {
				for _, one := range statusCodes(strings.ToLower(value)) {
					meaning[one] = severity
				}
			}
		}
	}
	learn(usualSeverities())
	if s.Origin == Journal && from.Field == journalPriority {
		learn(syslogSeverities())
	}
	learn(from.Mapping)
	values := map[string][]string{}
	for _, value := range sortedKeys(meaning) {
		values[meaning[value]] = append(values[meaning[value]], value)
	}
	return values
}

// statusCodes are the values that one value of a mapping stands for: 5xx and
// its like stand for a hundred, as in the collector.
func statusCodes(value string) []string {
	if !slices.Contains([]string{"2xx", "3xx", "4xx", "5xx"}, value) {
		return []string{value}
	}
	var codes []string
	first := int(value[0]-'0') * 100
	for code := range 100 {
		codes = append(codes, strconv.Itoa(first+code))
	}
	return codes
}

func (s Source) severity() []step {
	from := s.severityField()
	if from == nil {
		return nil
	}
	mapping := map[string]any{}
	for severity, values := range s.severityValues() {
		list := make([]any, len(values))
		for i, value := range values {
			list[i] = value
		}
		mapping[severity] = list
	}
	return []step{{"parse.severity", quietly("severity_parser", Operator{
		"parse_from": attribute(from.Field), "preset": "none", "mapping": mapping, "overwrite_text": true,
	})}}
}

// severityExpression is an expression for the severity that the parser finds:
// expressions of the collector cannot see it.
func (s Source) severityExpression() string {
	field := "attributes[" + quote(s.severityField().Field) + "]"
	expression := `""`
	all := s.severityValues()
	for _, severity := range slices.Backward(Severities()) {
		if values := all[severity]; len(values) > 0 {
			expression = fmt.Sprintf("value in %s ? %s : %s", list(values), quote(severity), expression)
		}
	}
	return fmt.Sprintf(`(let value = type(%s) in ["string", "int", "float"] ? lower(string(%s)) : ""; %s)`, field, field, expression)
}

// list is a list of strings in an expression.
func list(values []string) string {
	quoted := make([]string, len(values))
	for i, value := range values {
		quoted[i] = quote(value)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// quote is a string in an expression.
func quote(value string) string { return strconv.Quote(value) }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
