package spec

import (
	"fmt"
	"slices"
	"strings"
)

// ObjectError is a problem of one object among others.
type ObjectError struct {
	Kind  Kind       `json:"kind"`
	Name  string     `json:"name"`
	Field FieldError `json:"field"`
}

// Validate returns every problem that only shows between objects: references
// that lead nowhere or to the wrong stack, disagreeing group intervals, two
// default channels, parents in a circle. Routes that nothing reaches are no
// problem of this kind: see Unreachable. Each problem is reported on every object that shares it.
// Objects are not validated on their own again, so it is cheap enough for every write.
func (s *State) Validate() []ObjectError {
	var p problems
	p.membership(s)
	p.references(s)
	p.templates(s)
	p.disabledComponents(s)
	p.scrapeTimeouts(s)
	p.groupIntervals(s.AlertRules)
	p.receivers(s)
	p.defaultChannels(s)
	p.otlpSources(s)
	p.circles(s.Routes)
	return p
}

// problems collects what is wrong with the objects of a state.
type problems []ObjectError

func (p *problems) add(object Object, path, hint, message string, args ...any) {
	var field FieldErrors
	field.Add(path, hint, message, args...)
	p.put(object, field[0])
}

func (p *problems) put(object Object, field FieldError) {
	*p = append(*p, ObjectError{Kind: object.Kind(), Name: object.ObjectName(), Field: field})
}

// membership finds objects of another stack and names that are used twice.
func (p *problems) membership(s *State) {
	objects := s.Objects()
	seen := make(map[identity]bool, len(objects))
	for _, o := range objects {
		if o.StackName() != s.Stack.Name {
			p.add(o, "stack", "Name the stack the object belongs to.", "it belongs to stack %s, not to %s",
				quote(o.StackName()), quote(s.Stack.Name))
		}
		id := identityOf(o)
		if seen[id] {
			p.add(o, "name", "Give each a name of its own.", "stack %s has two of this name", quote(s.Stack.Name))
		}
		seen[id] = true
	}
}

// needs maps kind to the component without which its objects cannot be.
var needs = map[Kind]string{
	KindScrapeJob:    "prometheus",
	KindAlertRule:    "prometheus",
	KindChannel:      "alertmanager",
	KindRoute:        "alertmanager",
	KindMuteWindow:   "alertmanager",
	KindCorrelation:  "alertmanager",
	KindDashboard:    "grafana",
	KindLogSource:    "collector",
	KindLogRetention: "loki",

	KindEscalationPolicy: "alertmanager",
	KindSilence:          "alertmanager",

	KindNotificationTemplate: "alertmanager",
}

// needed is the component without which the object cannot be.
func needed(o Object) string {
	if rule, ok := o.(*AlertRule); ok && rule.OverLogs() {
		return "loki"
	}
	return needs[o.Kind()]
}

// ValidateNeeds tells whether the object's component is off in the stack.
func ValidateNeeds(o Object, stack *Stack) FieldErrors {
	var errs FieldErrors
	component := needed(o)
	for _, c := range stack.Components() {
		if c.Name == component && !c.Enabled {
			errs.Add("stack", "Enable "+component+" in the stack or remove the "+o.Kind().Noun()+".", "it needs %s, which is disabled in stack %s",
				component, quote(stack.Name))
		}
	}
	return errs
}

// disabledComponents finds objects whose component is off.
func (p *problems) disabledComponents(s *State) {
	counts := map[string]int{}
	for _, o := range s.Objects() {
		for _, field := range ValidateNeeds(o, &s.Stack) {
			counts[needed(o)]++
			*p = append(*p, ObjectError{Kind: o.Kind(), Name: o.ObjectName(), Field: field})
		}
	}
	for _, component := range sortedKeys(counts) {
		p.add(&s.Stack, component+".enabled", "Enable it or remove the objects first.", "%s is disabled but %d objects need it", component, counts[component])
	}
}

// scrapeTimeouts finds jobs without an interval of their own whose timeout is
// longer than the stack's.
func (p *problems) scrapeTimeouts(s *State) {
	interval := s.Stack.Prometheus.ScrapeInterval
	for i := range s.ScrapeJobs {
		job := &s.ScrapeJobs[i]
		if job.Interval != "" || job.Timeout == "" || !longer(job.Timeout, interval) {
			continue
		}
		p.add(job, "timeout", "Shorten the timeout or give the job a longer interval.", "timeout %s is longer than the stack's scrape interval %s",
			quote(job.Timeout), quote(interval))
		p.add(&s.Stack, "prometheus.scrape_interval", "Lengthen the interval or shorten the job's timeout.", "scrape interval %s is shorter than the timeout %s of scrape job %s",
			quote(interval), quote(job.Timeout), quote(job.Name))
	}
}

// receivers finds channels whose stack lacks what they rely on.
func (p *problems) receivers(s *State) {
	for i := range s.Channels {
		for _, f := range s.Channels[i].ValidateIn(&s.Stack) {
			*p = append(*p, ObjectError{Kind: KindChannel, Name: s.Channels[i].Name, Field: f})
		}
	}
}

// defaultChannels finds stacks with more than one default channel.
func (p *problems) defaultChannels(s *State) {
	var defaults []string
	for _, c := range s.Channels {
		if c.Default {
			defaults = append(defaults, c.Name)
		}
	}
	named := s.Stack.Alertmanager.DefaultChannel
	if named != "" && !slices.Contains(defaults, named) {
		defaults = append(defaults, named)
	}
	if len(defaults) < 2 {
		return
	}
	except := func(name string) string {
		return enumerate(slices.DeleteFunc(slices.Clone(defaults), func(other string) bool { return other == name }))
	}
	for i := range s.Channels {
		if c := &s.Channels[i]; c.Default && c.Name != named {
			p.add(c, "default", "Keep default on one channel of the stack, or name it in the stack's default_channel.",
				"it cannot be the default because channel %s already is", except(c.Name))
		}
	}
	if named != "" {
		p.add(&s.Stack, "alertmanager.default_channel", "Remove default from those channels, or leave default_channel out.",
			"channel %s cannot be the default because %s already is", quote(named), except(named))
	}
}

// maxNamed is how many names a message lists.
const maxNamed = 3

// enumerate lists quoted names, the first few of many.
func enumerate(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = quote(name)
	}
	return few(quoted)
}

// few lists texts, the first few of many.
func few(texts []string) string {
	shown := texts[:min(len(texts), maxNamed)]
	list := strings.Join(shown, ", ")
	if more := len(texts) - len(shown); more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return list
}
