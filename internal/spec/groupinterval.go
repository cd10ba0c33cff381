package spec

import (
	"strings"
	"time"
)

// ruleGroup is a group of rules as users see it. Groups of the same name over
// metrics and over logs are two: different systems evaluate them.
type ruleGroup struct {
	overLogs bool
	name     string
}

func groupOf(r *AlertRule) ruleGroup { return ruleGroup{r.OverLogs(), r.Group} }

// SameGroup tells whether two rules of a stack are evaluated together.
func (r *AlertRule) SameGroup(other *AlertRule) bool { return groupOf(r) == groupOf(other) }

// faction is the members of a rule group that set the same interval.
type faction struct {
	interval string
	names    []string
}

// factions splits every group by interval. Members that set none go along with
// any; intervals that do not parse are reported on the rule itself.
func factions(rules []AlertRule) map[ruleGroup]map[time.Duration]*faction {
	groups := map[ruleGroup]map[time.Duration]*faction{}
	for i := range rules {
		rule, group := &rules[i], groupOf(&rules[i])
		interval, err := ParseDuration(rule.GroupInterval)
		if err != nil {
			continue
		}
		if groups[group] == nil {
			groups[group] = map[time.Duration]*faction{}
		}
		f := groups[group][interval]
		if f == nil {
			f = &faction{interval: rule.GroupInterval}
			groups[group][interval] = f
		}
		f.names = append(f.names, rule.Name)
	}
	return groups
}

// groupIntervals finds the members of rule groups that set different intervals.
func (p *problems) groupIntervals(rules []AlertRule) {
	groups := factions(rules)
	for i := range rules {
		rule := &rules[i]
		interval, err := ParseDuration(rule.GroupInterval)
		if err != nil || len(groups[groupOf(rule)]) < 2 {
			continue
		}
		p.add(rule, "group_interval", "Give all rules of a group the same group_interval, or set it on one of them only.",
			"group_interval %s disagrees with other rules of group %s: %s",
			quote(rule.GroupInterval), quote(rule.Group), opponents(groups[groupOf(rule)], interval))
	}
}

// opponents describes the shortest intervals of a group other than one's own.
func opponents(group map[time.Duration]*faction, own time.Duration) string {
	var others []string
	for _, interval := range sortedKeys(group) {
		if interval == own {
			continue
		}
		if len(others) == maxNamed {
			others = append(others, "and others")
			break
		}
		f := group[interval]
		others = append(others, quote(f.interval)+" in "+enumerate(f.names))
	}
	return strings.Join(others, ", ")
}
