package spec_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func soundRetention() spec.LogRetention {
	return spec.LogRetention{Stack: "production", Name: "audit", Selector: `{service="audit"}`, Period: "90d", Priority: 10}
}

func TestSoundLogRetentions(t *testing.T) {
	selector := func(text string) func(*spec.LogRetention) {
		return func(r *spec.LogRetention) { r.Selector = text }
	}
	accept(t, soundRetention, map[string]func(*spec.LogRetention){
		"everything":        func(*spec.LogRetention) {},
		"least":             func(r *spec.LogRetention) { r.Period, r.Priority = "24h", 0 },
		"minutes of a day":  func(r *spec.LogRetention) { r.Period = "1440m" },
		"composed":          func(r *spec.LogRetention) { r.Period = "1y2w3d" },
		"all operators":     selector(`{a="b", c!="d", e=~"f|g", h!~"i.*"}`),
		"spaces and commas": selector(`  { a = "b" , }  `),
		"raw string":        selector("{a=~`b\\d`}"),
		"brace in a value":  selector(`{a="}", b="|= \"x\""}`),
		"one that demands":  selector(`{a=~".*", b=~".+"}`),
	})
}

func TestLogRetentionMistakes(t *testing.T) {
	selector := func(text string) func(*spec.LogRetention) {
		return func(r *spec.LogRetention) { r.Selector = text }
	}
	period := func(text string) func(*spec.LogRetention) {
		return func(r *spec.LogRetention) { r.Period = text }
	}
	const pipeline = "line filter or a pipeline"
	try(t, soundRetention, []mistake[spec.LogRetention]{
		{"bad stack", func(r *spec.LogRetention) { r.Stack = "Prod" }, "stack", "is not a stack name"},
		{"bad name", func(r *spec.LogRetention) { r.Name = "a b" }, "name", "is not a name for a log retention"},
		{"no selector", selector(""), "selector", "is empty"},
		{"line filter", selector(`{a="b"} |= "c"`), "selector", pipeline},
		{"negative line filter", selector(`{a="b"} != "c"`), "selector", pipeline},
		{"regex line filter", selector(`{a="b"}|~"c"`), "selector", pipeline},
		{"pattern line filter", selector(`{a="b"} !> "c"`), "selector", pipeline},
		{"parser", selector(`{a="b"} | json`), "selector", pipeline},
		{"range", selector(`{a="b"}[5m]`), "selector", "something after"},
		{"two selectors", selector(`{a="b"} {c="d"}`), "selector", "something after"},
		{"metric name", selector(`up{a="b"}`), "selector", "does not begin with {"},
		{"metric name inside", selector(`{__name__="up"}`), "selector", "no metric name"},
		{"quoted metric name", selector(`{"up"}`), "selector", "no metric name"},
		{"function", selector(`rate({a="b"}[5m])`), "selector", "does not begin with {"},
		{"open", selector(`{a="b"`), "selector", "not a selector in braces"},
		{"single quotes", selector(`{a='b'}`), "selector", "in double quotes"},
		{"no value", selector(`{a=b}`), "selector", "is not a stream selector"},
		{"broken regex", selector(`{a=~"("}`), "selector", "missing closing )"},
		{"label with a dot", selector(`{"a.b"="c"}`), "selector", "is not a label name"},
		{"word of LogQL", selector(`{a="b", drop="c"}`), "selector", `"drop" is a word of LogQL`},
		{"nothing", selector(`{}`), "selector", "has no matcher"},
		{"everything", selector(`{a=~".*"}`), "selector", "has no matcher"},
		{"absent", selector(`{a=""}`), "selector", "has no matcher"},
		{"not so", selector(`{a!="b"}`), "selector", "has no matcher"},
		{"no period", period(""), "period", "is not a duration"},
		{"short", period("23h"), "period", "shorter than 24h"},
		{"zero", period("0s"), "period", "shorter than 24h"},
		{"half an hour", period("24h30m"), "period", "whole number of hours"},
		{"negative priority", func(r *spec.LogRetention) { r.Priority = -1 }, "priority", "-1 is not a priority"},
		{"huge priority", func(r *spec.LogRetention) { r.Priority = 1_000_001 }, "priority", "is not a priority"},
	})
}

func TestSelectorsAreComparedByMeaning(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{`{a="b",c=~"d"}`, "{ c=~`d`, a=\"b\", }", true},
		{`{a="b", a="b"}`, `{a="b"}`, true},
		{`{a="b"}`, `{a=~"b"}`, false},
		{`{a="b"}`, `{a="c"}`, false},
		{`nonsense`, `nonsense`, true},
		{`nonsense`, `other`, false},
	} {
		if got := spec.EqualSelector(test.a, test.b); got != test.want {
			t.Errorf("EqualSelector(%s, %s) = %v", test.a, test.b, got)
		}
	}
	if got := spec.CanonicalSelector("{ c=~`d\\.`, a=\"b\", }"); got != `{a="b", c=~"d\\."}` {
		t.Errorf("canonical: %s", got)
	}
}

func withLogs(objects ...spec.Object) spec.State {
	state := stateOf(objects...)
	state.Stack.Loki.Enabled, state.Stack.Collector.Enabled = true, true
	return state
}

