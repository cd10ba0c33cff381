package loki_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/porttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// withSources is a stack with log sources of these index labels.
func withSources(labels ...string) spec.State {
	state := spec.State{Stack: spec.DefaultStack("production")}
	state.Stack.Loki.Enabled, state.Stack.Collector.Enabled = true, true
	source := componenttest.LogFiles("api", "/var/log/api.log")
	for _, name := range labels {
		source.Labels[name] = "x"
	}
	state.LogSources = []spec.LogSource{source}
	return state
}

func TestSearch(t *testing.T) {
	b := start(t, withSources("service"))
	resource := map[string]string{"log_source": "api", "service": "\u00fcber \"q\" \\ \U0001F525", "service.name": "shop", "k8s.pod.name": "p"}
	b.log(resource, record{2 * time.Second, "error", `{"level":"ERROR","msg":"first"}`, map[string]string{"user.id": "7"}},
		record{1 * time.Second, "info", `{"level":"INFO","msg":"second"}`, nil})
	b.log(map[string]string{"log_source": "other"}, record{1500 * time.Millisecond, "", "between", nil})

	all := b.search(`{log_source=~".+"}`)
	want := map[string]string{
		"log_source": "api", "service": resource["service"], "service_name": "shop", "k8s_pod_name": "p",
		"severity_text": "error", "detected_level": "error", "user_id": "7",
	}
	if len(all) != 3 || all[0].Line != `{"level":"ERROR","msg":"first"}` || all[1].Line != "between" || time.Since(all[0].Time) > time.Minute {
		t.Fatalf("entries %v", all)
	}
	if diff := cmp.Diff(want, all[0].Labels); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	for query, lines := range map[string]string{
		`{service="\u00fcber \"q\" \\ ` + "\U0001F525" + `"} | severity_text="error"`: `{"level":"ERROR","msg":"first"}`,
		`{log_source="api"} | detected_level="info"`:                                  `{"level":"INFO","msg":"second"}`,
		`{log_source="api"} | json | level="ERROR" | line_format "{{.msg}}"`:          "first",
		`{log_source="api"} | user_id="7" | line_format "{{.service_name}}"`:          "shop",
		`{service_name="shop"}`: "",
	} {
		if got := strings.Join(b.lines(query), "|"); got != lines {
			t.Errorf("%s finds %q, want %q", query, got, lines)
		}
	}
	backward, err := b.c.SearchLogs(t.Context(), b.in, api.LogQuery{Query: `{log_source=~".+"}`, Limit: 2, Direction: api.LogsBackward})
	if err != nil || len(backward.Entries) != 2 || backward.Entries[1].Line != "between" {
		t.Errorf("backward: %v, %v", backward, err)
	}
	until, err := b.c.SearchLogs(t.Context(), b.in, api.LogQuery{
		Query: `{log_source=~".+"}`, Limit: 9, Direction: api.LogsForward, Start: all[0].Time, End: all[1].Time,
	})
	if err != nil || len(until.Entries) != 1 || until.Entries[0].Line != all[0].Line {
		t.Errorf("start <= time < end: %v, %v", until, err)
	}
}

func TestSearchComputesMetrics(t *testing.T) {
	b := start(t, withSources())
	b.log(map[string]string{"log_source": "api"}, record{time.Second, "", "a", nil}, record{time.Second, "", "b", nil})
	for query, want := range map[string]string{
		`sum by (log_source) (count_over_time({log_source="api"}[1m]))`: "2", "# two\n(1 + 1)": "2", "vector(1.5)": "1.5",
	} {
		result, err := b.c.SearchLogs(t.Context(), b.in, api.LogQuery{Query: query, Limit: 1})
		if err != nil || len(result.Vector) != 1 || result.Vector[0].Value != want || result.Entries == nil || len(result.Entries) > 0 {
			t.Errorf("%s: %v, %v", query, result, err)
		} else if since := time.Since(result.Vector[0].Time); strings.Contains(query, "count") && (since < 0 || since > time.Minute) {
			t.Errorf("%s is %s old", query, since)
		}
	}
	for query, want := range map[string]string{`{log_source="api"`: "syntax error", `rate({a="b"} |~ "(" [1m])`: "missing closing )"} {
		_, err := b.c.SearchLogs(t.Context(), b.in, api.LogQuery{Query: query, Limit: 1, Direction: api.LogsForward})
		if !errors.Is(err, &api.Error{Code: api.CodeInvalid}) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", query, err, want)
		}
	}
	b.in.Addresses[component.Loki] = porttest.Address(t)
	if _, err := b.c.SearchLogs(t.Context(), b.in, api.LogQuery{Query: "1"}); !errors.Is(err, &api.Error{Code: api.CodeUnavailable}) {
		t.Errorf("error %v", err)
	}
	if err := b.c.CheckLogQL(t.Context(), b.in, "1"); !errors.Is(err, &api.Error{Code: api.CodeUnavailable}) {
		t.Errorf("error %v", err)
	}
}

