package tfkit

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Conversions from Terraform treat null and unknown alike, as absent: callers
// that must know about unknown values ask for them before (see decode).
// Conversions to Terraform never give an unknown value.

// StringOrNull is s for an attribute without default. Absence, "" in a spec, is
// null unless the user wrote the empty string: then old is "" and stays.
func StringOrNull(old types.String, s string) types.String {
	if s == "" && !old.Equal(types.StringValue("")) {
		return types.StringNull()
	}
	return types.StringValue(s)
}

// Int64OrNull is n for an attribute without default; 0 is null unless the user
// wrote it.
func Int64OrNull(old types.Int64, n int64) types.Int64 {
	if n == 0 && !old.Equal(types.Int64Value(0)) {
		return types.Int64Null()
	}
	return types.Int64Value(n)
}

// StringPointer is nil for an absent string, unlike types.String.ValueStringPointer,
// which makes an unknown string empty.
func StringPointer(s types.String) *string {
	if s.IsNull() || s.IsUnknown() {
		return nil
	}
	v := s.ValueString()
	return &v
}

// BoolOr is the value of b, and fallback if it is absent.
func BoolOr(b types.Bool, fallback bool) bool {
	if b.IsNull() || b.IsUnknown() {
		return fallback
	}
	return b.ValueBool()
}

// Int64Or is the value of n, and fallback if it is absent.
func Int64Or(n types.Int64, fallback int64) int64 {
	if n.IsNull() || n.IsUnknown() {
		return fallback
	}
	return n.ValueInt64()
}

// StringOr is the value of s, and fallback if it is absent or empty.
func StringOr(s types.String, fallback string) string {
	if s.ValueString() == "" {
		return fallback
	}
	return s.ValueString()
}

// Strings are the elements of a list of strings, never nil. Elements that are
// absent are empty, so that positions stay.
func Strings(list types.List) []string {
	elements := list.Elements()
	values := make([]string, len(elements))
	for i, e := range elements {
		values[i] = text(e)
	}
	return values
}

// StringsOrNil are the elements of a list of strings, nil if it is absent, for
// attributes in which an empty list means something else than none.
func StringsOrNil(list types.List) []string {
	if list.IsNull() || list.IsUnknown() {
		return nil
	}
	return Strings(list)
}

// StringListOrNull makes a list of strings, null for nil.
func StringListOrNull(values []string) types.List {
	if values == nil {
		return types.ListNull(types.StringType)
	}
	return StringList(values)
}

// StringList makes a list of strings, empty for nil.
func StringList(values []string) types.List {
	elements := make([]attr.Value, len(values))
	for i, v := range values {
		elements[i] = types.StringValue(v)
	}
	return types.ListValueMust(types.StringType, elements)
}

// StringMap are the elements of a map of strings, never nil. Elements that are
// absent are left out.
func StringMap(m types.Map) map[string]string {
	values := map[string]string{}
	for k, e := range m.Elements() {
		if !e.IsNull() && !e.IsUnknown() {
			values[k] = text(e)
		}
	}
	return values
}

// MapOfStrings makes a map of strings, empty for nil.
func MapOfStrings(values map[string]string) types.Map {
	elements := make(map[string]attr.Value, len(values))
	for k, v := range values {
		elements[k] = types.StringValue(v)
	}
	return types.MapValueMust(types.StringType, elements)
}

// StringListMap are the elements of a map of lists of strings, never nil.
func StringListMap(m types.Map) map[string][]string {
	values := map[string][]string{}
	for k, e := range m.Elements() {
		if list, ok := e.(types.List); ok && !list.IsNull() && !list.IsUnknown() {
			values[k] = Strings(list)
		}
	}
	return values
}

// MapOfStringLists makes a map of lists of strings, empty for nil.
func MapOfStringLists(values map[string][]string) types.Map {
	elements := make(map[string]attr.Value, len(values))
	for k, v := range values {
		elements[k] = StringList(v)
	}
	return types.MapValueMust(types.ListType{ElemType: types.StringType}, elements)
}

// Secret joins a write-only value and its version; nil if both are absent.
func Secret(value types.String, version types.Int64) *spec.Secret {
	if value.ValueString() == "" && version.ValueInt64() == 0 {
		return nil
	}
	return &spec.Secret{Value: value.ValueString(), Version: version.ValueInt64()}
}

// SecretVersion is what state keeps of a secret: the version the user gave it,
// null for none.
func SecretVersion(s *spec.Secret) types.Int64 {
	if s == nil || s.Version == 0 {
		return types.Int64Null()
	}
	return types.Int64Value(s.Version)
}

func text(v attr.Value) string {
	s, ok := v.(types.String)
	if !ok {
		return ""
	}
	return s.ValueString()
}
