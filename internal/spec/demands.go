package spec

import (
	"slices"

	alertmanager "github.com/prometheus/alertmanager/pkg/labels"
	"github.com/prometheus/prometheus/model/labels"
)

// anything is the regular expression that demands nothing.
const anything = ".*"

// demands are matchers that all must fit. What they allow is judged as far as
// it shows: by labels for which they allow a few values only. A label that is
// not there counts as empty, as everywhere in Prometheus and Alertmanager.
type demands struct {
	// matchers are in canonical order, each once.
	matchers []*labels.Matcher
	texts    []string
}

// parseDemands reads matchers in Alertmanager's syntax; false if one does not parse.
func parseDemands(texts []string) (demands, bool) {
	parsed, err := ParseMatchers(texts)
	if err != nil {
		return demands{}, false
	}
	matchers := make([]*labels.Matcher, 0, len(parsed))
	for _, m := range parsed {
		converted, err := labels.NewMatcher(matchType(m.Type), m.Name, m.Value)
		if err != nil {
			return demands{}, false
		}
		matchers = append(matchers, converted)
	}
	return newDemands(matchers), true
}

func matchType(t alertmanager.MatchType) labels.MatchType {
	switch t {
	case alertmanager.MatchNotEqual:
		return labels.MatchNotEqual
	case alertmanager.MatchRegexp:
		return labels.MatchRegexp
	case alertmanager.MatchNotRegexp:
		return labels.MatchNotRegexp
	default:
		return labels.MatchEqual
	}
}

func newDemands(lists ...[]*labels.Matcher) demands {
	byText := map[string]*labels.Matcher{}
	for _, list := range lists {
		for _, m := range list {
			if m.Type != labels.MatchRegexp || m.Value != anything {
				byText[m.String()] = m
			}
		}
	}
	d := demands{texts: sortedKeys(byText)}
	for _, text := range d.texts {
		d.matchers = append(d.matchers, byText[text])
	}
	return d
}

// and are both demands together.
func (d demands) and(others demands) demands {
	if len(d.matchers) == 0 {
		return others
	}
	return newDemands(d.matchers, others.matchers)
}

// values are those that the demands leave to a label, false if there is no
// telling how many there are.
func (d demands) values(name string) ([]string, bool) {
	for _, m := range d.matchers {
		if m.Name != name {
			continue
		}
		few := m.SetMatches()
		if m.Type == labels.MatchEqual {
			few = []string{m.Value}
		}
		if len(few) > 0 && m.Type != labels.MatchNotRegexp {
			refused := func(value string) bool { return !d.fits(name, value) }
			return slices.DeleteFunc(slices.Clone(few), refused), true
		}
	}
	return nil, false
}

// fits tells whether the demands allow a label that value.
func (d demands) fits(name, value string) bool {
	return !slices.ContainsFunc(d.matchers, func(m *labels.Matcher) bool { return m.Name == name && !m.Matches(value) })
}

// cover tells whether whatever fits others fits d.
func (d demands) cover(others demands) bool {
	for i, m := range d.matchers {
		if others.has(d.texts[i]) {
			continue
		}
		values, few := others.values(m.Name)
		if !few || slices.ContainsFunc(values, func(value string) bool { return !m.Matches(value) }) {
			return false
		}
	}
	return true
}

// contradict tells whether nothing can fit the demands: they leave a label no
// value, or demand of it what they forbid.
func (d demands) contradict() bool {
	return slices.ContainsFunc(d.matchers, func(m *labels.Matcher) bool {
		values, few := d.values(m.Name)
		return few && len(values) == 0 || m.Type == labels.MatchRegexp && d.has(inverse(m).String())
	})
}

// has tells whether a matcher of that text is among the demands.
func (d demands) has(text string) bool {
	_, found := slices.BinarySearch(d.texts, text)
	return found
}
