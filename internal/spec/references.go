package spec

import "fmt"

// Reference is the name of another object in a field of an object.
type Reference struct {
	// Path is that of the field, as in FieldError.
	Path string
	// Kind is that of the object which is named.
	Kind Kind
	// Name points to the field. An empty name refers to nothing.
	Name *string
	// Loose references need not lead anywhere: what they name may come later
	// and go earlier.
	Loose bool
}

// Referrer is implemented by objects that name others of their stack. It is all
// an object has to do so that a name that does not exist is an error, and so
// that what it names cannot be deleted before it lets go.
type Referrer interface {
	Object
	// References lists the fields that hold names, empty ones included. The
	// pointers lead into the object.
	References() []Reference
}

// referencesIn are those of a list of names.
func referencesIn(path string, kind Kind, names []string) []Reference {
	references := make([]Reference, len(names))
	for i := range names {
		references[i] = Reference{Path: fmt.Sprintf("%s[%d]", path, i), Kind: kind, Name: &names[i]}
	}
	return references
}

// Use is an object that refers to another.
type Use struct {
	// By is the object that refers.
	By Object
	Reference
}

// Uses lists who refers to the object of that kind and name, in render order,
// loose references left out.
func (s *State) Uses(kind Kind, name string) []Use {
	var uses []Use
	for _, use := range s.references() {
		if use.Kind == kind && *use.Name == name && !use.Loose {
			uses = append(uses, use)
		}
	}
	return uses
}

// references lists all references of the state that name something.
func (s *State) references() []Use {
	var all []Use
	for _, o := range append([]Object{&s.Stack}, s.Objects()...) {
		referrer, ok := o.(Referrer)
		if !ok {
			continue
		}
		for _, reference := range referrer.References() {
			if *reference.Name != "" {
				all = append(all, Use{By: o, Reference: reference})
			}
		}
	}
	return all
}

// references finds names of objects that do not exist.
func (p *problems) references(s *State) {
	exists := map[identity]bool{}
	for _, o := range s.Objects() {
		exists[identityOf(o)] = true
	}
	for _, use := range s.references() {
		if use.Loose || exists[identity{use.Kind, *use.Name}] {
			continue
		}
		p.add(use.By, use.Path, "Create it, or name one that exists. Refer to it by "+use.Kind.attribute()+", so that Terraform creates it first.",
			"it refers to %s %s, which does not exist in stack %s", use.Kind.Noun(), quote(*use.Name), quote(s.Stack.Name))
	}
}

// references checks that what an object refers to can be a name.
func (e *FieldErrors) references(o Referrer) {
	for _, reference := range o.References() {
		if *reference.Name != "" && !namePattern.MatchString(*reference.Name) {
			e.Add(reference.Path, "Give the name of one.", "%s is not a name for a %s", quote(*reference.Name), reference.Kind.Noun())
		}
	}
}

// attribute is how Terraform refers to the name of an object of the kind.
func (k Kind) attribute() string { return "opp_" + string(k) + ".NAME.name" }

// identity tells an object from all others of its stack.
type identity struct {
	kind Kind
	name string
}

func identityOf(o Object) identity { return identity{o.Kind(), o.ObjectName()} }
