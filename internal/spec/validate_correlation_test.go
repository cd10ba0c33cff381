package spec_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func soundCorrelation() spec.Correlation {
	c := spec.Correlation{
		Stack: "production", Name: "node-down", SourceMatchers: []string{`alertname="NodeDown"`},
		TargetMatchers: []string{`alertname!="NodeDown"`, `instance!=""`}, Equal: []string{"instance"},
	}
	spec.WithDefaults(&c)
	return c
}

func soundDependency() spec.Correlation {
	c := spec.Correlation{Stack: "production", Name: "database", Dependency: &spec.Dependency{
		Cause: "DatabaseDown", Effects: []string{"ApiErrors", "ApiSlow"}, On: []string{"cluster"},
	}}
	spec.WithDefaults(&c)
	return c
}

func dependency(name string) *spec.Correlation {
	c := soundDependency()
	c.Name = name
	return &c
}

func TestSoundCorrelations(t *testing.T) {
	sides := func(source, target string) func(*spec.Correlation) {
		return func(c *spec.Correlation) { c.SourceMatchers, c.TargetMatchers = []string{source}, []string{target} }
	}
	accept(t, soundCorrelation, map[string]func(*spec.Correlation){
		"matchers":              func(*spec.Correlation) {},
		"wherever":              func(c *spec.Correlation) { c.Equal = []string{} },
		"other values":          sides(`severity="critical"`, `severity=~"warning|info"`),
		"everything else":       sides(`severity="critical"`, `severity!="critical"`),
		"the opposite":          sides(`alertname=~"Db.*"`, `alertname!~"Db.*"`),
		"without the label":     sides(`team!=""`, `team=""`),
		"regex leaves it out":   sides(`severity="critical"`, `severity!~"critical|page"`),
		"among several":         sides(`a="b",severity="critical"`, `c="d",severity="info"`),
		"one of several values": sides(`severity=~"critical|page"`, `severity=~"warning|info"`),
	})
	accept(t, soundDependency, map[string]func(*spec.Correlation){
		"dependency": func(*spec.Correlation) {},
		"wherever":   func(c *spec.Correlation) { c.Dependency.On = []string{} },
		"with words": func(c *spec.Correlation) { c.Dependency.Cause = `Database "a" down` },
	})
}

