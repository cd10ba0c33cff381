package spec

import (
	"cmp"
	"slices"
	"sort"
)

// collection is the fragments of one kind, whatever their type.
type collection interface {
	// blank is a new object of the kind.
	blank() Object
	// objects appends pointers into the collection.
	objects(to []Object) []Object
	get(name string) Object
	add(Object)
	put(Object)
	delete(name string)
	sort()
	// detach makes the collection's memory its own.
	detach()
}

// pointer is the pointer type of a fragment.
type pointer[T any] interface {
	*T
	Object
}

// fragments implements collection over a field of State.
type fragments[T any, P pointer[T]] struct {
	items *[]T
	order func(a, b P) int
}

func list[T any, P pointer[T]](items *[]T, order func(a, b P) int) collection {
	return fragments[T, P]{items, order}
}

func byName[P Object](a, b P) int { return cmp.Compare(a.ObjectName(), b.ObjectName()) }

func (f fragments[T, P]) blank() Object { return P(new(T)) }

func (f fragments[T, P]) objects(to []Object) []Object {
	for i := range *f.items {
		to = append(to, P(&(*f.items)[i]))
	}
	return to
}

// index and sort look at the fragments where they are: a copy of each for each
// comparison would be most of the time of a write to a large stack.
func (f fragments[T, P]) index(name string) int {
	for i := range *f.items {
		if P(&(*f.items)[i]).ObjectName() == name {
			return i
		}
	}
	return -1
}

func (f fragments[T, P]) get(name string) Object {
	if i := f.index(name); i >= 0 {
		return P(&(*f.items)[i])
	}
	return nil
}

func (f fragments[T, P]) add(o Object) {
	if object, ok := o.(P); ok {
		*f.items = append(*f.items, *object)
	}
}

func (f fragments[T, P]) put(o Object) {
	object, ok := o.(P)
	if i := f.index(o.ObjectName()); ok && i >= 0 {
		(*f.items)[i] = *object
		return
	}
	f.add(o)
}

func (f fragments[T, P]) delete(name string) {
	if i := f.index(name); i >= 0 {
		*f.items = slices.Delete(*f.items, i, i+1)
	}
}

func (f fragments[T, P]) sort() {
	items := *f.items
	sort.Slice(items, func(i, j int) bool { return f.order(&items[i], &items[j]) < 0 })
}

func (f fragments[T, P]) detach() { *f.items = slices.Clone(*f.items) }
