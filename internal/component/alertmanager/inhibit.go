package alertmanager

import (
	"maps"
	"slices"
	"strconv"

	upstream "github.com/prometheus/alertmanager/config"
	"golang.org/x/mod/semver"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// namedInhibitions is the release from which on inhibitions have names. The
// names change nothing but how well one finds them again.
const namedInhibitions = "v0.30.0"

// inhibitRules are the inhibitions of a stack.
func inhibitRules(state *spec.State) []inhibitRule {
	named := semver.Compare("v"+state.Stack.Alertmanager.Version, namedInhibitions) >= 0
	var rules []inhibitRule
	for _, i := range state.Inhibitions() {
		rule := inhibitRule{Source: i.Source, Target: i.Target, Equal: i.Equal}
		if named {
			rule.Name = i.Name
		}
		rules = append(rules, rule)
	}
	return rules
}

// meaning is an inhibition in the one form in which equal meaning is equal text.
type meaning struct{ source, target, equal []string }

func (m meaning) is(other meaning) bool {
	return slices.Equal(m.source, other.source) && slices.Equal(m.target, other.target) && slices.Equal(m.equal, other.equal)
}

func wantedMeaning(i spec.Inhibition) meaning {
	return meaning{matchersOf(i.Source), matchersOf(i.Target), slices.Sorted(slices.Values(i.Equal))}
}

func runningMeaning(r upstream.InhibitRule) meaning {
	return meaning{
		bothForms(r.SourceMatchers, r.SourceMatch, r.SourceMatchRE),
		bothForms(r.TargetMatchers, r.TargetMatch, r.TargetMatchRE),
		slices.Sorted(slices.Values(r.Equal)),
	}
}

// bothForms are matchers written in today's form and in the one before.
func bothForms(matchers upstream.Matchers, equal map[string]string, match upstream.MatchRegexps) []string {
	all := make([]string, 0, len(matchers)+len(equal)+len(match))
	for _, m := range matchers {
		all = append(all, m.String())
	}
	for _, name := range slices.Sorted(maps.Keys(equal)) {
		all = append(all, name+"="+strconv.Quote(equal[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(match)) {
		all = append(all, name+"=~"+strconv.Quote(match[name].String()))
	}
	return matchersOf(all)
}

// inhibitions compares the inhibition rules.
func (o *observer) inhibitions() {
	taken := make([]bool, len(o.config.InhibitRules))
	for _, wanted := range o.in.State.Inhibitions() {
		want := wantedMeaning(wanted)
		j := o.findInhibition(wanted.Name, want, taken)
		if j < 0 {
			o.inhibition(wanted, "is not loaded")
			continue
		}
		taken[j] = true
		if have := runningMeaning(o.config.InhibitRules[j]); !have.is(want) && !o.showInhibition(wanted, want, have) {
			o.inhibition(wanted, "was changed")
		}
	}
	for j, rule := range o.config.InhibitRules {
		if !taken[j] {
			m := runningMeaning(rule)
			o.drift("an inhibition of alerts with %q by those with %q is loaded but not managed", m.target, m.source)
		}
	}
}

// findInhibition is the index of the rule with the name, or, where rules have
// none, with the meaning; -1 if there is none.
func (o *observer) findInhibition(name string, want meaning, taken []bool) int {
	for _, alike := range []func(upstream.InhibitRule) bool{
		func(r upstream.InhibitRule) bool { return r.Name == name },
		func(r upstream.InhibitRule) bool { return r.Name == "" && runningMeaning(r).is(want) },
	} {
		for j, rule := range o.config.InhibitRules {
			if !taken[j] && alike(rule) {
				return j
			}
		}
	}
	return -1
}

// inhibition notes a sentence about an inhibition of a correlation, or of the
// stack itself.
func (o *observer) inhibition(wanted spec.Inhibition, what string) {
	if wanted.By != nil {
		o.note(wanted.By, "the inhibition %s", what)
		return
	}
	o.drift("the inhibition %q %s", wanted.Name, what)
}

// showInhibition writes what runs into the attributes of the correlation, where
// it is written in matchers.
func (o *observer) showInhibition(wanted spec.Inhibition, want, have meaning) bool {
	if wanted.By == nil || wanted.By.Dependency != nil {
		return false
	}
	seen, ok := o.Observed.Get(spec.KindCorrelation, wanted.Name).(*spec.Correlation)
	if !ok {
		return false
	}
	show := func(attribute *[]string, want, have []string) {
		if !slices.Equal(want, have) {
			*attribute = append([]string{}, have...)
		}
	}
	show(&seen.SourceMatchers, want.source, have.source)
	show(&seen.TargetMatchers, want.target, have.target)
	show(&seen.Equal, want.equal, have.equal)
	return true
}
