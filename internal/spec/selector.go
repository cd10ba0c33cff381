package spec

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

var (
	errNoSelector   = errors.New("it does not begin with {")
	errPipeline     = errors.New("it has a line filter or a pipeline after the selector")
	errAfter        = errors.New("there is something after the selector")
	errNoStream     = errors.New("it has no matcher that a label must have a value for")
	errNoMetricName = errors.New("logs have no metric name")
)

// logQLKeywords cannot be label names in LogQL, in whatever case, although Loki
// stores such labels: a selector with one of them does not parse.
var logQLKeywords = []string{
	"and", "bool", "by", "decolorize", "drop", "group_left", "group_right", "ignoring", "json", "keep", "label_format", "line_format",
	"logfmt", "of", "offset", "on", "or", "pattern", "regexp", "unless", "unpack", "unwrap", "variants", "without",
}

func isLogQLKeyword(name string) bool { return slices.Contains(logQLKeywords, strings.ToLower(name)) }

// A selector's parts: what is quoted may hold any brace.
var (
	selectorPattern = regexp.MustCompile("^\\s*(\\{(?:[^\"'`{}]|\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`)*\\})\\s*(?s:(.*))$")
	filterPattern   = regexp.MustCompile(`^(\||!=|!~|!>)`)
)

// ParseStreamSelector reads a LogQL stream selector. The matchers are sorted.
func ParseStreamSelector(text string) ([]*labels.Matcher, error) {
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		return nil, errNoSelector
	}
	parts := selectorPattern.FindStringSubmatch(text)
	switch {
	case parts == nil:
		return nil, errors.New(`it is not a selector in braces with values in double quotes`)
	case filterPattern.MatchString(parts[2]):
		return nil, errPipeline
	case parts[2] != "":
		return nil, errAfter
	}
	matchers, err := parser.NewParser(parser.Options{}).ParseMetricSelector(parts[1])
	if err != nil {
		return nil, err
	}
	demands := false
	for _, m := range matchers {
		switch {
		case m.Name == model.MetricNameLabel:
			return nil, errNoMetricName
		case !labelNames.IsValidLabelName(m.Name):
			return nil, fmt.Errorf("%s is not a label name", quote(m.Name))
		case isLogQLKeyword(m.Name):
			return nil, fmt.Errorf("%s is a word of LogQL itself and cannot name a label there", quote(m.Name))
		}
		demands = demands || !m.Matches("")
	}
	if !demands {
		return nil, errNoStream
	}
	slices.SortFunc(matchers, func(a, b *labels.Matcher) int { return strings.Compare(a.String(), b.String()) })
	return matchers, nil
}

// CanonicalSelector is the selector in the one form that Loki takes and prints;
// a text that is no selector is returned as it is.
func CanonicalSelector(text string) string {
	matchers, err := ParseStreamSelector(text)
	if err != nil {
		return text
	}
	parts := make([]string, len(matchers))
	for i, m := range matchers {
		parts[i] = m.String()
	}
	return "{" + strings.Join(slices.Compact(parts), ", ") + "}"
}

// EqualSelector tells whether two selectors demand the same, whatever their
// order and spacing. Texts that are no selectors are compared as texts.
func EqualSelector(a, b string) bool {
	return a == b || CanonicalSelector(a) == CanonicalSelector(b)
}

// disjoint tells whether no stream can fit both selectors, as far as that shows.
func disjoint(a, b []*labels.Matcher) bool { return newDemands(a, b).contradict() }
