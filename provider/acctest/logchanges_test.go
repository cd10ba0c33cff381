package acctest_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
)

// logChanges are log sources that read files below dir, each of which changes
// in one attribute.
func logChanges(dir string) map[string]logChange {
	files := func(source string, more ...string) string {
		patterns := []string{fmt.Sprintf("%q", filepath.Join(dir, source, "*.log"))}
		return "{ include = [" + strings.Join(append(patterns, more...), ", ") + "] }"
	}
	is := func(line string, at time.Time) func([]api.LogEntry) bool {
		return func(entries []api.LogEntry) bool {
			return slices.ContainsFunc(entries, func(e api.LogEntry) bool { return e.Line == line && e.Time.Equal(at) })
		}
	}
	without := func(text string) func([]api.LogEntry) bool {
		return func(entries []api.LogEntry) bool {
			return !slices.ContainsFunc(entries, func(e api.LogEntry) bool { return strings.Contains(e.Line, text) })
		}
	}
	// Timestamps are of the last two hours, which is what is searched.
	then := time.Now().UTC().Add(-30 * time.Minute).Truncate(time.Second)
	seconds, milliseconds := fmt.Sprintf(`{"ts":%d}`, then.Unix()), fmt.Sprintf(`{"ts":%d}`, then.UnixMilli())
	tokyo := then.In(time.FixedZone("", 9*60*60)).Format("2006-01-02 15:04:05")

	changes := map[string]logChange{
		"include": {
			after: map[string]string{"files": files("include", fmt.Sprintf("%q", filepath.Join(dir, "elsewhere", "*.log")))},
			lines: map[string]string{"elsewhere/b.log": "included\n"},
			finds: []string{`|= "included"`},
		},
		"exclude": {
			after: map[string]string{"files": fmt.Sprintf("{ include = [%q], exclude = [%q] }", filepath.Join(dir, "exclude", "*.log"), filepath.Join(dir, "exclude", "a.log"))},
			lines: map[string]string{"exclude/a.log": "excluded\n", "exclude/b.log": "kept\n"},
			finds: []string{`|= "kept"`},
			check: without("excluded"),
		},
		"start_at": {
			after: map[string]string{"files": fmt.Sprintf("{ include = [%q], start_at = \"beginning\" }", filepath.Join(dir, "start_at", "*.log"))},
		},
		"label": {
			after: map[string]string{"labels": `{ team = "blue" }`},
			lines: map[string]string{"label/a.log": "labelled\n"},
			finds: []string{`{log_source="label", team="blue"}`},
		},
		"label_field": {
			before: map[string]string{"parse": `{ format = "json" }`},
			after:  map[string]string{"label_fields": `{ env = "env" }`},
			lines:  map[string]string{"label_field/a.log": `{"env":"prod"}` + "\n"},
			finds:  []string{`{log_source="label_field", env="prod"}`},
		},
		"format": {
			after: map[string]string{"parse": `{ format = "logfmt" }`},
			lines: map[string]string{"format/a.log": "user=u1 path=/v1\n"},
			finds: []string{`| user="u1" | path="/v1"`},
		},
		"pattern": {
			before: map[string]string{"parse": `{ format = "regex", pattern = "(?P<a>\\d+)" }`},
			after:  map[string]string{"parse": `{ format = "regex", pattern = "(?P<b>\\d+)" }`},
			lines:  map[string]string{"pattern/a.log": "number 17\n"},
			finds:  []string{`| b="17" | a=""`},
		},
		"timestamp": {
			before: map[string]string{"parse": `{ format = "json" }`},
			after:  map[string]string{"parse": `{ format = "json", timestamp = { field = "ts", layout = "s" } }`},
			lines:  map[string]string{"timestamp/a.log": seconds + "\n"},
			finds:  []string{""},
			check:  is(seconds, then),
		},
		"layout": {
			before: map[string]string{"parse": `{ format = "json", timestamp = { field = "ts", layout = "s" } }`},
			after:  map[string]string{"parse": `{ format = "json", timestamp = { field = "ts", layout = "ms" } }`},
			lines:  map[string]string{"layout/a.log": milliseconds + "\n"},
			finds:  []string{""},
			check:  is(milliseconds, then),
		},
		"location": {
			before: map[string]string{"parse": `{ format = "regex", pattern = "^(?P<ts>.*)$", timestamp = { field = "ts", layout = "%Y-%m-%d %H:%M:%S" } }`},
			after:  map[string]string{"parse": `{ format = "regex", pattern = "^(?P<ts>.*)$", timestamp = { field = "ts", layout = "%Y-%m-%d %H:%M:%S", location = "Asia/Tokyo" } }`},
			lines:  map[string]string{"location/a.log": tokyo + "\n"},
			finds:  []string{""},
			check:  is(tokyo, then),
		},
		"severity": {
			before: map[string]string{"parse": `{ format = "json" }`},
			after:  map[string]string{"parse": `{ format = "json", severity = { field = "lvl" } }`},
			lines:  map[string]string{"severity/a.log": `{"lvl":"crit"}` + "\n"},
			finds:  []string{`| detected_level="fatal"`},
		},
		"mapping": {
			before: map[string]string{"parse": `{ format = "json", severity = { field = "lvl" } }`},
			after:  map[string]string{"parse": `{ format = "json", severity = { field = "lvl", mapping = { error = ["5xx", "E"] } } }`},
			lines:  map[string]string{"mapping/a.log": `{"lvl":503}` + "\n"},
			finds:  []string{`| detected_level="error"`},
		},
		"line_start": {
			after: map[string]string{"multiline": `{ line_start_pattern = "^S" }`},
			lines: map[string]string{"line_start/a.log": "S one\n  two\nS three\n"},
			finds: []string{"|= `S one\n  two`"},
		},
		"line_end": {
			before: map[string]string{"multiline": `{ line_start_pattern = "^S" }`},
			after:  map[string]string{"multiline": `{ line_end_pattern = ";" }`},
			lines:  map[string]string{"line_end/a.log": "one\ntwo;\nthree;\n"},
			finds:  []string{"|= `one\ntwo;`"},
		},
		"drop": {
			before: map[string]string{"parse": `{ format = "json", severity = { field = "level" } }`},
			after:  map[string]string{"drop": `["severity == \"debug\""]`},
			lines:  map[string]string{"drop/a.log": `{"level":"debug"}` + "\n" + `{"level":"info"}` + "\n"},
			finds:  []string{`|= "info"`},
			check:  without("debug"),
		},
		"sample": {
			after: map[string]string{"samples": `[{ line = "a", expect = { body = "a" } }]`},
		},
		"docker": {
			before: map[string]string{"docker": fmt.Sprintf("{ directory = %q }", filepath.Join(dir, "none"))},
			after:  map[string]string{"docker": fmt.Sprintf("{ directory = %q }", filepath.Join(dir, "containers"))},
			lines:  map[string]string{"containers/c1/c1-json.log": fmt.Sprintf(`{"log":"printed\n","stream":"stderr","time":%q}`, then.Format(time.RFC3339Nano)) + "\n"},
			finds:  []string{`| container_id="c1" | log_iostream="stderr" |= "printed"`},
		},
		"origin": {
			before: map[string]string{"docker": fmt.Sprintf("{ directory = %q }", filepath.Join(dir, "none"))},
			after:  map[string]string{"docker": "null", "files": files("origin")},
			lines:  map[string]string{"origin/a.log": "from a file\n"},
			finds:  []string{`|= "from a file"`},
		},
		"otlp": {
			before: map[string]string{"otlp": `{ match = { "service.name" = "other" } }`, "label_fields": `{ service = "service.name" }`},
			after:  map[string]string{"otlp": `{ match = { "service.name" = "shop" } }`},
			finds:  []string{`{log_source="otlp", service="shop"}|= "an order"| detected_level="error"`},
			check:  without("not to be found"),
		},
	}
	for name, change := range changes {
		if change.before["docker"] == "" && change.before["otlp"] == "" {
			if change.before == nil {
				change.before = map[string]string{}
			}
			change.before["files"] = files(name)
		}
		changes[name] = change
	}
	return changes
}

