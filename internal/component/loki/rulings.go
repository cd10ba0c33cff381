package loki

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// ruling is a retention in the form in which it is decided by.
type ruling struct {
	name, selector string
	matchers       []*labels.Matcher
	priority       int64
	period         time.Duration
}

// rulingsOf returns the retentions in the order in which Loki decides between them.
func rulingsOf(retentions []spec.LogRetention) ([]ruling, error) {
	all := make([]ruling, len(retentions))
	for i, r := range retentions {
		matchers, err := spec.ParseStreamSelector(r.Selector)
		if err != nil {
			return nil, fmt.Errorf("cannot use the selector of log retention %q: %w", r.Name, err)
		}
		period, err := spec.ParseDuration(r.Period)
		if err != nil {
			return nil, fmt.Errorf("cannot use the period of log retention %q: %w", r.Name, err)
		}
		all[i] = ruling{r.Name, spec.CanonicalSelector(r.Selector), matchers, r.Priority, period}
	}
	slices.SortStableFunc(all, precedence)
	return all, nil
}

// precedence is negative if Loki goes by a where both select a stream.
func precedence(a, b ruling) int {
	return cmp.Or(cmp.Compare(b.priority, a.priority), cmp.Compare(a.period, b.period))
}

// selects tells whether the retention selects a stream.
func (r ruling) selects(stream map[string]string) bool {
	return !slices.ContainsFunc(r.matchers, func(m *labels.Matcher) bool { return !m.Matches(stream[m.Name]) })
}

// kept says, by the name of the retention, which selectors together select the
// streams that Loki keeps by it: the retention's own or, where others decide
// about some of what that selects, its own without theirs or one for every
// stream, whichever are fewer. A retention that keeps none has no selectors.
func kept(all []ruling, streams []map[string]string) map[string][]string {
	own := map[string][]map[string]string{}
	contested := map[string][]*ruling{} // by whom
	names := map[string]bool{}
	for _, stream := range streams {
		for name := range stream {
			names[name] = true
		}
		var first *ruling
		for i := range all {
			r := &all[i]
			switch {
			case !r.selects(stream):
			case first == nil || precedence(*first, *r) == 0:
				first = r
				own[r.name] = append(own[r.name], stream)
			case !slices.Contains(contested[r.name], first):
				contested[r.name] = append(contested[r.name], first)
			}
		}
	}
	selectors := map[string][]string{}
	order := slices.Sorted(maps.Keys(names))
	for _, r := range all {
		if len(own[r.name]) == 0 {
			continue
		}
		if selectors[r.name] = r.without(contested[r.name], len(own[r.name])); selectors[r.name] == nil {
			for _, stream := range own[r.name] {
				selectors[r.name] = append(selectors[r.name], exactly(stream, order))
			}
		}
	}
	return selectors
}

// without are selectors that together select what the retention does and none of
// the others do, nil if that takes more than some number of them: each has one
// matcher of every other turned round.
func (r ruling) without(others []*ruling, most int) []string {
	selectors := []string{r.selector}
	for _, other := range others {
		var next []string
		for _, selector := range selectors {
			for _, m := range other.matchers {
				opposite, err := m.Inverse()
				if err != nil {
					return nil
				}
				next = append(next, strings.TrimSuffix(selector, "}")+", "+opposite.String()+"}")
			}
		}
		if selectors = next; len(selectors) > most {
			return nil
		}
	}
	return selectors
}

// exactly selects one stream among those that have labels of these names.
func exactly(stream map[string]string, names []string) string {
	matchers := make([]string, len(names))
	for i, name := range names {
		matchers[i] = labels.MustNewMatcher(labels.MatchEqual, name, stream[name]).String()
	}
	return "{" + strings.Join(matchers, ", ") + "}"
}
