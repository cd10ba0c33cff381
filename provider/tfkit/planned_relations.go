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
}

func newRelations() relations {
	return relations{removed: map[identity]bool{}, references: map[identity][]spec.Reference{}, routes: map[string]*spec.RouteSet{}}
}

func identityOf(object spec.Object) identity {
	return identity{object.Kind(), object.StackName(), object.ObjectName()}
}

// Relate notes an object of the plan and returns what is wrong with it in view of
// those noted before: it refers to what the plan removes, it is a route that
// receives nothing, or one that another receives nothing because of. decided
// tells whether everything about a route is known.
func (p *Planned) Relate(object spec.Object, decided bool) spec.FieldErrors {
	p.mu.Lock()
	defer p.mu.Unlock()
	var problems spec.FieldErrors
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
		return problems
	}
	set := p.relations.routes[object.StackName()]
	if set == nil {
		set = &spec.RouteSet{}
		p.relations.routes[object.StackName()] = set
	}
	return append(problems, set.Add(object)...)
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