func TestCheckLogQL(t *testing.T) {
	b := start(t, withSources())
	for _, expr := range []string{
		`sum(rate({a="b"} |= "x" | json | x="y" | line_format "{{.a}}" [5m])) by (c) > 1`, "1", "vector(1)", `{a="b"} | json`,
		"# a comment\n{a=~\"b|c\"} |~ `x\\d+` | logfmt", `absent_over_time({a="b"}[1d])`,
	} {
		if err := b.c.CheckLogQL(t.Context(), b.in, expr); err != nil {
			t.Errorf("%s: %v", expr, err)
		}
	}
	for expr, words := range map[string]string{
		`rate({a="b"}[5m]) > `:                         "parse error at line 1, col 21: syntax error",
		`rate({a="b"} |~ "(" [5m])`:                    "missing closing )",
		`{a="b"} |~ "("`:                               "missing closing )",
		`rate({a="b"} | json x="[" [5m])`:              "cannot parse expression",
		`rate({a="b"} | label_format x="{{.y" [5m])`:   "unclosed action",
		`sum(rate({a=~".*"}[5m]))`:                     "at least one regexp or equality matcher",
		`up == 0`:                                      "syntax error",
		`rate({a="b"}[100y]) > 0`:                      "100y",
		`count_over_time({a="b"} | unwrap bytes[5m])x`: "syntax error",
	} {
		err := b.c.CheckLogQL(t.Context(), b.in, expr)
		var invalid *api.Error
		if !errors.As(err, &invalid) || invalid.Code != api.CodeInvalid || len(invalid.Fields) != 1 || invalid.Fields[0].Path != "expr" ||
			!strings.Contains(invalid.Fields[0].Message, words) {
			t.Errorf("%s: error %#v, want one about expr: %s", expr, err, words)
		}
	}
}

// The collector begins to send with a new label when Verify has returned.
func TestIndexLabelsNeedNoRestart(t *testing.T) {
	b := start(t, withSources())
	b.log(map[string]string{"log_source": "api", "team": "a"}, record{0, "", "before", nil})
	if got := b.lines(`{team="a"}`); len(got) > 0 {
		t.Errorf("team is an index label before it is one: %q", got)
	}
	if got := b.lines(`{log_source="api"} | team="a"`); !slices.Equal(got, []string{"before"}) {
		t.Errorf("lines %q", got)
	}
	before := time.Now()
	b.change(func(s *spec.State) {
		s.LogSources[0].LabelFields = map[string]string{"team": "team"}
	})
	t.Logf("labels loaded after %s", time.Since(before))
	b.log(map[string]string{"log_source": "api", "team": "a"}, record{0, "", "after", nil})
	if got := b.lines(`{team="a"}`); !slices.Equal(got, []string{"after"}) {
		t.Errorf("lines %q", got)
	}
	// Without any index label there is no stream.
	if status, words := b.push(map[string]string{"service.name": "x"}, record{}); status != 400 || !strings.Contains(words, "at least one label") {
		t.Errorf("Loki answers %d: %s", status, words)
	}
}

func TestLateEntriesAreTaken(t *testing.T) {
	b := start(t, withSources())
	resource := map[string]string{"log_source": "api"}
	b.log(resource, record{0, "", "now", nil})
	b.log(resource, record{50 * time.Hour, "", "days ago", nil}, record{3 * time.Hour, "", "hours ago", nil}, record{time.Minute, "", "a minute ago", nil})
	b.log(resource, record{4 * time.Hour, "", "before that", nil})
	want := []string{"days ago", "before that", "hours ago", "a minute ago", "now"}
	if got := b.lines(`{log_source="api"}`); !slices.Equal(got, want) {
		t.Errorf("lines %q, want %q", got, want)
	}
	for _, e := range b.search(`{log_source="api"}`) {
		if names := slices.Sorted(maps.Keys(e.Labels)); !slices.Equal(names, []string{"detected_level", "log_source"}) {
			t.Errorf("%s has the labels %q", e.Line, names)
		}
	}
	// Older than any retention is too old.
	if status, words := b.push(resource, record{age: 8 * 24 * time.Hour}); status != 400 || !strings.Contains(words, "timestamp too old") {
		t.Errorf("Loki answers %d: %s", status, words)
	}
	b.change(func(s *spec.State) {
		s.LogRetentions = []spec.LogRetention{componenttest.LogRetention("long", `{log_source="api"}`, "30d")}
	})
	b.log(resource, record{age: 8 * 24 * time.Hour})
}

func TestLongLinesAreCut(t *testing.T) {
	b := start(t, withSources())
	attributes := map[string]string{}
	for i := range 300 {
		attributes["field"+strings.Repeat("x", i)] = strings.Repeat("v", 300)
	}
	b.log(map[string]string{"log_source": "api"}, record{0, "", strings.Repeat("a", 3<<20), attributes})
	all := b.search(`{log_source="api"}`)
	if len(all) != 1 || len(all[0].Line) != 1<<20 || len(all[0].Labels) < 300 {
		t.Errorf("%d entries", len(all))
	}
}

// TestManyStreams: logs of a year ago that are read at once begin a stream for
// every hour and every set of labels.
func TestManyStreams(t *testing.T) {
	b := start(t, withSources("service"))
	for i := range 12 {
		var logs []any
		for j := range 1000 {
			logs = append(logs, resourceLogs(map[string]string{"log_source": "api", "service": fmt.Sprint(i, "-", j)}, record{}))
		}
		if status, words := b.post(logs...); status != http.StatusNoContent {
			t.Fatalf("Loki answers %d after %d streams: %s", status, 1000*i, words)
		}
	}
}
