package tfkit

import (
	"maps"
	"slices"
	"sync"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Planned is what one plan (or one apply, which plans every change again) has
// seen so far. It finds mistakes that only show between objects, before any of
// them is written. It is safe for concurrent use.
type Planned struct {
	mu        sync.Mutex
	stacks    map[string]*spec.Stack
	created   map[identity]bool
	intervals map[ruleGroup]map[string]string
	// retentions are by stack and name.
	retentions map[string]map[string]spec.LogRetention
	relations  relations
	// rules are by stack and name.
	rules map[string]map[string]spec.AlertRule
	// expected are the objects that decide about routing.
	expected map[identity]expectation
	// silent are the stacks that could not answer a question.
	silent map[string]bool
	turns  map[identity]*turn
}

// turn is held while an object is written or deleted. Terraform may do both to
// one object, in any order: where a resource is replaced by itself and
// create_before_destroy holds, or where it got another address.
type turn struct {
	sync.Mutex
	// created is set once this apply has created the object. What would then be
	// deleted is the new one.
	created bool
}

type identity struct {
	kind        spec.Kind
	stack, name string
}

type ruleGroup struct{ stack, source, group string }

func newPlanned() *Planned {
	return &Planned{
		stacks:     map[string]*spec.Stack{},
		created:    map[identity]bool{},
		intervals:  map[ruleGroup]map[string]string{},
		retentions: map[string]map[string]spec.LogRetention{},
		relations:  newRelations(),
		rules:      map[string]map[string]spec.AlertRule{},
		expected:   map[identity]expectation{},
		silent:     map[string]bool{},
		turns:      map[identity]*turn{},
	}
}

// take waits for the turn to write or delete an object.
func (p *Planned) take(object spec.Object) *turn {
	p.mu.Lock()
	key := identityOf(object)
	t := p.turns[key]
	if t == nil {
		t = &turn{}
		p.turns[key] = t
	}
	p.mu.Unlock()
	t.Lock()
	return t
}

// Create notes that an object will be created, and is false if another of the
// same name will be too. Terraform plans every creation exactly once: a
// replacement is planned as an update first and only then as a creation.
func (p *Planned) Create(object spec.Object) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := identityOf(object)
	if p.created[key] {
		return false
	}
	p.created[key] = true
	return true
}

// AddStack notes that a stack is part of the plan. It is nil if the plan does
// not know yet what the stack is made of.
func (p *Planned) AddStack(name string, stack *spec.Stack) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stacks[name] = stack
}

// HasStack tells whether a stack is part of the plan.
func (p *Planned) HasStack(name string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, ok := p.stacks[name]
	return ok
}

// Changing tells whether a stack will be written and has not been yet: what it
// cannot do now it may be able to do then.
func (p *Planned) Changing(stack string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.relations.changed[identity{spec.KindStack, stack, stack}]
}

// Stack is a stack of the plan; nil if it is none or not known yet.
func (p *Planned) Stack(name string) *spec.Stack {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stacks[name]
}

// GroupInterval notes the interval a rule wants for its group. If another rule
// of the plan wants a different one, it names that rule and its interval. An
// empty interval agrees with all.
func (p *Planned) GroupInterval(rule spec.AlertRule) (other, interval string, disagree bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := ruleGroup{rule.Stack, rule.Source, rule.Group}
	members := p.intervals[key]
	if members == nil {
		members = map[string]string{}
		p.intervals[key] = members
	}
	members[rule.Name] = rule.GroupInterval
	for name, theirs := range members {
		if !sameDuration(rule.GroupInterval, theirs) && (other == "" || name < other) {
			other, interval, disagree = name, theirs, true
		}
	}
	return other, interval, disagree
}

// Retention notes a log retention and warns of those of the plan so far that it
// conflicts with. Of two that do, the one that is planned later is warned of.
func (p *Planned) Retention(retention spec.LogRetention) spec.FieldErrors {
	p.mu.Lock()
	defer p.mu.Unlock()
	others := p.retentions[retention.Stack]
	if others == nil {
		others = map[string]spec.LogRetention{}
		p.retentions[retention.Stack] = others
	}
	others[retention.Name] = retention
	state := spec.State{LogRetentions: slices.Collect(maps.Values(others))}
	state.Sort()
	return state.WarningsAbout(&retention)
}

// AlertRule notes an alert rule.
func (p *Planned) AlertRule(rule spec.AlertRule) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.rules[rule.Stack] == nil {
		p.rules[rule.Stack] = map[string]spec.AlertRule{}
	}
	p.rules[rule.Stack][rule.Name] = rule
}

// Escalation warns of what an escalation policy adds to the alert rules of the
// plan so far. Those that are planned later are missing in its figures.
func (p *Planned) Escalation(policy spec.EscalationPolicy) spec.FieldErrors {
	p.mu.Lock()
	defer p.mu.Unlock()
	state := spec.State{AlertRules: slices.Collect(maps.Values(p.rules[policy.Stack]))}
	return state.WarningsAbout(&policy)
}

// answers tells whether it makes sense to ask a stack something: it is not to
// be created first, and has not failed to answer before.
func (p *Planned) answers(stack string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.created[identity{spec.KindStack, stack, stack}] && !p.silent[stack]
}

// silence notes that a stack could not answer.
func (p *Planned) silence(stack string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.silent[stack] = true
}

// sameDuration compares by meaning, 60s is 1m; absent agrees with all.
func sameDuration(a, b string) bool {
	if a == "" || b == "" || a == b {
		return true
	}
	x, errX := spec.ParseDuration(a)
	y, errY := spec.ParseDuration(b)
	return errX == nil && errY == nil && x == y
}
