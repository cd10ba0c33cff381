package rulegroup

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Observation writes into a report how the rules that run differ from the
// wanted ones.
type Observation struct {
	Comparison
	Report *component.Report
	State  *spec.State
	// Component is who evaluates the rules; sentences begin with it.
	Component string
	// Folder holds the files of the groups.
	Folder string
	// Mine holds for the rules that the component evaluates.
	Mine func(*spec.AlertRule) bool
	// Interval is how often groups run that set no interval.
	Interval model.Duration

	// differs are the files that do not run as they are written.
	differs map[string]bool
	// levels counts what is wrong with the levels of escalation.
	levels map[levelDrift]int
}

// levelDrift is what is wrong with the levels of a policy in a group: they run
// with another field, or not at all if that is empty.
type levelDrift struct{ policy, group, field string }

// Compare compares every group. It returns the files that do not run as they
// are written.
func (o *Observation) Compare(wanted []*Group, running []Running) map[string]bool {
	o.differs, o.levels = map[string]bool{}, map[levelDrift]int{}
	seen := make([]bool, len(running))
	for _, g := range wanted {
		i := slices.IndexFunc(running, g.is)
		if i < 0 {
			o.differs[g.Path] = true
			for j := range g.Rules {
				o.missing(g, &g.Rules[j])
			}
			continue
		}
		seen[i] = true
		o.group(g, &running[i])
	}
	for i := range running {
		o.Report.Rules += len(running[i].Rules)
		if !seen[i] {
			o.differs[running[i].File] = true
			o.extra(running[i].Name, running[i].File, rulesOf(&running[i]))
		}
	}
	o.escalation()
	return o.differs
}

// drift notes a sentence about the stack itself.
func (o *Observation) drift(format string, args ...any) {
	o.Report.AddDrift(spec.KindStack, o.State.Stack.Name, o.Component+": "+fmt.Sprintf(format, args...))
}

func rulesOf(running *Running) []rulefmt.Rule {
	rules := make([]rulefmt.Rule, len(running.Rules))
	for i := range running.Rules {
		rules[i] = running.Rules[i].asWritten()
	}
	return rules
}

// group compares a group that is loaded.
func (o *Observation) group(g *Group, running *Running) {
	rules := rulesOf(running)
	found := o.match(g.Rules, rules)
	o.interval(g, seconds(running.Interval))
	last, ordered := -1, true
	for i, j := range found {
		if j < 0 {
			o.differs[g.Path] = true
			o.missing(g, &g.Rules[i])
			continue
		}
		ordered = ordered && j > last
		last = j
		if field := o.difference(&g.Rules[i].Rule, &rules[j]); field != "" {
			o.differs[g.Path] = true
			o.changed(g, &g.Rules[i], &rules[j], field)
		}
	}
	if !ordered {
		o.differs[g.Path] = true
		o.drift("the rules of group %q are loaded in another order", g.Name)
	}
	var extra []rulefmt.Rule
	for j := range rules {
		if !slices.Contains(found, j) {
			extra = append(extra, rules[j])
		}
	}
	if len(extra) > 0 {
		o.differs[g.Path] = true
		o.extra(g.Name, g.Path, extra)
	}
}

// interval compares a group's interval. Without one of its own a group follows
// Interval.
func (o *Observation) interval(g *Group, have model.Duration) {
	want := g.Interval
	if want == 0 {
		want = o.Interval
	}
	if have == want {
		return
	}
	o.differs[g.Path] = true
	if g.Own {
		o.drift("the group %q runs every %s, wanted %s", g.Name, have, want)
		return
	}
	for i := range g.Rules {
		if r := o.observed(&g.Rules[i]); r != nil {
			r.GroupInterval = have.String()
		}
	}
}

