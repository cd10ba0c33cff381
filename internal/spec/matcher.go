package spec

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sort"
	"unicode/utf8"

	"github.com/prometheus/alertmanager/matcher/compat"
	"github.com/prometheus/alertmanager/pkg/labels"
)

var (
	errNoMatcher = errors.New("it has no matcher")
	errNoLabel   = errors.New("a label name is empty")
	errNotUTF8   = errors.New("it is not valid UTF-8")
)

// ParseMatchers reads matchers in the syntax that Alertmanager accepts in a
// route: each text holds one matcher or several separated by commas. The
// result is in canonical order.
func ParseMatchers(texts []string) (labels.Matchers, error) {
	parse := compat.FallbackMatchersParser(slog.New(slog.DiscardHandler))
	all := labels.Matchers{}
	for _, text := range texts {
		matchers, err := parse(text, "matchers")
		switch {
		case err == nil && len(matchers) == 0:
			err = errNoMatcher
		case err == nil && slices.ContainsFunc(matchers, func(m *labels.Matcher) bool { return m.Name == "" }):
			err = errNoLabel
		case err == nil && !utf8.ValidString(text):
			err = errNotUTF8 // the classic syntax lets it through, a YAML file cannot hold it
		}
		if err != nil {
			return nil, fmt.Errorf("cannot parse matcher %s: %w", quote(text), err)
		}
		all = append(all, matchers...)
	}
	sort.Sort(all)
	return all, nil
}

// matcherSet is the canonical text of every matcher, sorted, each once; nil
// and false if one does not parse.
func matcherSet(texts []string) ([]string, bool) {
	matchers, err := ParseMatchers(texts)
	if err != nil {
		return nil, false
	}
	set := make([]string, len(matchers))
	for i, m := range matchers {
		set[i] = m.String()
	}
	slices.Sort(set)
	return slices.Compact(set), true
}

// matchers checks matchers that all must match.
func (e *FieldErrors) matchers(path string, values []string) {
	before := len(*e)
	for i, value := range values {
		e.matcher(fmt.Sprintf("%s[%d]", path, i), value)
	}
	if all, ok := parseDemands(values); ok && len(*e) == before && all.contradict() {
		e.Add(path, `All of them must match. To match either of two values, write one matcher such as severity=~"critical|warning".`, "no alert can fit all %s", path)
	}
}

func (e *FieldErrors) matcher(path, value string) {
	if !e.line(path, value) {
		return
	}
	if _, err := ParseMatchers([]string{value}); err != nil {
		e.Add(path, `Write a matcher such as severity="critical", team!="web" or service=~"api|web".`, "%s is not a matcher: %s", quote(value), words(errors.Unwrap(err)))
	}
}
