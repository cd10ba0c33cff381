package acctest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Attributes maps attribute name to its HCL expression.
type Attributes map[string]string

// With copies the attributes and replaces or adds one; an empty expression removes it.
func (a Attributes) With(name, expression string) Attributes {
	copied := maps.Clone(a)
	if expression == "" {
		delete(copied, name)
	} else {
		copied[name] = expression
	}
	return copied
}

// Resource is the HCL block of a resource "TYPE" "test".
func (a Attributes) Resource(kind string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "resource %q \"test\" {\n", kind)
	for _, name := range slices.Sorted(maps.Keys(a)) {
		fmt.Fprintf(&b, "  %s = %s\n", name, a[name])
	}
	b.WriteString("}\n")
	return b.String()
}
