package tfkit

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func TestWarnFields(t *testing.T) {
	t.Parallel()
	about := Subject{Noun: `dashboard "overview"`, Schema: schema.Schema{Attributes: map[string]schema.Attribute{"config_json": schema.StringAttribute{}}}}
	got := warnFields(about, spec.FieldErrors{
		{Path: "config_json.panels[0]", Message: `panel "CPU" overlaps`, Hint: "Move it."},
		{Message: "it is large"},
	})
	if got.HasError() || len(got) != 2 {
		t.Fatal(got)
	}
	at, ok := got[0].(diag.DiagnosticWithPath)
	if !ok || !at.Path().Equal(path.Root("config_json")) {
		t.Errorf("%v is not on config_json", got[0])
	}
	if got[0].Summary() != `Dashboard "overview": panel "CPU" overlaps` || got[0].Detail() != "Move it." {
		t.Errorf("%s: %s", got[0].Summary(), got[0].Detail())
	}
	if got[1].Summary() != `Dashboard "overview": it is large` {
		t.Error(got[1].Summary())
	}
}
