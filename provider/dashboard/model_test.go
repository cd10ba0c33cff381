package dashboard

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	minimal := spec.Dashboard{Stack: "production", Name: "overview", ConfigJSON: `{"title":"x"}`, Annotate: true}
	spec.WithDefaults(&minimal)
	full := spec.Dashboard{Stack: "production", Name: "overview", Folder: "Platform", ConfigJSON: `{}`, UIEdits: "keep", Lint: "off", Version: 3}
	for name, want := range map[string]spec.Dashboard{"minimal": minimal, "full": full} {
		var m model
		m.FromSpec(want)
		if diff := cmp.Diff(want, m.ToSpec()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAbsentAttributes(t *testing.T) {
	t.Parallel()
	want := spec.Dashboard{Name: "x", UIEdits: "report", Lint: "warn", Annotate: true}
	unknown := model{
		Folder: types.StringUnknown(), UIEdits: types.StringUnknown(), Lint: types.StringUnknown(), Annotate: types.BoolUnknown(),
		URL: types.StringUnknown(), Version: types.Int64Unknown(),
	}
	for name, m := range map[string]model{"null": {}, "unknown": unknown} {
		m.Name = types.StringValue("x")
		if diff := cmp.Diff(want, m.ToSpec()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// An observation without the text is complete while the text is the known one.
func TestIncomplete(t *testing.T) {
	t.Parallel()
	m := model{ConfigJSON: jsonString(`{"title": "x"}`)}
	m.FromSpec(spec.Dashboard{Name: "x", ConfigSHA256: sum(`{"title": "x"}`)})
	if m.Incomplete() || m.ConfigJSON.ValueString() != `{"title": "x"}` {
		t.Errorf("the known text becomes %s", m.ConfigJSON.ValueString())
	}
	m.FromSpec(spec.Dashboard{Name: "x", ConfigSHA256: sum(`{"title": "y"}`)})
	if !m.Incomplete() {
		t.Errorf("another text is taken for the known one, %s", m.ConfigJSON.ValueString())
	}
	m.Complete(spec.Dashboard{ConfigJSON: `{"title": "y"}`})
	if m.Incomplete() || m.ConfigJSON.ValueString() != `{"title": "y"}` {
		t.Errorf("completed, it is %s", m.ConfigJSON.ValueString())
	}
}

// What the framework logs of every comparison does not hold whole dashboards.
func TestLogsAreShort(t *testing.T) {
	t.Parallel()
	for value, want := range map[jsonValue]string{
		jsonString(`{"title": "x"}`): "a dashboard of 14 bytes",
		jsonNull():                   "<null>",
	} {
		if got := value.String(); got != want {
			t.Errorf("%q is logged as %q, want %q", value.ValueString(), got, want)
		}
	}
}

// Where a deleted dashboard will be again is known.
func TestDeletedKeepsURL(t *testing.T) {
	t.Parallel()
	m := model{URL: types.StringValue("http://127.0.0.1:3000/d/x")}
	m.FromSpec(spec.Dashboard{Name: "x"})
	if m.URL.ValueString() != "http://127.0.0.1:3000/d/x" || m.Version.ValueInt64() != 0 {
		t.Errorf("url %s, version %s", m.URL, m.Version)
	}
}

func TestSemanticEquality(t *testing.T) {
	t.Parallel()
	a := jsonString(`{"title": "x", "tags": ["a", "b"]}`)
	for text, want := range map[string]bool{
		`{"tags":["a","b"],"title":"x"}`:                    true,
		`{"tags":["a","b"],"title":"x","id":7,"version":3}`: true,
		`{"tags":["a","b"],"title":"x","editable":true}`:    true,
		`{"tags":["a","b"],"title":"y"}`:                    false,
		`{"tags":["a","b"],"title":"x","refresh":"5s"}`:     false,
		`{"title":"x"`: false,
	} {
		if got, diags := a.StringSemanticEquals(t.Context(), jsonString(text)); got != want || diags.HasError() {
			t.Errorf("%s: %t, want %t (%v)", text, got, want, diags)
		}
	}
	if a.Equal(jsonString(`{"tags":["a","b"],"title":"x"}`)) {
		t.Error("two texts are one value")
	}
}
