package spec

import (
	"fmt"
	"reflect"
	"strings"
)

// What is true of a field of a receiver is written once, beside the field: its
// JSON name, which is also the name of the attribute and of Alertmanager's own
// field, and in the tag "is" what a sound value is (see checkFields). The
// functions here read that.

// WireName is the JSON name of a struct field, empty for one that does not go
// over the wire. An optional field is left out where it is zero: that is absence.
func WireName(f reflect.StructField) (name string, optional bool) {
	name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name, options == "omitempty" || options == "omitzero"
}

// field is one field of an object, however deep it lies; an element of a list
// of structs counts as one, without a tag.
type field struct {
	path     string
	value    reflect.Value
	tag      reflect.StructTag
	optional bool
}

var secretType = reflect.TypeFor[*Secret]()

// visitFields calls visit for every field below v, a field before those in it.
// It goes through pointers, embedded structs and lists, but not into secrets.
func visitFields(v reflect.Value, path string, visit func(field)) {
	switch {
	case v.Type() == secretType:
	case v.Kind() == reflect.Pointer:
		if !v.IsNil() {
			visitFields(v.Elem(), path, visit)
		}
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct:
		for i := range v.Len() {
			element := field{path: fmt.Sprintf("%s[%d]", path, i), value: v.Index(i)}
			visit(element)
			visitFields(element.value, element.path, visit)
		}
	case v.Kind() == reflect.Struct:
		for _, f := range reflect.VisibleFields(v.Type()) {
			if name, optional := WireName(f); name != "" {
				member := field{below(path, name), v.FieldByIndex(f.Index), f.Tag, optional}
				visit(member)
				visitFields(member.value, member.path, visit)
			}
		}
	}
}

// below joins two parts of a path, of which either may be empty.
func below(path, name string) string {
	if path == "" || name == "" {
		return path + name
	}
	return path + "." + name
}

// secretsIn are the secrets that are set below v, by path.
func secretsIn(v any) map[string]*Secret {
	secrets := map[string]*Secret{}
	visitFields(reflect.ValueOf(v), "", func(f field) {
		if secret, ok := f.value.Interface().(*Secret); ok && secret != nil {
			secrets[f.path] = secret
		}
	})
	return secrets
}

// fillCollections makes nil lists and maps below v empty, but for optional ones.
func fillCollections(v any) {
	visitFields(reflect.ValueOf(v), "", func(f field) {
		kind := f.value.Kind()
		switch {
		case f.optional:
		case kind == reflect.Slice && f.value.IsNil():
			f.value.Set(reflect.MakeSlice(f.value.Type(), 0, 0))
		case kind == reflect.Map && f.value.IsNil():
			f.value.Set(reflect.MakeMap(f.value.Type()))
		}
	})
}
