package spec

import (
	"github.com/prometheus/alertmanager/pkg/labels"
	"github.com/prometheus/common/model"
)

// manyRules is how many rules a policy may add on the mere chance that alerts
// fit it.
const manyRules = 100

// addedRules warns of a policy that adds many rules to those whose labels do not
// tell whether their alerts can fit.
func (e *FieldErrors) addedRules(p *EscalationPolicy, s *State) {
	matchers, err := ParseMatchers(s.alertMatchers(p))
	if err != nil {
		return
	}
	levels := 0
	for _, level := range p.Levels() {
		if level.After > 0 {
			levels++
		}
	}
	rules, absent := 0, map[string]bool{}
	for i := range s.AlertRules {
		r := &s.AlertRules[i]
		set := r.AllLabels()
		names := unsaid(matchers, set)
		if r.Paused || len(names) == 0 || contradicts(matchers, r.Alert, set) {
			continue
		}
		rules++
		for _, name := range names {
			absent[name] = true
		}
	}
	if rules*levels >= manyRules {
		e.Add("matchers", "Set the label on the rules: then only those that fit get more. Each is evaluated as often as the rule itself, and makes reloads longer.",
			"it adds %d rules, %d to each of %d alert rules that may or may not fit because they do not set %s",
			rules*levels, levels, rules, enumerate(sortedKeys(absent)))
	}
}

// unsaid are the labels of matchers whose values a rule does not say.
func unsaid(matchers labels.Matchers, rule map[string]string) []string {
	var names []string
	for _, m := range matchers {
		if value, set := rule[m.Name]; m.Name != model.AlertNameLabel && (!set || isTemplateText(value)) {
			names = append(names, m.Name)
		}
	}
	return names
}