// retentionChanges are retentions of {service="NAME"} for 2d that change in one
// attribute, and what Loki's limits say then.
func retentionChanges() (changes map[string]map[string]string, limits map[string]string) {
	return map[string]map[string]string{
			"selector": {"selector": `"{service=\"selector\", env!=\"test\"}"`},
			"period":   {"period": `"1w"`},
			"priority": {"priority": "7"},
		}, map[string]string{
			"selector": `period: 2d priority: 0 selector: '{env!="test", service="selector"}'`,
			"period":   `period: 1w priority: 0 selector: '{service="period"}'`,
			"priority": `period: 2d priority: 7 selector: '{service="priority"}'`,
		}
}

// ruleChange is a rule over logs that changes in one attribute; without a check
// it must not run in Loki any more.
type ruleChange struct {
	after map[string]string
	check func(runningRule) bool
}

// ruleChanges are rules over logs, each in a group of its name.
func ruleChanges() map[string]ruleChange {
	return map[string]ruleChange{
		"expr":           {map[string]string{"expr": `"count_over_time({a=\"b\"}[5m]) > 3"`}, func(r runningRule) bool { return strings.Contains(r.Query, "count_over_time") }},
		"for":            {map[string]string{"for": `"90s"`}, func(r runningRule) bool { return r.Duration == 90 }},
		"labels":         {map[string]string{"labels": `{ team = "blue" }`}, func(r runningRule) bool { return r.Labels["team"] == "blue" }},
		"summary":        {map[string]string{"summary": `"{{ $value }}"`}, func(r runningRule) bool { return r.Annotations["summary"] == "{{ $value }}" }},
		"alert":          {map[string]string{"alert": `"Renamed"`}, func(r runningRule) bool { return r.Name == "Renamed" }},
		"group":          {map[string]string{"group": `"moved"`}, func(r runningRule) bool { return r.Group == "moved" }},
		"group_interval": {map[string]string{"group_interval": `"7s"`}, func(r runningRule) bool { return r.Interval == 7 }},
		"paused":         {map[string]string{"paused": "true"}, nil},
		"source":         {map[string]string{"source": `"metrics"`}, nil},
	}
}
