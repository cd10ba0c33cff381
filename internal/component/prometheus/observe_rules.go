package prometheus

import (
	"maps"
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// rules compares every group.
func (o *observer) rules() error {
	wanted, err := wantedGroups(o.in)
	if err != nil {
		return err
	}
	seen := make([]bool, len(o.groups))
	for _, g := range wanted {
		i := slices.IndexFunc(o.groups, g.is)
		if i < 0 {
			o.differs[g.path] = true
			for j := range g.rules {
				o.missing(g, &g.rules[j])
			}
			continue
		}
		seen[i] = true
		o.group(g, &o.groups[i])
	}
	for i := range o.groups {
		o.Rules += len(o.groups[i].Rules)
		if !seen[i] {
			o.differs[o.groups[i].File] = true
			o.extra(o.groups[i].Name, o.groups[i].File, rulesOf(&o.groups[i]))
		}
	}
	return nil
}

func rulesOf(running *runningGroup) []rulefmt.Rule {
	rules := make([]rulefmt.Rule, len(running.Rules))
	for i := range running.Rules {
		rules[i] = running.Rules[i].rule()
	}
	return rules
}

// group compares a group that is loaded.
func (o *observer) group(g *group, running *runningGroup) {
	rules := rulesOf(running)
	found := o.c.match(g.rules, rules)
	o.interval(g, seconds(running.Interval))
	last, ordered := -1, true
	for i, j := range found {
		if j < 0 {
			o.differs[g.path] = true
			o.missing(g, &g.rules[i])
			continue
		}
		ordered = ordered && j > last
		last = j
		if field := o.c.difference(&g.rules[i].Rule, &rules[j]); field != "" {
			o.differs[g.path] = true
			o.changed(g, &g.rules[i], &rules[j], field)
		}
	}
	if !ordered {
		o.differs[g.path] = true
		o.drift("the rules of group %q are loaded in another order", g.name)
	}
	var extra []rulefmt.Rule
	for j := range rules {
		if !slices.Contains(found, j) {
			extra = append(extra, rules[j])
		}
	}
	if len(extra) > 0 {
		o.differs[g.path] = true
		o.extra(g.name, g.path, extra)
	}
}

// interval compares a group's interval. Without one of its own a group follows
// the global interval, whatever that is now.
func (o *observer) interval(g *group, have model.Duration) {
	want := g.interval
	if want == 0 {
		want = o.config.Global.EvaluationInterval
	}
	if have == want {
		return
	}
	o.differs[g.path] = true
	if g.own {
		o.drift("the group %q runs every %s, wanted %s", g.name, have, want)
		return
	}
	for i := range g.rules {
		if r := o.observedRule(&g.rules[i]); r != nil {
			r.GroupInterval = have.String()
		}
	}
}

// missing reports a wanted rule that is not loaded.
func (o *observer) missing(g *group, r *rule) {
	if r.object == nil {
		o.drift("rule %q of group %q is not loaded", r.Alert, g.name)
		return
	}
	o.AddDrift(spec.KindAlertRule, r.object.Name, "prometheus: the rule is not loaded")
}

// observedRule is where the values of the rule's object go.
func (o *observer) observedRule(r *rule) *spec.AlertRule {
	if r.object == nil {
		return nil
	}
	i := slices.IndexFunc(o.Observed.AlertRules, func(x spec.AlertRule) bool { return x.Name == r.object.Name })
	if i < 0 {
		return nil
	}
	return &o.Observed.AlertRules[i]
}

// changed writes the running values of a rule into its attributes.
func (o *observer) changed(g *group, want *rule, have *rulefmt.Rule, field string) {
	if want.object == nil {
		o.drift("rule %q of group %q runs with another %s", want.Alert, g.name, field)
		return
	}
	observed := o.observedRule(want)
	if observed == nil {
		return
	}
	if want.Alert != have.Alert {
		observed.Alert = have.Alert
	}
	if !o.c.sameExpr(want.Expr, have.Expr) {
		observed.Expr = have.Expr
	}
	if want.For != have.For {
		observed.For = have.For.String()
	}
	if want.KeepFiringFor != have.KeepFiringFor {
		observed.KeepFiringFor = have.KeepFiringFor.String()
	}
	if !sameMap(want.Labels, have.Labels) {
		observed.Labels = split(have.Labels, want.object.Labels, map[string]*string{"severity": &observed.Severity})
	}
	if !sameMap(want.Annotations, have.Annotations) {
		observed.Annotations = split(have.Annotations, want.object.Annotations, map[string]*string{
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
func (o *observer) extra(group, path string, rules []rulefmt.Rule) {
	for i := range rules {
		if o.resumed(group, path, &rules[i]) {
			continue
		}
		name := rules[i].Alert + rules[i].Record
		o.drift("rule %q of group %q is loaded but not managed", name, group)
	}
}

// resumed tells whether a loaded rule is a paused object, and reports it there.
func (o *observer) resumed(group, path string, have *rulefmt.Rule) bool {
	for i := range o.in.State.AlertRules {
		object := &o.in.State.AlertRules[i]
		if !object.Paused || object.OverLogs() || object.Group != group || rulesFile(group) != path {
			continue
		}
		want, err := wantedRule(object)
		if err != nil || o.c.difference(&want, have) != "" {
			continue
		}
		if observed := o.observedRule(&rule{object: object}); observed != nil && observed.Paused {
			observed.Paused = false
			return true
		}
	}
	return false
}
