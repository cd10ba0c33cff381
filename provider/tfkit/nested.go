package tfkit

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Where spec has many structs of many fields, such as the receivers of
// channels, their nested attributes are made of the structs. A field becomes the
// attribute of its JSON name:
//
//   - a text or a struct pointer is optional, or required where its tag "is" says so;
//   - a pointer to a text or boolean is optional, and null where it is nil;
//   - a boolean is false and a number is 0 by default, unless it is optional in JSON;
//   - a list or map is empty by default;
//   - a secret is a write-only attribute and its version.

// Docs describe the attributes of a struct by their paths, such as "fields.title".
type Docs map[string]string

// Nested is an optional attribute for the struct T of spec. Like the
// framework's own Must functions it panics if the docs do not fit T.
func Nested[T any](description string, docs Docs) schema.SingleNestedAttribute {
	used := map[string]bool{}
	attributes := nestedAttributes(reflect.TypeFor[T](), "", docs, used)
	for path := range docs {
		if !used[path] {
			panic(fmt.Sprintf("%s has no field %s to describe", reflect.TypeFor[T](), path))
		}
	}
	return schema.SingleNestedAttribute{MarkdownDescription: description, Optional: true, Attributes: attributes}
}

func nestedAttributes(t reflect.Type, path string, docs Docs, used map[string]bool) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for _, f := range reflect.VisibleFields(t) {
		name, optional := spec.WireName(f)
		if name == "" {
			continue
		}
		at := strings.TrimPrefix(path+"."+name, ".")
		description, ok := docs[at]
		if !ok {
			panic(fmt.Sprintf("%s.%s is not described", t, at))
		}
		used[at] = true
		required := strings.HasPrefix(f.Tag.Get("is"), "required")
		if f.Type == secretType {
			value, version := secretNames(name)
			attributes[value] = WriteOnly(description, required)
			attributes[version] = WriteOnlyVersion(value)
			continue
		}
		nested := func() map[string]schema.Attribute { return nestedAttributes(element(f.Type), at, docs, used) }
		attributes[name] = nestedAttribute(f.Type, description, required, optional, nested)
	}
	return attributes
}

func nestedAttribute(t reflect.Type, description string, required, optional bool, nested func() map[string]schema.Attribute) schema.Attribute {
	switch kind, of := t.Kind(), element(t).Kind(); {
	case kind == reflect.Pointer && of == reflect.Struct:
		return schema.SingleNestedAttribute{MarkdownDescription: description, Required: required, Optional: !required, Attributes: nested()}
	case kind == reflect.Slice && of == reflect.Struct:
		object := schema.NestedAttributeObject{Attributes: nested()}
		return schema.ListNestedAttribute{
			MarkdownDescription: description + " Defaults to `[]`.",
			Optional:            true,
			Computed:            true,
			Default:             listdefault.StaticValue(types.ListValueMust(object.Type(), nil)),
			NestedObject:        object,
			Validators:          []validator.List{listvalidator.NoNullValues()},
		}
	case kind == reflect.Slice:
		return OptionalStrings(description)
	case kind == reflect.Map:
		return OptionalMap(description)
	case of == reflect.String:
		return schema.StringAttribute{MarkdownDescription: description, Required: required, Optional: !required}
	case of == reflect.Int64 && (required || optional):
		return schema.Int64Attribute{MarkdownDescription: description, Required: required, Optional: !required}
	case of == reflect.Int64:
		return Int64(description, 0)
	case kind == reflect.Pointer:
		return schema.BoolAttribute{MarkdownDescription: description, Optional: true}
	default:
		return Bool(description, false)
	}
}

var secretType = reflect.TypeFor[*spec.Secret]()

// secretNames are the attributes of a secret: its value and its version.
func secretNames(name string) (value, version string) {
	value = strings.TrimSuffix(name, "_wo") + "_wo"
	return value, value + "_version"
}

// element is what a pointer, list or map is of; any other type is of itself.
func element(t reflect.Type) reflect.Type {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return t.Elem()
	default:
		return t
	}
}

// nestedTypes are the types of the attributes of a struct.
func nestedTypes(t reflect.Type) map[string]attr.Type {
	attributes := map[string]attr.Type{}
	for _, f := range reflect.VisibleFields(t) {
		switch name, _ := spec.WireName(f); {
		case name == "":
		case f.Type == secretType:
			value, version := secretNames(name)
			attributes[value], attributes[version] = types.StringType, types.Int64Type
		default:
			attributes[name] = nestedType(f.Type)
		}
	}
	return attributes
}

func nestedType(t reflect.Type) attr.Type {
	var of attr.Type
	switch element(t).Kind() {
	case reflect.Struct:
		of = types.ObjectType{AttrTypes: nestedTypes(element(t))}
	case reflect.String:
		of = types.StringType
	case reflect.Int64:
		of = types.Int64Type
	default:
		of = types.BoolType
	}
	switch t.Kind() {
	case reflect.Slice:
		return types.ListType{ElemType: of}
	case reflect.Map:
		return types.MapType{ElemType: of}
	default:
		return of
	}
}