func TestCorrelationMistakes(t *testing.T) {
	own := func(source, target string) mistake[spec.Correlation] {
		return mistake[spec.Correlation]{
			"its own sources: " + source + " and " + target,
			func(c *spec.Correlation) { c.SourceMatchers, c.TargetMatchers = []string{source}, []string{target} },
			"target_matchers", `it may mute its own sources`,
		}
	}
	try(t, soundCorrelation, []mistake[spec.Correlation]{
		own(`severity="critical"`, `severity="critical"`),
		own(`severity="critical"`, `severity=~"critical|warning"`),
		own(`severity="critical"`, `team="db"`),
		own(`alertname="NodeDown"`, `instance!=""`),
		own(`alertname=~"Db.*"`, `alertname!="DbDown"`),
		{"bad stack", func(c *spec.Correlation) { c.Stack = "" }, "stack", "is not a stack name"},
		{"slash in name", func(c *spec.Correlation) { c.Name = "a/b" }, "name", "is not a name for a correlation"},
		{"reserved name", func(c *spec.Correlation) { c.Name = "opp-severity-critical" }, "name", `begin with "opp-"`},
		{"no source", func(c *spec.Correlation) { c.SourceMatchers = nil }, "source_matchers", "does not say while which alerts fire"},
		{"no target", func(c *spec.Correlation) { c.TargetMatchers = nil }, "target_matchers", "does not say which alerts it mutes"},
		{"any source", func(c *spec.Correlation) { c.SourceMatchers = []string{`a=~".*"`} }, "source_matchers", "does not say"},
		{"source", func(c *spec.Correlation) { c.SourceMatchers = []string{"x"} }, "source_matchers[0]", "is not a matcher"},
		{"target", func(c *spec.Correlation) { c.TargetMatchers = []string{`a="b"`, "x"} }, "target_matchers[1]", "is not a matcher"},
		{"impossible source", func(c *spec.Correlation) { c.SourceMatchers = []string{`a="b"`, `a="c"`} }, "source_matchers", "no alert can fit"},
		{"impossible target", func(c *spec.Correlation) { c.TargetMatchers = []string{`a="b"`, `a!="b"`} }, "target_matchers", "no alert can fit"},
		{"label", func(c *spec.Correlation) { c.Equal = []string{"a", "b-c"} }, "equal[1]", `"b-c" is not a label name`},
		{"label twice", func(c *spec.Correlation) { c.Equal = []string{"a", "a"} }, "equal[1]", "listed twice"},
		{"twice", func(c *spec.Correlation) { c.Dependency = &spec.Dependency{Cause: "A", Effects: []string{"B"}} }, "dependency", "says twice"},
	})
	try(t, soundDependency, []mistake[spec.Correlation]{
		{"no cause", func(c *spec.Correlation) { c.Dependency.Cause = "" }, "dependency.cause", "is empty"},
		{"no effects", func(c *spec.Correlation) { c.Dependency.Effects = nil }, "dependency.effects", "mutes nothing"},
		{"empty effect", func(c *spec.Correlation) { c.Dependency.Effects = []string{"A", ""} }, "dependency.effects[1]", "is empty"},
		{"effect twice", func(c *spec.Correlation) { c.Dependency.Effects = []string{"A", "A"} }, "dependency.effects[1]", "listed twice"},
		{"the cause itself", func(c *spec.Correlation) { c.Dependency.Effects = []string{"A", "DatabaseDown"} }, "dependency.effects[1]", `would mute its own cause "DatabaseDown"`},
		{"label", func(c *spec.Correlation) { c.Dependency.On = []string{"b-c"} }, "dependency.on[0]", `"b-c" is not a label name`},
	})
}

func TestInhibitions(t *testing.T) {
	quoted := dependency("quoted")
	quoted.Dependency.Effects = []string{`a.b|c"`, "d"}
	one := dependency("one")
	one.Dependency.Effects = []string{"ApiSlow"}
	by := soundCorrelation()
	state := stateOf(quoted, one, &by)
	var got [][]string
	for _, i := range state.Inhibitions() {
		got = append(got, append(append(append([]string{i.Name}, i.Source...), i.Target...), i.Equal...))
	}
	if diff := cmp.Diff([][]string{
		{"opp-severity-critical", `severity="critical"`, `severity=~"warning|info"`, `instance!=""`, "alertname", "instance"},
		{"opp-severity-warning", `severity="warning"`, `severity="info"`, `instance!=""`, "alertname", "instance"},
		{"node-down", `alertname="NodeDown"`, `alertname!="NodeDown"`, `instance!=""`, "instance"},
		{"one", `alertname="DatabaseDown"`, `alertname="ApiSlow"`, "cluster"},
		{"quoted", `alertname="DatabaseDown"`, `alertname=~"a\\.b\\|c\"|d"`, "cluster"},
	}, got); diff != "" {
		t.Error(diff)
	}
	state.Stack.Alertmanager.SeverityInhibition = false
	if n := len(state.Inhibitions()); n != 3 {
		t.Errorf("%d inhibitions, want 3", n)
	}
}

// The stack's own inhibitions keep the rules of users' ones.
func TestSeverityInhibitionsAreSound(t *testing.T) {
	state := stateOf()
	for _, i := range state.Inhibitions() {
		c := spec.Correlation{Stack: "production", Name: "x", SourceMatchers: i.Source, TargetMatchers: i.Target, Equal: i.Equal}
		if errs := c.Validate(); len(errs) > 0 {
			t.Errorf("%s: %v", i.Name, errs)
		}
	}
}
