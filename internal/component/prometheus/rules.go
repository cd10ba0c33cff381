package prometheus

import (
	"fmt"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// group is a rule group as it should run.
type group struct {
	// path is its file, name its name; both identify it.
	path, name string
	// interval is 0 for the global one.
	interval model.Duration
	rules    []rule
	// own marks the group of self-monitoring, whose rules are no objects.
	own bool
}

// rule is a wanted rule and the object it comes from; object is nil in the
// group of self-monitoring.
type rule struct {
	rulefmt.Rule
	object *spec.AlertRule
}

// file is the content of the group's file.
func (g *group) file() rulefmt.RuleGroups {
	rules := make([]rulefmt.Rule, len(g.rules))
	for i := range g.rules {
		rules[i] = g.rules[i].Rule
	}
	return rulefmt.RuleGroups{Groups: []rulefmt.RuleGroup{{Name: g.name, Interval: g.interval, Rules: rules}}}
}

// wantedGroups are the groups that have at least one rule over metrics that is
// not paused, in the order of the state; self-monitoring comes first.
func wantedGroups(in component.Input) ([]*group, error) {
	var groups []*group
	byName := map[string]*group{}
	if own := selfMonitoringGroup(in); own != nil {
		groups = append(groups, own)
		byName[own.name] = own
	}
	for i := range in.State.AlertRules {
		object := &in.State.AlertRules[i]
		if object.Paused || object.OverLogs() {
			continue
		}
		g := byName[object.Group]
		if g == nil {
			g = &group{path: rulesFile(object.Group), name: object.Group}
			byName[object.Group] = g
			groups = append(groups, g)
		}
		if g.own {
			return nil, fmt.Errorf("cannot render alert rule %q: the group %q is reserved for self-monitoring", object.Name, g.name)
		}
		if err := g.add(object); err != nil {
			return nil, fmt.Errorf("cannot render alert rule %q: %w", object.Name, err)
		}
	}
	return groups, nil
}

func (g *group) add(object *spec.AlertRule) error {
	wanted, err := wantedRule(object)
	if err != nil {
		return err
	}
	var d durations
	if interval := d.parse("group_interval", object.GroupInterval); g.interval == 0 {
		g.interval = interval
	}
	g.rules = append(g.rules, rule{Rule: wanted, object: object})
	return d.err
}

// wantedRule is the object as Prometheus gets it.
func wantedRule(object *spec.AlertRule) (rulefmt.Rule, error) {
	var d durations
	return rulefmt.Rule{
		Alert:         object.Alert,
		Expr:          object.Expr,
		For:           d.parse("for", object.For),
		KeepFiringFor: d.parse("keep_firing_for", object.KeepFiringFor),
		Labels:        object.AllLabels(),
		Annotations:   object.AllAnnotations(),
	}, d.err
}

// rulesFile is the file of a rule group.
func rulesFile(group string) string { return "rules/" + fileName(group) + ".yml" }
