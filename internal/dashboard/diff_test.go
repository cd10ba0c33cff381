package dashboard_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/dashboard"
)

const before = `{
  "title": "Host", "schemaVersion": 39, "refresh": "30s", "tags": ["a", "b"], "links": [],
  "time": {"from": "now-1h", "to": "now"},
  "templating": {"list": [
    {"name": "job", "type": "query", "query": "label_values(job)", "datasource": "prometheus"},
    {"name": "host", "type": "custom", "query": "a,b", "current": {"value": "a"}}
  ]},
  "annotations": {"list": [{"name": "Deploys", "enable": true, "expr": "x", "datasource": "prometheus"}]},
  "panels": [
    {"id": 1, "type": "timeseries", "title": "CPU", "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8}, "datasource": "prometheus",
     "targets": [{"refId": "A", "expr": "a"}, {"refId": "B", "expr": "b"}],
     "fieldConfig": {"defaults": {"unit": "percent", "thresholds": {"steps": [{"color": "green"}]}, "custom": {"lineWidth": 1}}, "overrides": []},
     "options": {"legend": {"showLegend": true}, "tooltip": {}}},
    {"id": 2, "type": "graph", "title": "Errors", "gridPos": {"x": 12, "y": 0, "w": 12, "h": 8}, "thresholds": [{"value": 1}]},
    {"id": 3, "type": "row", "title": "Details", "collapsed": true, "gridPos": {"x": 0, "y": 8, "w": 24, "h": 1}, "panels": [
      {"id": 4, "type": "table", "title": "Disks", "gridPos": {"x": 0, "y": 9, "w": 24, "h": 8}}
    ]},
    {"id": 5, "type": "text", "gridPos": {"x": 0, "y": 17, "w": 24, "h": 2}, "options": {"content": "x"}}
  ]
}`

