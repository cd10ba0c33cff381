package tfkit

import (
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Typed is a schema that knows the type of each of its attributes. Every
// schema of the framework does.
type Typed interface {
	Type() attr.Type
}

// FieldPath finds the attribute that a spec.FieldError's path means, for
// example metric_relabel[0].regex, targets[0] or labels.team. A secret's path,
// such as basic_auth.password, leads to its write-only attribute. What the
// schema does not have leads to the nearest attribute above.
func FieldPath(schema Typed, field string) path.Path {
	p := path.Empty()
	t := schema.Type()
	for field != "" {
		next, elem, rest, ok := step(p, t, field)
		if !ok {
			return p
		}
		p, t, field = next, elem, rest
	}
	return p
}

// step goes one step down from the value of type t at p.
func step(p path.Path, t attr.Type, field string) (path.Path, attr.Type, string, bool) {
	if index, rest, ok := cutIndex(field); ok {
		list, isList := t.(types.ListType)
		if !isList {
			return p, nil, "", false
		}
		return p.AtListIndex(index), list.ElementType(), rest, true
	}
	switch t := t.(type) {
	case types.MapType:
		key, rest := cutKey(field, t.ElementType())
		return p.AtMapKey(key), t.ElementType(), rest, true
	case attr.TypeWithAttributeTypes:
		name, rest := cutName(field)
		for _, attribute := range []string{name, name + "_wo"} {
			if elem, ok := t.AttributeTypes()[attribute]; ok {
				return p.AtName(attribute), elem, rest, true
			}
		}
	}
	return p, nil, "", false
}

// cutIndex cuts a leading [n].
func cutIndex(field string) (int, string, bool) {
	if !strings.HasPrefix(field, "[") {
		return 0, field, false
	}
	number, rest, ok := strings.Cut(field[1:], "]")
	n, err := strconv.Atoi(number)
	return n, strings.TrimPrefix(rest, "."), ok && err == nil
}

// cutName cuts an attribute name.
func cutName(field string) (string, string) {
	end := strings.IndexAny(field, ".[")
	if end < 0 {
		return field, ""
	}
	return field[:end], strings.TrimPrefix(field[end:], ".")
}

// cutKey cuts a map key, which may have dots in it.
func cutKey(field string, elem attr.Type) (string, string) {
	if _, leaf := elem.(types.ListType); !leaf {
		return field, ""
	}
	if end := strings.LastIndex(field, "["); end > 0 {
		return field[:end], field[end:]
	}
	return field, ""
}
