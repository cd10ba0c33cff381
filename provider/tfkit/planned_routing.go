package tfkit

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// routes tells whether objects of the kind decide whom an alert reaches.
func routes(kind spec.Kind) bool {
	return slices.Contains([]spec.Kind{
		spec.KindStack, spec.KindChannel, spec.KindRoute, spec.KindMuteWindow, spec.KindCorrelation, spec.KindEscalationPolicy,
	}, kind)
}

// expectation is how an object is going to be: nil for one that is going to be
// deleted. It counts only if everything about it is decided.
type expectation struct {
	object  spec.Object
	decided bool
}

// Expect notes how an object is going to be, so that routing can be told before
// anything is written. What is not known yet is not decided.
func (p *Planned) Expect(object spec.Object, decided bool) {
	if !routes(object.Kind()) {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expected[identityOf(object)] = expectation{object, decided}
}

// ExpectGone notes that an object is going to be deleted, unless it is going to
// be created again.
func (p *Planned) ExpectGone(object spec.Object) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := identityOf(object)
	if routes(key.kind) && key.kind != spec.KindStack && !p.created[key] {
		p.expected[key] = expectation{decided: true}
	}
}

// Written notes that an object is being written or deleted: from then on what is
// stored tells of it.
func (p *Planned) Written(object spec.Object) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.expected, identityOf(object))
	if object.Kind() == spec.KindStack {
		delete(p.relations.changed, identityOf(object))
	}
}

// Routing lists how the objects of a stack are going to be that decide about its
// routing, as far as the plan has come, and names those of which that is not
// known yet.
func (p *Planned) Routing(stack string) (changes []api.Change, undecided []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, expected := range p.expected {
		switch {
		case key.stack != stack:
		case expected.decided:
			changes = append(changes, api.Change{Kind: key.kind, Name: key.name, Object: expected.object})
		default:
			undecided = append(undecided, fmt.Sprintf("%s %q", key.kind.Noun(), key.name))
		}
	}
	slices.SortFunc(changes, func(a, b api.Change) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name)) })
	slices.Sort(undecided)
	return changes, undecided
}
