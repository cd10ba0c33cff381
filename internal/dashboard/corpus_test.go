package dashboard_test

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/dashboard"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/dashboard/dashboardtest"
)

// stackContext is what a dashboard finds in a stack with everything.
var stackContext = dashboard.Context{
	DataSources: map[string]string{"prometheus": "prometheus", "loki": "loki", "alertmanager": "alertmanager"},
	DefaultType: "prometheus",
}

// eachDashboard runs a test for every dashboard of the corpus.
func eachDashboard(t *testing.T, test func(t *testing.T, text string)) {
	t.Helper()
	all := dashboardtest.All()
	if len(all) < 30 {
		t.Fatalf("the corpus has only %d dashboards", len(all))
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) { test(t, all[name]) })
	}
}

func parse(t *testing.T, text string) *dashboard.Dashboard {
	t.Helper()
	d, err := dashboard.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The corpus has what people have.
func TestCorpusIsVaried(t *testing.T) {
	versions, features := []int{}, map[string]bool{}
	eachDashboard(t, func(t *testing.T, text string) {
		var model struct{ SchemaVersion float64 }
		if err := json.Unmarshal([]byte(text), &model); err != nil {
			t.Fatal(err)
		}
		versions = append(versions, int(model.SchemaVersion))
		for feature, form := range map[string]string{
			"row": `"type": *"row"`, "collapsed row": `"collapsed": *true`, "row of the old layout": `"rows": *\[`, "repeat": `"repeat": *"`,
			"variable": `"templating": *\{\s*"list": *\[\s*\{`, "annotation": `"annotations": *\{\s*"list": *\[\s*\{`,
			"library panel": `"libraryPanel": *\{`, "transformation": `"transformations": *\[\s*\{`, "old graph panel": `"type": *"graph"`,
		} {
			features[feature] = features[feature] || regexp.MustCompile(form).MatchString(text)
		}
	})
	for feature, there := range features {
		if !there {
			t.Errorf("no dashboard has a %s", feature)
		}
	}
	slices.Sort(versions)
	if different := slices.Compact(slices.Clone(versions)); !slices.Contains(different, 16) || !slices.Contains(different, 41) || len(different) < 12 {
		t.Errorf("schema versions %v, want many from 16 to 41", different)
	}
}

func TestCorpusHasNoErrors(t *testing.T) {
	eachDashboard(t, func(t *testing.T, text string) {
		for _, problem := range dashboard.Lint(parse(t, text), stackContext) {
			if problem.Severity == dashboard.Error {
				t.Errorf("%s: %s (%s)", problem.Path, problem.Message, problem.Hint)
			} else {
				t.Logf("%s: %s (%s)", problem.Path, problem.Message, problem.Hint)
			}
		}
	})
}

func TestCorpusIsEqualToWhatGrafanaReturns(t *testing.T) {
	eachDashboard(t, func(t *testing.T, text string) {
		want := parse(t, text)
		for name, saved := range map[string]string{
			"API":    dashboardtest.Saved(text, "some-uid", 7),
			"editor": dashboardtest.SavedByEditor(text, "some-uid", 8),
		} {
			have := parse(t, saved)
			if diff := dashboard.Diff(want, have); len(diff) > 0 {
				t.Errorf("%s: %s", name, strings.Join(diff, "\n"))
			}
			if diff := dashboard.Diff(have, want); len(diff) > 0 {
				t.Errorf("%s, the other way round: %s", name, strings.Join(diff, "\n"))
			}
			if !dashboard.Equal(text, saved) || !dashboard.Equal(saved, text) {
				t.Errorf("%s: not equal", name)
			}
		}
	})
}

func TestCanonicalIsStable(t *testing.T) {
	eachDashboard(t, func(t *testing.T, text string) {
		first := dashboard.Canonical(parse(t, text))
		if again := dashboard.Canonical(parse(t, string(first))); string(again) != string(first) {
			t.Errorf("canonical form of the canonical form differs:\n%s\n%s", first, again)
		}
		if !dashboard.Equal(text, string(first)) {
			t.Errorf("not equal to its canonical form: %s", dashboard.Diff(parse(t, text), parse(t, string(first))))
		}
		if saved := dashboard.Canonical(parse(t, dashboardtest.Saved(text, "u", 3))); string(saved) != string(first) {
			t.Errorf("what Grafana's API returns has another canonical form:\n%s\n%s", first, saved)
		}
	})
}

// No dashboard of the corpus is mistaken for another one.
func TestCorpusDiffers(t *testing.T) {
	all := dashboardtest.All()
	for a := range all {
		for b := range all {
			if a != b && dashboard.Equal(all[a], all[b]) {
				t.Errorf("%s equals %s", a, b)
			}
		}
	}
}
