package tfkit

import (
	"fmt"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// relations are what a plan knows of how its objects hang together.
type relations struct {
	// removed are the objects that the plan deletes, or renames away.
	removed map[identity]bool
	// references are those of every object of the plan.
	references map[identity][]spec.Reference
	// routes are by stack.
	routes map[string]*spec.RouteSet
	// changed are the objects that the plan changes, without stacks that were
	// written meanwhile.
	changed map[identity]bool
}

func newRelations() relations {
	return relations{removed: map[identity]bool{}, references: map[identity][]spec.Reference{}, routes: map[string]*spec.RouteSet{}, changed: map[identity]bool{}}
}

func identityOf(object spec.Object) identity {
	return identity{object.Kind(), object.StackName(), object.ObjectName()}
}

// Relate notes an object of the plan and returns what is wrong with it in view of
// those noted before: it refers to what the plan removes, it is a route that
// receives nothing, or one that another receives nothing because of. It warns of
// policies that take over what a route would receive, if one of the two changes.
// decided tells whether everything about a route is known.
func (p *Planned) Relate(object spec.Object, decided, changed bool) (problems, warnings spec.FieldErrors) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.relations.changed[identityOf(object)] = changed
	if r, ok := object.(spec.Referrer); ok {
		references := r.References()
		p.relations.references[identityOf(object)] = references
		for _, reference := range references {
			target := identity{reference.Kind, object.StackName(), *reference.Name}
			if p.relations.removed[target] && !p.created[target] {
				problems.Add(reference.Path, "Keep it, or refer to another.", "it refers to %s %q, which this plan removes", target.kind.Noun(), target.name)
			}
		}
	}
	if !decided {
		return problems, nil
	}
	set := p.relations.routes[object.StackName()]
	if set == nil {
		set = &spec.RouteSet{}
		p.relations.routes[object.StackName()] = set
	}
	problems = append(problems, set.Add(object)...)
	return problems, set.Takeovers(object, func(o spec.Object) bool { return p.relations.changed[identityOf(o)] })
}

// Remove notes that the plan removes an object, and lists those noted before
// that will still refer to it.
func (p *Planned) Remove(object spec.Object) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	target := identityOf(object)
	p.relations.removed[target] = true
	var users []string
	if p.created[target] {
		return nil
	}
	for user, references := range p.relations.references {
		for _, r := range references {
			if user.stack == target.stack && r.Kind == target.kind && *r.Name == target.name && user != target {
				users = append(users, fmt.Sprintf("%s %q (%s)", user.kind.Noun(), user.name, r.Path))
			}
		}
	}
	return users
}
