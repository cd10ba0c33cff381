// Package rulegroup is what the components that evaluate alert rules share:
// how rules become groups and files, and how what runs is compared with them.
//
// A rule's name is not its alertname and several rules may share one, so what
// runs is mapped back to names by what it says (see match.go); no label is
// added for our own sake.
package rulegroup

import (
	"fmt"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Group is a rule group as it should run.
type Group struct {
	// Path is its file, Name its name; both identify it.
	Path, Name string
	// Interval is 0 for the one of groups that set none.
	Interval model.Duration
	Rules    []Rule
	// Own marks a group of ours, whose rules are no objects.
	Own bool
}

// Rule is a wanted rule and what it comes from: an alert rule of a user, a
// level of an escalation policy (see Escalate), or neither in groups of our own.
type Rule struct {
	rulefmt.Rule
	// Object is nil for rules that are no user's.
	Object *spec.AlertRule
	// Policy is the escalation policy whose level the rule is, empty for none.
	Policy string
}

// File is the content of the group's file.
func (g *Group) File() rulefmt.RuleGroups {
	rules := make([]rulefmt.Rule, len(g.Rules))
	for i := range g.Rules {
		rules[i] = g.Rules[i].Rule
	}
	return rulefmt.RuleGroups{Groups: []rulefmt.RuleGroup{{Name: g.Name, Interval: g.Interval, Rules: rules}}}
}

// is tells whether the running group is g.
func (g *Group) is(running Running) bool {
	return running.File == g.Path && running.Name == g.Name
}

// Of makes groups of the rules for which mine holds and that are not paused, in
// the order in which they are given. A group's file lies in folder.
func Of(rules []spec.AlertRule, folder string, mine func(*spec.AlertRule) bool) ([]*Group, error) {
	var groups []*Group
	byName := map[string]*Group{}
	for i := range rules {
		object := &rules[i]
		if object.Paused || !mine(object) {
			continue
		}
		g := byName[object.Group]
		if g == nil {
			g = &Group{Path: Path(folder, object.Group), Name: object.Group}
			byName[object.Group] = g
			groups = append(groups, g)
		}
		if err := g.add(object); err != nil {
			return nil, fmt.Errorf("cannot render alert rule %q: %w", object.Name, err)
		}
	}
	return groups, nil
}

func (g *Group) add(object *spec.AlertRule) error {
	wanted, err := wantedRule(object)
	if err != nil {
		return err
	}
	var d component.Durations
	if interval := d.Parse("group_interval", object.GroupInterval); g.Interval == 0 {
		g.Interval = interval
	}
	g.Rules = append(g.Rules, Rule{Rule: wanted, Object: object})
	return d.Err
}

// wantedRule is the object as it stands in a file.
func wantedRule(object *spec.AlertRule) (rulefmt.Rule, error) {
	var d component.Durations
	return rulefmt.Rule{
		Alert:         object.Alert,
		Expr:          object.Expr,
		For:           d.Parse("for", object.For),
		KeepFiringFor: d.Parse("keep_firing_for", object.KeepFiringFor),
		Labels:        object.AllLabels(),
		Annotations:   object.AllAnnotations(),
	}, d.Err
}

// Path is the file of a rule group.
func Path(folder, group string) string { return folder + "/" + FileName(group) + ".yml" }