func retention(name, selector, period string, priority int64) *spec.LogRetention {
	return &spec.LogRetention{Stack: "production", Name: name, Selector: selector, Period: period, Priority: priority}
}

func TestRetentionConflicts(t *testing.T) {
	const both = `log_retention a priority: may select the same streams as "b"|log_retention b priority: the same streams as "a"`
	tests := []struct {
		name string
		a, b *spec.LogRetention
		want string
	}{
		{"other values", retention("a", `{s="x"}`, "1d", 1), retention("b", `{s="y"}`, "2d", 1), ""},
		{"other labels", retention("a", `{s="x"}`, "1d", 1), retention("b", `{t="y"}`, "2d", 1), both},
		{"same selector", retention("a", `{s="x"}`, "1d", 1), retention("b", `{s="x"}`, "2d", 1), both},
		{"same selector and period", retention("a", `{s="x"}`, "1d", 1), retention("b", `{s="x"}`, "24h", 1), ""},
		{"other priorities", retention("a", `{s="x"}`, "1d", 1), retention("b", `{s="x"}`, "2d", 2), ""},
		{"regex that matches", retention("a", `{s="x"}`, "1d", 1), retention("b", `{s=~"x|y"}`, "2d", 1), both},
		{"regex that does not match", retention("a", `{s="z"}`, "1d", 1), retention("b", `{s=~"x|y"}`, "2d", 1), ""},
		{"regex refuses", retention("a", `{s!~"x.*",t="1"}`, "1d", 1), retention("b", `{s="xy"}`, "2d", 1), ""},
		{"refused value", retention("a", `{s="x"}`, "1d", 1), retention("b", `{s!="x",t="1"}`, "2d", 1), ""},
		{"two regexes are not compared", retention("a", `{s=~"x+"}`, "1d", 1), retention("b", `{s=~"y+"}`, "2d", 1), both},
		{"one of several labels", retention("a", `{s="x",t="1"}`, "1d", 1), retention("b", `{s="x",t="2"}`, "2d", 1), ""},
		{"absent label", retention("a", `{s="x",t=""}`, "1d", 1), retention("b", `{s="x",t="2"}`, "2d", 1), ""},
		{"selector that does not parse", retention("a", `{`, "1d", 1), retention("b", `{s="x"}`, "2d", 1), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			state := withLogs(test.a, test.b)
			expectProblems(t, state, nil)
			expectWarnings(t, state, test.want)
		})
	}
}

// expectWarnings compares with "KIND NAME PATH: text|…".
func expectWarnings(t *testing.T, state spec.State, want string) {
	t.Helper()
	var wanted []string
	if want != "" {
		wanted = strings.Split(want, "|")
	}
	var got []spec.ObjectError
	for _, o := range state.Objects() {
		for _, field := range state.WarningsAbout(o) {
			got = append(got, spec.ObjectError{Kind: o.Kind(), Name: o.ObjectName(), Field: field})
		}
	}
	if len(got) != len(wanted) {
		t.Fatalf("got %v, want %q", got, wanted)
	}
	for _, w := range wanted {
		where, message, _ := strings.Cut(w, ": ")
		if !slices.ContainsFunc(got, func(e spec.ObjectError) bool {
			return where == fmt.Sprintf("%s %s %s", e.Kind, e.Name, e.Field.Path) && strings.Contains(e.Field.Message, message)
		}) {
			t.Errorf("no warning %q in %v", w, got)
		}
	}
}

func TestRetentionsAreSortedAsLokiDecides(t *testing.T) {
	state := withLogs(retention("b", `{s="1"}`, "1d", 1), retention("c", `{s="2"}`, "1d", 9), retention("a", `{s="3"}`, "1d", 1))
	want := []string{"log_retention/c", "log_retention/a", "log_retention/b"}
	if got := names(state); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestLogsNeedTheirComponents(t *testing.T) {
	source := soundLogSource()
	metrics, logs := rule("m", "g", "1m"), rule("l", "g", "2m")
	logs.Source = spec.SourceLogs
	state := withLogs(&source, retention("r", `{s="1"}`, "1d", 1), logs, metrics)
	expectProblems(t, state, nil) // groups of metrics and of logs are two, whatever their names
	state.Stack.Loki.Enabled, state.Stack.Collector.Enabled = false, false
	expectProblems(t, state, []string{
		"log_source api stack: needs collector, which is disabled",
		"log_retention r stack: needs loki, which is disabled",
		"alert_rule l stack: needs loki, which is disabled",
		"stack production loki.enabled: disabled but 2 objects",
		"stack production collector.enabled: disabled but 1 objects",
	})
	state = withLogs(logs)
	state.Stack.Prometheus.Enabled = false
	expectProblems(t, state, nil)
}

// A write batch looks for conflicts, so this must not show in an apply.
func TestManyRetentionsAreCheap(t *testing.T) {
	objects := make([]spec.Object, 300)
	for i := range objects {
		objects[i] = retention(fmt.Sprintf("r%03d", i), fmt.Sprintf(`{s="%d", t=~"x.*"}`, i), "1d", 1)
	}
	state := withLogs(objects...)
	cheap(t, "comparing 300 retentions", 3*time.Second, func() { expectWarnings(t, state, "") })
}
