package dashboard_test

import (
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/dashboard"
)

// panelJSON wraps a panel's members in a dashboard.
func panelJSON(members string) string {
	return `{"title": "D", "panels": [{"type": "timeseries", "title": "P"` + members + `}]}`
}

func variableJSON(members string) string {
	return `{"title": "D", "templating": {"list": [{"name": "v", "type": "query", "query": "q"` + members + `}]}}`
}

func targetJSON(panelMembers, members string) string {
	return panelJSON(panelMembers + `, "targets": [{"refId": "A", "expr": "up"` + members + `}]`)
}

func TestEqual(t *testing.T) {
	tests := map[string][2]string{
		"white space and order":        {`{"title":"a","tags":["x"]}`, "{ \"tags\" : [\n\"x\"], \"title\":\"a\" }"},
		"owned by Grafana":             {`{"title": "a"}`, `{"title": "a", "id": 5, "uid": "x", "version": 9, "iteration": 1, "meta": {}}`},
		"another uid":                  {`{"title": "a", "uid": "x"}`, `{"title": "a", "uid": "y"}`},
		"only an import reads":         {`{"title": "a"}`, `{"title": "a", "__inputs": [], "__requires": [{"type": "panel"}], "__elements": {}}`},
		"space around the title":       {`{"title": "a b"}`, `{"title": " a b\n"}`},
		"nulls":                        {`{"title": "a"}`, `{"title": "a", "gnetId": null, "panels": null}`},
		"defaults":                     {`{"title": "a"}`, `{"title": "a", "editable": true, "graphTooltip": 0, "fiscalYearStartMonth": 0, "liveNow": false, "links": [], "tags": [], "timepicker": {"hidden": false}, "timezone": "", "weekStart": "", "refresh": false, "style": "dark", "templating": {"list": []}, "annotations": {"list": []}, "time": {"to": "now", "from": "now-6h"}, "description": "", "preload": false}`},
		"built-in annotation":          {`{"title": "a"}`, `{"title": "a", "annotations": {"list": [{"builtIn": 1, "datasource": "-- Grafana --", "enable": true, "hide": true, "iconColor": "rgba(0, 211, 255, 1)", "name": "Annotations & Alerts", "target": {"limit": 100, "matchAny": false, "tags": [], "type": "dashboard"}, "type": "dashboard"}]}}`},
		"number forms":                 {panelJSON(`, "maxDataPoints": 100`), panelJSON(`, "maxDataPoints": 1.00e2`)},
		"float of an integer":          {panelJSON(`, "x": 10000000000000000000000`), panelJSON(`, "x": 1e22`)},
		"zero":                         {panelJSON(`, "x": 0`), panelJSON(`, "x": -0.0`)},
		"schema version of one":        {`{"title": "a"}`, `{"title": "a", "schemaVersion": 41}`},
		"panel id of one":              {panelJSON(``), panelJSON(`, "id": 7`)},
		"panel id zero":                {panelJSON(`, "id": 0`), panelJSON(`, "id": 7`)},
		"plugin version":               {panelJSON(`, "pluginVersion": "10.0.0"`), panelJSON(`, "pluginVersion": "12.3.3"`)},
		"panel defaults":               {panelJSON(``), panelJSON(`, "description": "", "transparent": false, "links": [], "targets": [], "fieldConfig": {"defaults": {"custom": {}, "mappings": []}, "overrides": []}, "options": {}, "transformations": [], "repeat": null, "repeatDirection": "h"`)},
		"query defaults":               {targetJSON(``, ``), targetJSON(``, `, "hide": false, "legendFormat": "", "interval": ""`)},
		"data source as a string":      {panelJSON(`, "datasource": "prometheus"`), panelJSON(`, "datasource": {"uid": "prometheus"}`)},
		"data source with its type":    {panelJSON(`, "datasource": "prometheus"`), panelJSON(`, "datasource": {"type": "prometheus", "uid": "prometheus"}`)},
		"default data source":          {panelJSON(`, "datasource": "default"`), panelJSON(`, "datasource": null`)},
		"query repeats data source":    {targetJSON(`, "datasource": {"uid": "p", "type": "prometheus"}`, ``), targetJSON(`, "datasource": {"uid": "p", "type": "prometheus"}`, `, "datasource": {"uid": "p", "type": "prometheus"}`)},
		"first threshold without null": {panelJSON(`, "fieldConfig": {"defaults": {"thresholds": {"steps": [{"color": "green"}]}}}`), panelJSON(`, "fieldConfig": {"defaults": {"thresholds": {"steps": [{"color": "green", "value": null}]}}}`)},
		"library panel body":           {panelJSON(`, "libraryPanel": {"uid": "u", "name": "n"}`), panelJSON(`, "description": "x", "targets": [{}], "libraryPanel": {"uid": "u", "name": "n", "model": {"a": 1}, "version": 3}`)},
		"organize":                     {panelJSON(`, "transformations": [{"id": "organize", "options": {"renameByName": {"a": "b"}}}]`), panelJSON(`, "transformations": [{"id": "organize", "options": {"renameByName": {"a": "b"}, "indexByName": {}, "excludeByName": {}}}]`)},
		"variable defaults":            {variableJSON(``), variableJSON(`, "hide": 0, "label": null, "multi": false, "includeAll": false, "skipUrlSync": false, "regex": "", "sort": 0, "options": [], "current": {"selected": false}`)},
		"options asked anew":           {variableJSON(`, "refresh": 1, "options": [{"text": "a", "value": "a"}]`), variableJSON(`, "refresh": 1, "options": []`)},
		"order of panels in the file": {
			`{"panels": [{"title": "a", "gridPos": {"x": 0, "y": 0, "w": 1, "h": 1}}, {"title": "b", "gridPos": {"x": 1, "y": 0, "w": 1, "h": 1}}]}`,
			`{"panels": [{"title": "b", "gridPos": {"x": 1, "y": 0, "w": 1, "h": 1}}, {"title": "a", "gridPos": {"x": 0, "y": 0, "w": 1, "h": 1}}]}`,
		},
		"ids of panels with the same title": {
			`{"panels": [{"title": "a", "gridPos": {"x": 0, "y": 0, "w": 1, "h": 1}}, {"title": "a", "gridPos": {"x": 1, "y": 0, "w": 1, "h": 1}, "type": "stat"}]}`,
			`{"panels": [{"id": 2, "title": "a", "gridPos": {"x": 0, "y": 0, "w": 1, "h": 1}}, {"id": 1, "title": "a", "gridPos": {"x": 1, "y": 0, "w": 1, "h": 1}, "type": "stat"}]}`,
		},
		"no dashboards, same text": {`{`, `{`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if !dashboard.Equal(test[0], test[1]) || !dashboard.Equal(test[1], test[0]) {
				t.Errorf("differ: %s", dashboard.Diff(parse(t, test[0]), parse(t, test[1])))
			}
		})
	}
}