// escalation tells the policies what is wrong with their levels, one sentence
// for each group: a group has many.
func (o *Observation) escalation() {
	order := func(a, b levelDrift) int {
		return cmp.Or(strings.Compare(a.policy, b.policy), strings.Compare(a.group, b.group), strings.Compare(a.field, b.field))
	}
	for _, d := range slices.SortedFunc(maps.Keys(o.levels), order) {
		sentence := fmt.Sprintf("%s: group %q lacks %d of its rules", o.Component, d.group, o.levels[d])
		if d.field != "" {
			sentence = fmt.Sprintf("%s: group %q runs %d of its rules with another %s", o.Component, d.group, o.levels[d], d.field)
		}
		o.Report.AddDrift(spec.KindEscalationPolicy, d.policy, sentence)
	}
}

// missing reports a wanted rule that is not loaded.
func (o *Observation) missing(g *Group, r *Rule) {
	if r.Policy != "" {
		o.levels[levelDrift{r.Policy, g.Name, ""}]++
		return
	}
	if r.Object == nil {
		o.drift("rule %q of group %q is not loaded", r.Alert, g.Name)
		return
	}
	o.Report.AddDrift(spec.KindAlertRule, r.Object.Name, o.Component+": the rule is not loaded")
}

// observed is where the values of the rule's object go.
func (o *Observation) observed(r *Rule) *spec.AlertRule {
	if r.Object == nil {
		return nil
	}
	rules := o.Report.Observed.AlertRules
	i := slices.IndexFunc(rules, func(x spec.AlertRule) bool { return x.Name == r.Object.Name })
	if i < 0 {
		return nil
	}
	return &rules[i]
}

// changed writes the running values of a rule into its attributes.
func (o *Observation) changed(g *Group, want *Rule, have *rulefmt.Rule, field string) {
	if want.Policy != "" {
		o.levels[levelDrift{want.Policy, g.Name, field}]++
		return
	}
	if want.Object == nil {
		o.drift("rule %q of group %q runs with another %s", want.Alert, g.Name, field)
		return
	}
	observed := o.observed(want)
	if observed == nil {
		return
	}
	if want.Alert != have.Alert {
		observed.Alert = have.Alert
	}
	if !o.SameExpr(want.Expr, have.Expr) {
		observed.Expr = have.Expr
	}
	if want.For != have.For {
		observed.For = have.For.String()
	}
	if want.KeepFiringFor != have.KeepFiringFor {
		observed.KeepFiringFor = have.KeepFiringFor.String()
	}
	if !SameMap(want.Labels, have.Labels) {
		observed.Labels = split(have.Labels, want.Object.Labels, map[string]*string{"severity": &observed.Severity})
	}
	if !SameMap(want.Annotations, have.Annotations) {
		observed.Annotations = split(have.Annotations, want.Object.Annotations, map[string]*string{
			"summary": &observed.Summary, "description": &observed.Description, "runbook_url": &observed.RunbookURL,
		})
	}
}

// split puts running labels or annotations back into the fields of their own
// and returns the rest. A key that the user wrote into the map stays there
// while its field is empty.
func split(have, wrote map[string]string, fields map[string]*string) map[string]string {
	rest := make(map[string]string, len(have))
	maps.Copy(rest, have)
	for key, field := range fields {
		if _, inMap := wrote[key]; inMap && *field == "" {
			continue
		}
		*field = rest[key]
		delete(rest, key)
	}
	return rest
}

// extra reports loaded rules that no object stands for, unless one is paused.
func (o *Observation) extra(group, path string, rules []rulefmt.Rule) {
	for i := range rules {
		if o.resumed(group, path, &rules[i]) {
			continue
		}
		name := rules[i].Alert + rules[i].Record
		o.drift("rule %q of group %q is loaded but not managed", name, group)
	}
}

// resumed tells whether a loaded rule is a paused object, and reports it there.
func (o *Observation) resumed(group, path string, have *rulefmt.Rule) bool {
	for i := range o.State.AlertRules {
		object := &o.State.AlertRules[i]
		if !object.Paused || !o.Mine(object) || object.Group != group || Path(o.Folder, group) != path {
			continue
		}
		want, err := wantedRule(object)
		if err != nil || o.difference(&want, have) != "" {
			continue
		}
		if observed := o.observed(&Rule{Object: object}); observed != nil && observed.Paused {
			observed.Paused = false
			return true
		}
	}
	return false
}
