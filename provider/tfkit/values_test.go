package tfkit_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func TestAbsence(t *testing.T) {
	t.Parallel()
	null, empty, set, unknown := types.StringNull(), types.StringValue(""), types.StringValue("x"), types.StringUnknown()
	for _, test := range []struct {
		old  types.String
		s    string
		want types.String
	}{
		{null, "", null},
		{unknown, "", null},
		{empty, "", empty}, // the user wrote it, and it means the same
		{set, "", null},    // removed behind Terraform's back
		{null, "x", set},
		{empty, "x", set},
	} {
		if got := tfkit.StringOrNull(test.old, test.s); !got.Equal(test.want) {
			t.Errorf("StringOrNull(%s, %q) = %s, want %s", test.old, test.s, got, test.want)
		}
	}
	if got := tfkit.Int64OrNull(types.Int64Null(), 0); !got.IsNull() {
		t.Errorf("Int64OrNull(null, 0) = %s, want null", got)
	}
	if got := tfkit.Int64OrNull(types.Int64Value(0), 0); got.IsNull() {
		t.Error("Int64OrNull(0, 0) is null, want 0")
	}
	if tfkit.StringPointer(unknown) != nil || tfkit.StringPointer(null) != nil {
		t.Error("StringPointer of an absent string is not nil")
	}
	if p := tfkit.StringPointer(empty); p == nil || *p != "" {
		t.Error("StringPointer of an empty string does not point to one")
	}
	if !tfkit.BoolOr(types.BoolUnknown(), true) || tfkit.BoolOr(types.BoolValue(false), true) {
		t.Error("BoolOr takes the fallback for a value, or a value for absence")
	}
}

func TestCollectionsFromTerraform(t *testing.T) {
	t.Parallel()
	list := types.ListValueMust(types.StringType, []attr.Value{types.StringValue("a"), types.StringUnknown(), types.StringValue("c")})
	if diff := cmp.Diff([]string{"a", "", "c"}, tfkit.Strings(list)); diff != "" {
		t.Error("an unknown element moves the others:", diff)
	}
	for _, absent := range []types.List{types.ListNull(types.StringType), types.ListUnknown(types.StringType)} {
		if got := tfkit.Strings(absent); got == nil || len(got) != 0 {
			t.Errorf("Strings(%s) = %#v, want an empty list", absent, got)
		}
	}
	m := types.MapValueMust(types.StringType, map[string]attr.Value{"a": types.StringValue("1"), "b": types.StringUnknown()})
	if diff := cmp.Diff(map[string]string{"a": "1"}, tfkit.StringMap(m)); diff != "" {
		t.Error(diff)
	}
	if got := tfkit.StringMap(types.MapUnknown(types.StringType)); got == nil || len(got) != 0 {
		t.Errorf("StringMap(unknown) = %#v, want an empty map", got)
	}
	params := map[string][]string{"module": {"a", "b"}, "none": {}}
	if diff := cmp.Diff(params, tfkit.StringListMap(tfkit.MapOfStringLists(params))); diff != "" {
		t.Error(diff)
	}
	if tfkit.MapOfStrings(nil).IsNull() || tfkit.StringList(nil).IsNull() || tfkit.MapOfStringLists(nil).IsNull() {
		t.Error("nil becomes null, want empty")
	}
}

func TestSecret(t *testing.T) {
	t.Parallel()
	if tfkit.Secret(types.StringNull(), types.Int64Null()) != nil || tfkit.Secret(types.StringUnknown(), types.Int64Unknown()) != nil {
		t.Error("an absent secret is not nil")
	}
	if diff := cmp.Diff(&spec.Secret{Value: "s", Version: 2}, tfkit.Secret(types.StringValue("s"), types.Int64Value(2))); diff != "" {
		t.Error(diff)
	}
	if got := tfkit.SecretVersion(&spec.Secret{File: "f"}); !got.IsNull() {
		t.Errorf("the version of a secret without one is %s, want null", got)
	}
	if got := tfkit.SecretVersion(&spec.Secret{Version: 3}); got.ValueInt64() != 3 {
		t.Errorf("SecretVersion = %s, want 3", got)
	}
}
