package spec

import (
	"maps"
	"slices"

	"github.com/prometheus/prometheus/promql/parser"
)

// EqualDuration tells whether two durations are equally long. Empty counts as
// zero; texts that are no durations are compared as texts.
func EqualDuration(a, b string) bool {
	if a == b {
		return true
	}
	x, errX := ParseDuration(zeroIfEmpty(a))
	y, errY := ParseDuration(zeroIfEmpty(b))
	return errX == nil && errY == nil && x == y
}

func zeroIfEmpty(text string) string {
	if text == "" {
		return "0s"
	}
	return text
}

// EqualSize tells whether two sizes are the same number of bytes. Texts that
// are no sizes are compared as texts.
func EqualSize(a, b string) bool {
	if a == b {
		return true
	}
	x, errX := ParseSize(a)
	y, errY := ParseSize(b)
	return errX == nil && errY == nil && x == y
}

// EqualExpr tells whether two PromQL expressions are the same but for
// formatting and comments. Texts that do not parse are compared as texts.
func EqualExpr(a, b string) bool {
	if a == b {
		return true
	}
	promQL := parser.NewParser(parser.Options{})
	x, errX := promQL.ParseExpr(a)
	y, errY := promQL.ParseExpr(b)
	return errX == nil && errY == nil && x.String() == y.String()
}

// EqualMatchers tells whether two lists of matchers demand the same, whatever
// their order, quoting and grouping. Lists that do not parse are compared as texts.
func EqualMatchers(a, b []string) bool {
	if slices.Equal(a, b) {
		return true
	}
	x, okX := matcherSet(a)
	y, okY := matcherSet(b)
	return okX && okY && slices.Equal(x, y)
}

// EqualStringMaps tells whether two maps have the same entries; nil is empty.
func EqualStringMaps(a, b map[string]string) bool { return maps.Equal(a, b) }
