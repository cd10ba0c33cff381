package tfkit

import (
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// StructOf makes a struct of a nested attribute (see Nested), nil of an absent
// one.
func StructOf[T any](object types.Object) *T {
	if object.IsNull() || object.IsUnknown() {
		return nil
	}
	s := new(T)
	readStruct(reflect.ValueOf(s).Elem(), object.Attributes())
	return s
}

// ObjectOf makes a nested attribute (see Nested) of a struct, null of nil. What
// the attribute was before decides between null and "" (see StringOrNull).
func ObjectOf[T any](old types.Object, s *T) types.Object {
	if s == nil {
		return types.ObjectNull(nestedTypes(reflect.TypeFor[T]()))
	}
	return writeStruct(old.Attributes(), reflect.ValueOf(s).Elem())
}

func readStruct(to reflect.Value, attributes map[string]attr.Value) {
	for _, f := range reflect.VisibleFields(to.Type()) {
		name, _ := spec.WireName(f)
		if name == "" {
			continue
		}
		field := to.FieldByIndex(f.Index)
		if f.Type == secretType {
			value, version := secretNames(name)
			text, _ := attributes[value].(types.String)
			number, _ := attributes[version].(types.Int64)
			field.Set(reflect.ValueOf(Secret(text, number)))
			continue
		}
		readValue(field, attributes[name])
	}
}

// readValue leaves absent values zero.
func readValue(to reflect.Value, value attr.Value) {
	if value == nil || value.IsNull() || value.IsUnknown() {
		return
	}
	if to.Kind() == reflect.Pointer {
		to.Set(reflect.New(to.Type().Elem()))
		to = to.Elem()
	}
	switch v := value.(type) {
	case types.String:
		to.SetString(v.ValueString())
	case types.Bool:
		to.SetBool(v.ValueBool())
	case types.Int64:
		to.SetInt(v.ValueInt64())
	case types.Object:
		readStruct(to, v.Attributes())
	case types.List:
		to.Set(reflect.MakeSlice(to.Type(), len(v.Elements()), len(v.Elements())))
		for i, e := range v.Elements() {
			readValue(to.Index(i), e)
		}
	case types.Map:
		to.Set(reflect.MakeMap(to.Type()))
		for key, text := range StringMap(v) {
			to.SetMapIndex(reflect.ValueOf(key), reflect.ValueOf(text).Convert(to.Type().Elem()))
		}
	}
}

func writeStruct(old map[string]attr.Value, from reflect.Value) types.Object {
	attributes := map[string]attr.Value{}
	for _, f := range reflect.VisibleFields(from.Type()) {
		name, optional := spec.WireName(f)
		if name == "" {
			continue
		}
		field := from.FieldByIndex(f.Index)
		if secret, ok := field.Interface().(*spec.Secret); ok {
			value, version := secretNames(name)
			attributes[value], attributes[version] = types.StringNull(), SecretVersion(secret)
			continue
		}
		attributes[name] = writeValue(old[name], field, optional)
	}
	return types.ObjectValueMust(nestedTypes(from.Type()), attributes)
}

// writeValue is null for what is absent: a nil pointer, and what is zero where
// the field is optional.
func writeValue(old attr.Value, from reflect.Value, optional bool) attr.Value {
	switch from.Kind() {
	case reflect.Pointer:
		if from.IsNil() {
			return nullOf(from.Type().Elem())
		}
		return writeValue(old, from.Elem(), false)
	case reflect.Struct:
		before, _ := old.(types.Object)
		return writeStruct(before.Attributes(), from)
	case reflect.Slice:
		before, _ := old.(types.List)
		elements := make([]attr.Value, from.Len())
		for i := range elements {
			var beforeElement attr.Value
			if i < len(before.Elements()) {
				beforeElement = before.Elements()[i]
			}
			elements[i] = writeValue(beforeElement, from.Index(i), false)
		}
		return types.ListValueMust(nestedType(from.Type().Elem()), elements)
	case reflect.Map:
		texts := map[string]string{}
		for key, value := range from.Seq2() {
			texts[key.String()] = value.String()
		}
		return MapOfStrings(texts)
	case reflect.String:
		before, _ := old.(types.String)
		if optional {
			return StringOrNull(before, from.String())
		}
		return types.StringValue(from.String())
	case reflect.Int64:
		before, _ := old.(types.Int64)
		if optional {
			return Int64OrNull(before, from.Int())
		}
		return types.Int64Value(from.Int())
	default:
		return types.BoolValue(from.Bool())
	}
}

// nullOf is the absent value of a type that a pointer may have.
func nullOf(t reflect.Type) attr.Value {
	switch t.Kind() {
	case reflect.Struct:
		return types.ObjectNull(nestedTypes(t))
	case reflect.String:
		return types.StringNull()
	default:
		return types.BoolNull()
	}
}