// What renders differently is never equal, however alike it looks.
func TestNotEqual(t *testing.T) {
	builtIn := func(members string) string {
		return `{"annotations": {"list": [{"builtIn": 1, "datasource": "-- Grafana --", "iconColor": "rgba(0, 211, 255, 1)", "name": "Annotations & Alerts", "type": "dashboard"` + members + `}]}}`
	}
	tests := map[string][2]string{
		"title":                         {`{"title": "a"}`, `{"title": "A"}`},
		"both schema versions":          {`{"schemaVersion": 36}`, `{"schemaVersion": 41}`},
		"both panel ids":                {panelJSON(`, "id": 1`), panelJSON(`, "id": 2`)},
		"browser time zone":             {`{}`, `{"timezone": "browser"}`},
		"light style":                   {`{}`, `{"style": "light"}`},
		"read-only":                     {`{}`, `{"editable": false}`},
		"half of the time range":        {`{}`, `{"time": {"from": "now-6h"}}`},
		"large integers":                {panelJSON(`, "x": 9007199254740993`), panelJSON(`, "x": 9007199254740992`)},
		"text and number":               {panelJSON(`, "x": 1`), panelJSON(`, "x": "1"`)},
		"null in a list":                {panelJSON(`, "x": [null]`), panelJSON(`, "x": []`)},
		"unknown empty list":            {panelJSON(`, "x": []`), panelJSON(``)},
		"order of values":               {panelJSON(`, "x": [1, 2]`), panelJSON(`, "x": [2, 1]`)},
		"no refresh intervals":          {`{"timepicker": {"refresh_intervals": []}}`, `{}`},
		"built-in switched off":         {`{}`, builtIn(`, "enable": false, "hide": true`)},
		"built-in shown":                {`{}`, builtIn(`, "enable": true, "hide": false`)},
		"built-in with tags":            {`{}`, builtIn(`, "enable": true, "hide": true, "target": {"tags": ["a"], "type": "dashboard"}`)},
		"built-in with another limit":   {`{}`, builtIn(`, "enable": true, "hide": true, "target": {"limit": 5, "type": "dashboard"}`)},
		"data source":                   {panelJSON(`, "datasource": "a"`), panelJSON(`, "datasource": "b"`)},
		"data source or default":        {panelJSON(`, "datasource": "a"`), panelJSON(``)},
		"types of data sources":         {panelJSON(`, "datasource": {"uid": "a", "type": "x"}`), panelJSON(`, "datasource": {"uid": "a", "type": "y"}`)},
		"type instead of uid":           {panelJSON(`, "datasource": {"type": "x"}`), panelJSON(`, "datasource": {"type": "y"}`)},
		"data source of a mixed panel":  {targetJSON(`, "datasource": "-- Mixed --"`, `, "datasource": "a"`), targetJSON(`, "datasource": "-- Mixed --"`, `, "datasource": "b"`)},
		"data source of one query":      {targetJSON(`, "datasource": "p"`, `, "datasource": "q"`), targetJSON(`, "datasource": "p"`, ``)},
		"hidden query":                  {targetJSON(``, `, "hide": true`), targetJSON(``, ``)},
		"library panel":                 {panelJSON(`, "libraryPanel": {"uid": "u"}`), panelJSON(`, "libraryPanel": {"uid": "v"}`)},
		"library panel or none":         {panelJSON(`, "libraryPanel": {"uid": "u"}`), panelJSON(``)},
		"place of a library panel":      {panelJSON(`, "libraryPanel": {"uid": "u"}, "gridPos": {"x": 1}`), panelJSON(`, "libraryPanel": {"uid": "u"}, "gridPos": {"x": 2}`)},
		"selected value":                {variableJSON(`, "current": {"text": "a", "value": "a"}`), variableJSON(``)},
		"options of a custom variable":  {`{"templating": {"list": [{"name": "v", "type": "custom", "options": [{"value": "a"}]}]}}`, `{"templating": {"list": [{"name": "v", "type": "custom"}]}}`},
		"options that are never asked":  {variableJSON(`, "refresh": 0, "options": [{"value": "a"}]`), variableJSON(`, "refresh": 0`)},
		"never refreshed":               {variableJSON(`, "refresh": 0`), variableJSON(``)},
		"order of variables":            {`{"templating": {"list": [{"name": "a"}, {"name": "b"}]}}`, `{"templating": {"list": [{"name": "b"}, {"name": "a"}]}}`},
		"panels without a place":        {`{"panels": [{"title": "a"}, {"title": "b"}]}`, `{"panels": [{"title": "b"}, {"title": "a"}]}`},
		"panels with the same title":    {`{"panels": [{"title": "a", "type": "x"}, {"title": "a", "type": "y"}]}`, `{"panels": [{"title": "a", "type": "y"}, {"title": "a", "type": "x"}]}`},
		"in a row or below it":          {`{"panels": [{"type": "row", "title": "r", "panels": [{"title": "a"}]}]}`, `{"panels": [{"type": "row", "title": "r"}, {"title": "a"}]}`},
		"old and new layout":            {`{"rows": [{"title": "r", "type": "row"}]}`, `{"panels": [{"title": "r", "type": "row"}]}`},
		"one of two panels":             {`{"panels": [{"title": "a"}, {"title": "a"}]}`, `{"panels": [{"title": "a"}]}`},
		"place or none":                 {panelJSON(`, "gridPos": {}`), panelJSON(``)},
		"no dashboard":                  {`{`, `{}`},
		"no dashboard, other text":      {`{`, `[`},
		"white space in a query":        {targetJSON(``, `, "legendFormat": "a b"`), targetJSON(``, `, "legendFormat": "a  b"`)},
		"what only templating has":      {`{"templating": {"enable": false}}`, `{}`},
		"transformation":                {panelJSON(`, "transformations": [{"id": "merge"}]`), panelJSON(``)},
		"disabled transformation":       {panelJSON(`, "transformations": [{"id": "merge", "disabled": true}]`), panelJSON(`, "transformations": [{"id": "merge"}]`)},
		"field settings are not object": {panelJSON(`, "fieldConfig": 1`), panelJSON(`, "fieldConfig": 2`)},
		"field defaults are not object": {panelJSON(`, "fieldConfig": {"defaults": 1}`), panelJSON(`, "fieldConfig": {"defaults": 2}`)},
		"queries are not a list":        {panelJSON(`, "targets": 1`), panelJSON(`, "targets": 2`)},
		"queries are not objects":       {panelJSON(`, "targets": [1]`), panelJSON(`, "targets": [2]`)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if dashboard.Equal(test[0], test[1]) || dashboard.Equal(test[1], test[0]) {
				t.Error("equal")
			}
		})
	}
}
