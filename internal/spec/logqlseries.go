package spec

import (
	"regexp"
	"slices"
)

// logQLToken is what matters of LogQL to countsLinesAlone. Texts and comments
// are tokens, so that nothing is found in them.
var logQLToken = regexp.MustCompile("\"(?:\\\\.|[^\"\\\\])*\"|`[^`]*`|#[^\n]*|\\|\\s*(?:keep|drop)\\b|[A-Za-z_]\\w*|[()]")

var (
	lineCounters   = []string{"rate", "count_over_time", "bytes_rate", "bytes_over_time"}
	logAggregators = []string{"sum", "avg", "min", "max", "count", "stddev", "stdvar"}
)

// countsLinesAlone tells whether a LogQL expression counts lines without adding
// them up. Every field of a record is a label of what is counted, so that most
// lines are a series of their own.
func countsLinesAlone(expr string) bool {
	type call struct {
		name   string
		fields bool // all of them are labels
	}
	var open []call
	var name string
	grouping := false
	for _, token := range logQLToken.FindAllString(expr, -1) {
		switch {
		case token == "by" || token == "without":
			grouping = true
		case token == "(" && grouping:
			open = append(open, call{name: "by"})
		case token == "(":
			open = append(open, call{name: name, fields: slices.Contains(lineCounters, name)})
			name = ""
		case token == ")" && len(open) > 0:
			last := open[len(open)-1]
			open = open[:len(open)-1]
			grouping = grouping && last.name != "by"
			if last.fields && !slices.ContainsFunc(open, func(c call) bool { return slices.Contains(logAggregators, c.name) }) {
				return true
			}
		case token[0] == '|' && len(open) > 0:
			open[len(open)-1].fields = false
		case !grouping:
			name = token
		}
	}
	return false
}
