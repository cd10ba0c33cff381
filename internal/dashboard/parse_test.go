package dashboard_test

import (
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/dashboard"
)

func TestParseRefuses(t *testing.T) {
	tests := map[string]struct{ text, want string }{
		"nothing":             {" \n", "it is empty"},
		"missing comma":       {"{\n  \"title\": \"a\"\n  \"panels\": []\n}", "line 3, column 3: invalid character '\"'"},
		"first line":          {`{"a": tru}`, "line 1, column 10"},
		"cut off":             {"{\n\"title\": \"a\",\n\"panels\": [", "line 3, column 12: it ends too early"},
		"trailing data":       {"{\"title\": \"a\"}\n\n  {}", "line 3, column 3: something follows"},
		"trailing brace":      {`{"title": "a"}}`, "line 1, column 15: something follows"},
		"a list":              {`[{"title": "a"}]`, "it is a list, not an object"},
		"null":                {`null`, "it is null, not an object"},
		"a string":            {`"{}"`, "it is a string"},
		"v2":                  {`{"title": "a", "elements": {}, "layout": {}}`, `"elements"`},
		"v2 resource":         {`{"apiVersion": "dashboard.grafana.app/v2beta1", "kind": "Dashboard", "spec": {"elements": {}}}`, `model "Classic"`},
		"v1 resource":         {`{"apiVersion": "dashboard.grafana.app/v1beta1", "kind": "Dashboard", "spec": {"title": "a"}}`, `use what is under "spec"`},
		"kind without a list": {`{"kind": "Dashboard", "spec": {"title": "a"}}`, `Kubernetes-style`},
		"answer of the API":   {`{"meta": {}, "dashboard": {"title": "a"}}`, `use what is under "dashboard"`},
		"panels are a number": {`{"panels": 5}`, "panels is a number, not a list"},
		"a panel is null":     {`{"panels": [{}, null]}`, "panels[1] is null, not an object"},
		"inner panel":         {`{"panels": [{}, {"panels": [{}, "x"]}]}`, "panels[1].panels[1] is a string, not an object"},
		"inner panels":        {`{"panels": [{"panels": {}}]}`, "panels[0].panels is an object, not a list"},
		"old row":             {`{"rows": [true]}`, "rows[0] is true or false, not an object"},
		"panel of an old row": {`{"rows": [{"panels": [[]]}]}`, "rows[0].panels[0] is a list, not an object"},
		"templating":          {`{"templating": []}`, "templating is a list, not an object"},
		"a variable":          {`{"templating": {"list": [1]}}`, "templating.list[0] is a number, not an object"},
		"annotations":         {`{"annotations": {"list": {}}}`, "annotations.list is an object, not a list"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := dashboard.Parse(test.text)
			if err == nil {
				t.Fatal("accepted")
			}
			if !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "cannot ") {
				t.Errorf("got %q, want %q", err, test.want)
			}
		})
	}
}

func TestParseAccepts(t *testing.T) {
	for _, text := range []string{
		`{}`,
		" \n{\"title\": \"a\"}\n\t ",
		`{"panels": null, "rows": null, "templating": null, "annotations": {"list": null}}`,
		// A key that only looks like another model.
		`{"title": "a", "kind": "x", "panels": []}`,
		`{"title": "a", "panels": [], "dashboard": {}}`,
	} {
		if _, err := dashboard.Parse(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestTitleAndUID(t *testing.T) {
	d := parse(t, `{"title": "A", "uid": "b"}`)
	if d.Title() != "A" || d.UID() != "b" {
		t.Errorf("got %q, %q", d.Title(), d.UID())
	}
	if d := parse(t, `{"title": 5, "uid": null}`); d.Title() != "" || d.UID() != "" {
		t.Errorf("got %q, %q", d.Title(), d.UID())
	}
}
