package dashboard_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/dashboard"
)

// found writes a problem as the tests below expect it.
func found(p dashboard.Problem) string {
	return fmt.Sprintf("%s %s [%s]: %s", p.Severity, p.Path, p.Panel, p.Message)
}

// lintCase is a dashboard and the beginnings of all that is found in it.
type lintCase struct {
	text string
	want []string
}

func testLint(t *testing.T, tests map[string]lintCase, context dashboard.Context) {
	t.Helper()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, p := range dashboard.Lint(parse(t, test.text), context) {
				got = append(got, found(p))
				if p.Hint == "" || !strings.HasSuffix(p.Hint, ".") || strings.HasSuffix(p.Message, ".") {
					t.Errorf("%q with the hint %q", p.Message, p.Hint)
				}
			}
			if !slices.EqualFunc(got, test.want, strings.HasPrefix) {
				t.Errorf("found:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

// query is a dashboard whose one panel asks that, with further members of the dashboard.
func query(expr string, members ...string) string {
	return fmt.Sprintf(`{"title": "D", "panels": [{"type": "timeseries", "title": "P", "targets": [{"refId": "A", "expr": %q}]}]%s}`,
		expr, strings.Join(append([]string{""}, members...), ", "))
}

// two is a dashboard with two panels that have a query each, with further members.
func two(first, second string) string {
	return fmt.Sprintf(`{"title": "D", "panels": [
		{"type": "stat", "title": "One", "targets": [{"expr": "up"}]%s},
		{"type": "stat", "title": "Two", "targets": [{"expr": "up"}]%s}]}`, first, second)
}

func TestLintDashboard(t *testing.T) {
	testLint(t, map[string]lintCase{
		"sound":          {query("up"), nil},
		"no title":       {`{"title": " "}`, []string{`error title []: the dashboard has no title`}},
		"long title":     {`{"title": "` + strings.Repeat("ü", 5001) + `"}`, []string{`error title []: the title has 5001 characters, the limit is 5000`}},
		"long uid":       {`{"title": "D", "uid": "` + strings.Repeat("u", 41) + `"}`, []string{`error uid []: uid "uuu`}},
		"characters":     {`{"title": "D", "uid": "a b"}`, []string{`error uid []: uid "a b" has other characters`}},
		"uid is no text": {`{"title": "D", "uid": 5}`, []string{`error uid []: the uid is a number, not a string`}},
		"placeholder": {query("up", `"__inputs": [{"name": "DS_PROM"}], "links": [{"url": "x/${DS_PROM}"}]`),
			[]string{`error links[0].url []: "${DS_PROM}" is a placeholder (__inputs[0])`}},
		"placeholder for a data source": {`{"title": "D", "__inputs": [{"name": "DS"}], "panels": [{"type": "stat", "title": "P", "datasource": "${DS}", "targets": [{"expr": "up"}]}]}`,
			[]string{`error panels[0].datasource []: "${DS}" is a placeholder`}},
		"placeholder that nothing uses": {query("up", `"__inputs": [{"name": "DS_PROM"}]`), nil},
		"nameless variable":             {query("up", `"templating": {"list": [{"type": "textbox"}]}`), []string{`error templating.list[0].name []: a variable has no name`}},
		"variable twice": {query("up", `"templating": {"list": [{"name": "v", "type": "textbox"}, {"name": "v", "type": "textbox"}]}`),
			[]string{`error templating.list[1].name []: there are two variables "v"`}},
	}, stackContext)
}

func TestLintUIDThatIsKnown(t *testing.T) {
	context := stackContext
	context.UID = "overview"
	testLint(t, map[string]lintCase{
		"same":    {`{"title": "D", "uid": "overview"}`, nil},
		"another": {`{"title": "D", "uid": "abc"}`, []string{`warning uid []: uid "abc" in the JSON is ignored: the dashboard is saved with its name "overview" as uid`}},
	}, context)
}

func TestLintPanels(t *testing.T) {
	const grid = `, "gridPos": {"x": %d, "y": %d, "w": %d, "h": %d}`
	at := func(x, y, w, h int) string { return fmt.Sprintf(grid, x, y, w, h) }
	row := func(collapsed bool, inside string) string {
		return fmt.Sprintf(`{"title": "D", "panels": [{"type": "row", "title": "R", "collapsed": %t, "gridPos": {"x": 0, "y": 0, "w": 24, "h": 1}, "panels": [%s]}]}`, collapsed, inside)
	}
	testLint(t, map[string]lintCase{
		"same id": {two(`, "id": 1`, `, "id": 1.0`), []string{`error panels[1].id [Two]: panel "Two" has the id 1 that panel "One" has too`}},
		"id of a panel in a row": {strings.Replace(row(true, `{"type": "text", "id": 3}`), `"type": "row"`, `"type": "row", "id": 3`, 1),
			[]string{`error panels[0].panels[0].id []: untitled text panel number 1 has the id 3 that row "R" has too`}},
		"ids left to Grafana": {two(`, "id": 0`, `, "id": 0`), nil},
		"overlap":             {two(at(0, 0, 12, 8), at(6, 7, 12, 8)), []string{`warning panels[1].gridPos [Two]: panel "Two" overlaps panel "One"`}},
		"side by side":        {two(at(0, 0, 12, 8), at(12, 0, 12, 8)), nil},
		"one below the other": {two(at(0, 0, 12, 8), at(0, 8, 12, 8)), nil},
		"beyond the grid":     {two(at(20, 0, 6, 8), ""), []string{`warning panels[0].gridPos [One]: panel "One" is beyond the grid: x 20, w 6`}},
		"a collapsed row has a grid of its own": {strings.TrimSuffix(row(true, `{"type": "text", "gridPos": {"x": 0, "y": 1, "w": 24, "h": 8}}`), "]}") +
			`, {"type": "text", "gridPos": {"x": 0, "y": 1, "w": 24, "h": 8}}]}`, nil},
		"no title": {`{"title": "D", "panels": [{"type": "stat", "targets": [{"expr": "up"}], "gridPos": {"x": 3, "y": 4, "w": 1, "h": 1}}]}`,
			[]string{`warning panels[0].title []: untitled stat panel at x 3, y 4 has no title`}},
		"no query":                  {`{"title": "D", "panels": [{"type": "stat", "title": "P"}]}`, []string{`warning panels[0].targets [P]: panel "P" has no query`}},
		"no query in a row":         {row(true, `{"type": "stat", "title": "P"}`), []string{`warning panels[0].panels[0].targets [P]: panel "P" has no query`}},
		"needs neither":             {`{"title": "D", "panels": [{"type": "text"}, {"type": "dashlist", "title": "P"}, {"type": "row"}]}`, nil},
		"from the library":          {`{"title": "D", "panels": [{"libraryPanel": {"uid": "u", "name": "n"}}]}`, nil},
		"no type":                   {`{"title": "D", "panels": [{"title": "P", "targets": [{"expr": "up"}]}]}`, []string{`warning panels[0].type [P]: panel "P" has no type`}},
		"repeated for nothing":      {two(`, "repeat": "host"`, ""), []string{`warning panels[0].repeat [One]: panel "One" is repeated for variable "host", which the dashboard does not have`}},
		"panel of the old layout":   {`{"title": "D", "rows": [{"panels": [{"type": "graph", "title": "P"}]}]}`, []string{`warning rows[0].panels[0].targets [P]: panel "P" has no query`}},
		"snapshot needs no query":   {`{"title": "D", "panels": [{"type": "graph", "title": "P", "snapshotData": []}]}`, nil},
		"panel that shares a title": {`{"title": "D", "panels": [{"type": "stat", "title": "P", "targets": [{"expr": "up"}]}, {"type": "stat", "title": "P"}]}`, []string{`warning panels[1].targets [P]: panel "P" number 2 has no query`}},
	}, stackContext)
}

func TestLintQueries(t *testing.T) {
	host := `"templating": {"list": [{"name": "host", "type": "custom", "query": "a"}]}`
	testLint(t, map[string]lintCase{
		"not PromQL": {query("sum(rate(x[5m])"), []string{`error panels[0].targets[0].expr [P]: query A of panel "P" is not PromQL: `}},
		"variables":  {query(`sum by ($host) (rate(x{a="$host", b=~"${host:regex}", c="[[host]]"}[$__rate_interval]))`, host), nil},
		"unknown variable": {query(`rate(x[$period])`, host),
			[]string{`error panels[0].targets[0].expr [P]: query A of panel "P" uses variable "period", which the dashboard does not have: Prometheus gets it unreplaced and refuses it`}},
		"unknown variable in a string": {query(`x{a="$hots"}`, host),
			[]string{`warning panels[0].targets[0].expr [P]: query A of panel "P" uses variable "hots", which the dashboard does not have`}},
		"group of a regular expression": {query(`label_replace(up, "a", "$1", "b", "(.*)")`), nil},
		"range over time":               {query("up[5m]"), []string{`error panels[0].targets[0].expr [P]: query A of panel "P" is a range vector, which cannot be drawn over time`}},
		"range in a table":              {strings.Replace(query("up[5m]"), `"refId": "A"`, `"refId": "A", "instant": true`, 1), nil},
		"empty":                         {query(" "), nil},
		"second query": {`{"title": "D", "panels": [{"type": "stat", "title": "P", "targets": [{"refId": "A", "expr": "up"}, {"expr": "up +"}]}]}`,
			[]string{`error panels[0].targets[1].expr [P]: query number 2 of panel "P" is not PromQL: `}},
		"in a collapsed row": {`{"title": "D", "panels": [{"type": "row", "panels": [{"type": "stat", "title": "Inner", "targets": [{"refId": "A", "expr": "up +"}]}]}]}`,
			[]string{`error panels[0].panels[0].targets[0].expr [Inner]: query A of panel "Inner" is not PromQL`}},
		"of another language": {`{"title": "D", "panels": [{"type": "logs", "title": "P", "datasource": "loki", "targets": [{"refId": "A", "expr": "{job=\"x\"} |= \"$nope\""}]}]}`,
			[]string{`warning panels[0].targets[0].expr [P]: query A of panel "P" uses variable "nope"`}},
		"query of a variable": {query("up", `"templating": {"list": [{"name": "v", "type": "query", "query": "label_values(up{, job)"}]}`),
			[]string{`error templating.list[0].query []: variable "v" is not PromQL: `}},
		"query object of a variable": {query("up", `"templating": {"list": [{"name": "v", "type": "query", "query": {"query": "query_result(up +)"}}]}`),
			[]string{`error templating.list[0].query.query []: variable "v" is not PromQL: `}},
		"query of an annotation": {query("up", `"annotations": {"list": [{"name": "Deploys", "expr": "up +"}]}`),
			[]string{`error annotations.list[0].expr []: annotation "Deploys" is not PromQL: `}},
	}, stackContext)
}

func TestLintDataSources(t *testing.T) {
	with := func(source string) string {
		return `{"title": "D", "panels": [{"type": "stat", "title": "P", "datasource": ` + source + `, "targets": [{"refId": "A", "expr": "up"}]}]}`
	}
	variable := func(kind string) string {
		return strings.TrimSuffix(with(`"${source}"`), "}") + `, "templating": {"list": [{"name": "source", "type": "datasource", "query": "` + kind + `"}]}}`
	}
	context := dashboard.Context{DataSources: map[string]string{"prometheus": "prometheus"}, DefaultType: "prometheus"}
	testLint(t, map[string]lintCase{
		"by uid":      {with(`{"uid": "prometheus"}`), nil},
		"by name":     {with(`"prometheus"`), nil},
		"the default": {with(`null`), nil},
		"by type":     {with(`{"type": "prometheus"}`), nil},
		"by variable": {variable("prometheus"), nil},
		"Grafana's":   {with(`{"type": "datasource", "uid": "grafana"}`), nil},
		"unknown": {with(`{"type": "prometheus", "uid": "P1809F7CD0C75ACF3"}`),
			[]string{`error panels[0].datasource.uid [P]: the data source of panel "P" is "P1809F7CD0C75ACF3", which the stack does not have`}},
		"unknown name":     {with(`"Thanos"`), []string{`error panels[0].datasource [P]: the data source of panel "P" is "Thanos", which the stack does not have`}},
		"unknown variable": {with(`"$source"`), []string{`error panels[0].datasource [P]: the data source of panel "P" is "$source", but the dashboard has no variable "source"`}},
		"no such type":     {with(`{"type": "loki"}`), []string{`error panels[0].datasource.uid [P]: the data source of panel "P" is any of type "loki", of which the stack has none`}},
		"variable of no such type": {variable("loki"),
			[]string{`warning templating.list[0].query []: variable "source" offers data sources of type "loki", of which the stack has none`}},
		"of one query": {`{"title": "D", "panels": [{"type": "stat", "title": "P", "datasource": "-- Mixed --", "targets": [{"expr": "up"}, {"datasource": "x", "expr": "up"}]}]}`,
			[]string{`error panels[0].targets[1].datasource [P]: the data source of query number 2 of panel "P" is "x"`}},
		"of an annotation": {query("up", `"annotations": {"list": [{"name": "a", "datasource": "x"}]}`), []string{`error annotations.list[0].datasource []: the data source of annotation "a" is "x"`}},
	}, context)

	// Where there may be more sources than are listed, none is unknown.
	context.OtherSources = true
	testLint(t, map[string]lintCase{
		"unknown": {with(`"Thanos"`), nil},
		"by type": {with(`{"type": "loki"}`), nil},
		"unknown variable": {with(`"$source"`),
			[]string{`error panels[0].datasource [P]: the data source of panel "P" is "$source", but the dashboard has no variable "source"`}},
	}, context)
}

func TestCheckUID(t *testing.T) {
	for uid, valid := range map[string]bool{
		"a": true, "A-z_9": true, strings.Repeat("u", 40): true, strings.Repeat("u", 41): false, "": false, "a b": false, "ü": false,
	} {
		if err := dashboard.CheckUID(uid); (err == nil) != valid {
			t.Errorf("%q: %v", uid, err)
		}
	}
}