func TestDiff(t *testing.T) {
	const cpu, errors = `"title": "CPU"`, `{"id": 2, "type": "graph", "title": "Errors", "gridPos": {"x": 12, "y": 0, "w": 12, "h": 8}, "thresholds": [{"value": 1}]},`
	tests := map[string]struct {
		edits []string // pairs: what, by what
		want  []string
	}{
		"nothing":             {},
		"title":               {[]string{`"Host"`, `"Hosts"`}, []string{`title changed from "Host" to "Hosts"`}},
		"query":               {[]string{`"expr": "a"`, `"expr": "c"`}, []string{`panel "CPU": query A changed`}},
		"query added":         {[]string{`{"refId": "B", "expr": "b"}`, `{"refId": "B", "expr": "b"}, {"refId": "C", "expr": "c"}`}, []string{`panel "CPU": query C added`}},
		"query removed":       {[]string{`, {"refId": "B", "expr": "b"}`, ``}, []string{`panel "CPU": query B removed`}},
		"query hidden":        {[]string{`"expr": "b"`, `"expr": "b", "hide": true`}, []string{`panel "CPU": query B hidden`}},
		"legend":              {[]string{`"expr": "b"`, `"expr": "b", "legendFormat": "x"`}, []string{`panel "CPU": legend of query B changed`}},
		"queries reordered":   {[]string{`{"refId": "A", "expr": "a"}, {"refId": "B", "expr": "b"}`, `{"refId": "B", "expr": "b"}, {"refId": "A", "expr": "a"}`}, []string{`panel "CPU": queries reordered`}},
		"query's data source": {[]string{`"expr": "b"`, `"expr": "b", "datasource": "loki"`}, []string{`panel "CPU": data source of query B changed`}},
		"removed":             {[]string{errors, ``}, []string{`panel "Errors" removed`}},
		"added":               {[]string{errors, errors + `{"id": 9, "type": "stat", "title": "Latency", "gridPos": {"x": 0, "y": 30, "w": 1, "h": 1}},`}, []string{`panel "Latency" added`}},
		"moved":               {[]string{`"x": 12, "y": 0`, `"x": 12, "y": 40`}, []string{`panel "Errors" moved`}},
		"resized":             {[]string{`"x": 12, "y": 0, "w": 12`, `"x": 12, "y": 0, "w": 6`}, []string{`panel "Errors" resized`}},
		"moved and resized":   {[]string{`"x": 12, "y": 0, "w": 12`, `"x": 14, "y": 0, "w": 6`}, []string{`panel "Errors" moved and resized`}},
		"renamed":             {[]string{cpu, `"title": "CPU load"`}, []string{`panel "CPU" renamed to "CPU load"`}},
		"lost its title":      {[]string{cpu, `"title": ""`}, []string{`panel "CPU" lost its title`}},
		"given a title":       {[]string{`"type": "text",`, `"type": "text", "title": "Hello",`}, []string{`untitled text panel at x 0, y 17 was given the title "Hello"`}},
		"id":                  {[]string{`"id": 2,`, `"id": 8,`}, []string{`panel "Errors": id changed from 2 to 8`}},
		"type":                {[]string{`"graph"`, `"timeseries"`}, []string{`panel "Errors": type changed from graph to timeseries`}},
		"threshold":           {[]string{`"color": "green"`, `"color": "red"`}, []string{`panel "CPU": threshold changed`}},
		"old threshold":       {[]string{`{"value": 1}`, `{"value": 2}`}, []string{`panel "Errors": threshold changed`}},
		"unit":                {[]string{`"percent"`, `"percentunit"`}, []string{`panel "CPU": unit changed from percent to percentunit`}},
		"field setting":       {[]string{`"lineWidth": 1`, `"lineWidth": 2`}, []string{`panel "CPU": field settings changed (custom.lineWidth)`}},
		"override":            {[]string{`"overrides": []`, `"overrides": [{"matcher": {}}]`}, []string{`panel "CPU": field overrides changed`}},
		"option":              {[]string{`"showLegend": true`, `"showLegend": false`}, []string{`panel "CPU": settings changed (options.legend)`}},
		"unknown setting":     {[]string{cpu, cpu + `, "maxDataPoints": 5`}, []string{`panel "CPU": settings changed (maxDataPoints)`}},
		"data source":         {[]string{`"h": 8}, "datasource": "prometheus"`, `"h": 8}, "datasource": {"uid": "loki"}`}, []string{`panel "CPU": data source changed from prometheus to loki`}},
		"data source removed": {[]string{`"h": 8}, "datasource": "prometheus"`, `"h": 8}`}, []string{`panel "CPU": data source changed from prometheus to the default`}},
		"transformation":      {[]string{cpu, cpu + `, "transformations": [{"id": "merge"}]`}, []string{`panel "CPU": transformations changed`}},
		"panel description":   {[]string{cpu, cpu + `, "description": "x"`}, []string{`panel "CPU": description changed`}},
		"repeat":              {[]string{cpu, cpu + `, "repeat": "host"`}, []string{`panel "CPU": repeat changed from none to host`}},
		"in a collapsed row":  {[]string{`"type": "table"`, `"type": "stat"`}, []string{`panel "Disks": type changed from table to stat`}},
		"expanded":            {[]string{`"collapsed": true`, `"collapsed": false`, "\"panels\": [\n      {\"id\": 4", `"panels": []}, {"id": 4`, "\"h\": 8}}\n    ]}", `"h": 8}}`}, []string{`row "Details" expanded`}},
		"out of the row":      {[]string{"\"panels\": [\n      {\"id\": 4", `"panels": []}, {"id": 4`, "\"h\": 8}}\n    ]}", `"h": 8}}`}, []string{`panel "Disks" moved out of row "Details"`}},
		"untitled":            {[]string{`"content": "x"`, `"content": "y"`}, []string{`untitled text panel at x 0, y 17: settings changed (options.content)`}},
		"variable added":      {[]string{`{"name": "host"`, `{"name": "env", "type": "textbox"}, {"name": "host"`}, []string{`variable "env" added`}},
		"variable removed":    {[]string{`"query": "label_values(job)", "datasource": "prometheus"},`, `"query": "label_values(job)", "datasource": "prometheus"}`, `{"name": "host", "type": "custom", "query": "a,b", "current": {"value": "a"}}`, ``}, []string{`variable "host" removed`}},
		"variable query":      {[]string{`label_values(job)`, `label_values(up, job)`}, []string{`variable "job": query changed`}},
		"variable value":      {[]string{`{"value": "a"}`, `{"value": "b"}`}, []string{`variable "host": selected value changed`}},
		"variable type":       {[]string{`"custom"`, `"interval"`}, []string{`variable "host": type changed from custom to interval`}},
		"variable setting":    {[]string{`"custom"`, `"custom", "multi": true, "includeAll": true`}, []string{`variable "host": settings changed (includeAll, multi)`}},
		"annotation":          {[]string{`"expr": "x"`, `"expr": "y"`}, []string{`annotation "Deploys": query changed`}},
		"annotation off":      {[]string{`"enable": true`, `"enable": false`}, []string{`annotation "Deploys": switched off`}},
		"annotation removed":  {[]string{`{"name": "Deploys", "enable": true, "expr": "x", "datasource": "prometheus"}`, ``}, []string{`annotation "Deploys" removed`}},
		"time range":          {[]string{`now-1h`, `now-6h`}, []string{`time range changed from now-1h to now to now-6h to now`}},
		"refresh":             {[]string{`"30s"`, `""`}, []string{`refresh changed from 30s to off`}},
		"tags":                {[]string{`["a", "b"]`, `["b", "c"]`}, []string{`tag "a" removed`, `tag "c" added`}},
		"order of tags":       {[]string{`["a", "b"]`, `["b", "a"]`}, []string{`tags changed`}},
		"links":               {[]string{`"links": []`, `"links": [{"title": "x"}]`}, []string{`links changed`}},
		"schema version":      {[]string{`39`, `42`}, []string{`schema version changed from 39 to 42`}},
		"no schema version":   {[]string{`"schemaVersion": 39,`, ``}, nil},
		"settings":            {[]string{`"refresh"`, `"liveNow": true, "editable": false, "refresh"`}, []string{`dashboard settings changed (editable, liveNow)`}},
		"several, in order": {
			[]string{`"Host"`, `"H"`, errors, ``, `"expr": "a"`, `"expr": "c"`, `"30s"`, `"1m"`, `label_values(job)`, `x`},
			[]string{`title changed from "Host" to "H"`, `panel "CPU": query A changed`, `panel "Errors" removed`, `variable "job": query changed`, `refresh changed from 30s to 1m`},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			after := before
			for i := 0; i < len(test.edits); i += 2 {
				if !strings.Contains(after, test.edits[i]) {
					t.Fatalf("%s is not in the dashboard", test.edits[i])
				}
				after = strings.Replace(after, test.edits[i], test.edits[i+1], 1)
			}
			if got := dashboard.Diff(parse(t, before), parse(t, after)); !slices.Equal(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

// A panel without ids on one side is still the same panel.
func TestDiffWithoutIDs(t *testing.T) {
	withoutIDs := before
	for id := 1; id <= 5; id++ {
		withoutIDs = strings.Replace(withoutIDs, fmt.Sprintf(`"id": %d, `, id), "", 1)
	}
	if got := dashboard.Diff(parse(t, before), parse(t, withoutIDs)); len(got) > 0 {
		t.Errorf("got %q", got)
	}
	edited := strings.NewReplacer(`"CPU"`, `"Load"`, `"x": 12, "y": 0`, `"x": 12, "y": 50`).Replace(withoutIDs)
	want := []string{`panel "CPU" renamed to "Load"`, `panel "Errors" moved`}
	if got := dashboard.Diff(parse(t, before), parse(t, edited)); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDiffCountsManyMoves(t *testing.T) {
	stack := func(offset int) string {
		var panels []string
		for i := range 6 {
			panels = append(panels, fmt.Sprintf(`{"id": %d, "type": "stat", "title": "P%d", "gridPos": {"x": 0, "y": %d, "w": 24, "h": 4}}`, i+1, i, 4*i+offset))
		}
		return `{"panels": [` + strings.Join(panels, ",") + `]}`
	}
	want := []string{"6 panels moved"}
	if got := dashboard.Diff(parse(t, stack(0)), parse(t, stack(4))); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Panels that share a title are told apart by their place.
func TestDiffNamesPanelsThatShareATitle(t *testing.T) {
	twin := func(expr string) string {
		return `{"panels": [
			{"type": "stat", "title": "CPU", "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8}},
			{"type": "stat", "title": "CPU", "gridPos": {"x": 12, "y": 0, "w": 12, "h": 8}, "targets": [{"refId": "A", "expr": "` + expr + `"}]}]}`
	}
	want := []string{`panel "CPU" at x 12, y 0: query A changed`}
	if got := dashboard.Diff(parse(t, twin("a")), parse(t, twin("b"))); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What a user has written stays on one line and short.
func TestDiffShortensTitles(t *testing.T) {
	long := strings.Repeat("ü", 500)
	got := dashboard.Diff(parse(t, `{"title": "a"}`), parse(t, `{"title": "b\n`+long+`"}`))
	if len(got) != 1 || strings.Contains(got[0], "\n") || len([]rune(got[0])) > 120 {
		t.Errorf("got %q", got)
	}
}

func TestSummarize(t *testing.T) {
	sentences := func(n int) []string {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprint(i))
		}
		return list
	}
	tests := map[string]struct {
		n    int
		last string
		len  int
	}{
		"none":   {0, "", 0},
		"ten":    {10, "9", 10},
		"eleven": {11, "and 1 more change", 11},
		"many":   {17, "and 7 more changes", 11},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			list := sentences(test.n)
			got := dashboard.Summarize(list)
			if len(got) != test.len || test.len > 0 && got[len(got)-1] != test.last {
				t.Errorf("got %q", got)
			}
			if !slices.Equal(list, sentences(test.n)) {
				t.Errorf("the argument was changed: %q", list)
			}
		})
	}
}
