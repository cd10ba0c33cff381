package tfkit_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func TestFieldPath(t *testing.T) {
	t.Parallel()
	s := schema.Schema{Attributes: map[string]schema.Attribute{
		"targets": schema.ListAttribute{ElementType: types.StringType},
		"labels":  schema.MapAttribute{ElementType: types.StringType},
		"params":  schema.MapAttribute{ElementType: types.ListType{ElemType: types.StringType}},
		"basic_auth": schema.SingleNestedAttribute{Attributes: map[string]schema.Attribute{
			"password_wo": schema.StringAttribute{},
		}},
		"bearer_token_wo": schema.StringAttribute{},
		"metric_relabel": schema.ListNestedAttribute{NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"regex":         schema.StringAttribute{},
			"source_labels": schema.ListAttribute{ElementType: types.StringType},
		}}},
	}}
	relabel := path.Root("metric_relabel").AtListIndex(2)
	for field, want := range map[string]path.Path{
		"":                                   path.Empty(),
		"targets":                            path.Root("targets"),
		"targets[0]":                         path.Root("targets").AtListIndex(0),
		"labels.team":                        path.Root("labels").AtMapKey("team"),
		"labels.with.dots[0]":                path.Root("labels").AtMapKey("with.dots[0]"),
		"params.module[1]":                   path.Root("params").AtMapKey("module").AtListIndex(1),
		"params.module":                      path.Root("params").AtMapKey("module"),
		"basic_auth.password":                path.Root("basic_auth").AtName("password_wo"),
		"bearer_token":                       path.Root("bearer_token_wo"),
		"metric_relabel[2].regex":            relabel.AtName("regex"),
		"metric_relabel[2].source_labels[3]": relabel.AtName("source_labels").AtListIndex(3),
		"metric_relabel[x].regex":            path.Root("metric_relabel"),
		"metric_relabel[2].nosuch":           relabel,
		"nosuch":                             path.Empty(),
		"basic_auth[0]":                      path.Root("basic_auth"),
	} {
		if got := tfkit.FieldPath(s, field); !got.Equal(want) {
			t.Errorf("FieldPath(%q) = %s, want %s", field, got, want)
		}
	}
}
