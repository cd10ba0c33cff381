package dashboardtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Saved returns what Grafana's API answers when a dashboard that was saved under
// uid is read: the same, decoded and encoded by Go, with id, uid and version, and
// without white space around the title. It panics if text is no JSON object.
func Saved(text, uid string, version int) string {
	root := decode(text)
	if title, ok := root["title"].(string); ok {
		root["title"] = strings.TrimSpace(title)
	}
	root["id"] = 4711
	root["uid"] = uid
	root["version"] = version
	return encode(root)
}

// SavedByEditor returns what is read after somebody pressed save in the editor
// without changing anything: what [Saved] adds, and ids for panels that have
// none, versions of plugins, the built-in annotation, and defaults that were not
// said before. It panics if text is no JSON object.
func SavedByEditor(text, uid string, version int) string {
	root := decode(text)
	root["id"] = 4711
	root["uid"] = uid
	root["version"] = version
	root["iteration"] = 1700000000000
	setMissing(root, map[string]any{
		"editable": true, "fiscalYearStartMonth": 0, "graphTooltip": 0, "links": []any{}, "liveNow": false,
		"preload": false, "refresh": "", "tags": []any{}, "timepicker": map[string]any{}, "timezone": "",
		"schemaVersion": 41, "weekStart": "", "time": map[string]any{"from": "now-6h", "to": "now"},
	})
	addBuiltInAnnotation(root)
	templating := member(root, "templating")
	setMissing(templating, map[string]any{"list": []any{}})
	for _, variable := range list(templating, "list") {
		setMissing(variable, map[string]any{"hide": 0, "skipUrlSync": false, "label": "", "multi": false, "includeAll": false})
	}
	next := 1
	eachPanel(root, func(panel map[string]any) {
		if id, err := panelID(panel); err == nil {
			next = max(next, id+1)
		}
	})
	eachPanel(root, func(panel map[string]any) {
		if panel["id"] == nil {
			panel["id"] = next
			next++
		}
		if panel["type"] != "row" && panel["libraryPanel"] == nil {
			panel["pluginVersion"] = "12.3.3"
			setMissing(panel, map[string]any{
				"description": "", "transparent": false, "links": []any{}, "fieldConfig": map[string]any{"defaults": map[string]any{}, "overrides": []any{}},
			})
		}
	})
	return encode(root)
}

func addBuiltInAnnotation(root map[string]any) {
	annotations := member(root, "annotations")
	for _, annotation := range list(annotations, "list") {
		if annotation["builtIn"] != nil {
			return
		}
	}
	present, _ := annotations["list"].([]any)
	annotations["list"] = append([]any{map[string]any{
		"builtIn": 1, "datasource": map[string]any{"type": "grafana", "uid": "-- Grafana --"}, "enable": true, "hide": true,
		"iconColor": "rgba(0, 211, 255, 1)", "name": "Annotations & Alerts", "type": "dashboard",
	}}, present...)
}

func panelID(panel map[string]any) (int, error) {
	number, ok := panel["id"].(json.Number)
	if !ok {
		return 0, fmt.Errorf("no id")
	}
	f, err := number.Float64()
	return int(f), err
}

// eachPanel visits panels in every layout, rows of the old one excepted.
func eachPanel(holder map[string]any, visit func(map[string]any)) {
	for _, panel := range list(holder, "panels") {
		visit(panel)
		eachPanel(panel, visit)
	}
	for _, row := range list(holder, "rows") {
		eachPanel(row, visit)
	}
}

func setMissing(object, values map[string]any) {
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if object[key] == nil {
			object[key] = values[key]
		}
	}
}

func member(object map[string]any, key string) map[string]any {
	inner, ok := object[key].(map[string]any)
	if !ok {
		inner = map[string]any{}
		object[key] = inner
	}
	return inner
}

func list(object map[string]any, key string) []map[string]any {
	var found []map[string]any
	elements, _ := object[key].([]any)
	for _, element := range elements {
		if o, ok := element.(map[string]any); ok {
			found = append(found, o)
		}
	}
	return found
}

func decode(text string) map[string]any {
	var root map[string]any
	decoder := json.NewDecoder(bytes.NewBufferString(text))
	decoder.UseNumber()
	if err := decoder.Decode(&root); err != nil {
		panic(fmt.Sprintf("cannot decode a dashboard: %v", err))
	}
	return root
}

func encode(root map[string]any) string {
	text, err := json.Marshal(root)
	if err != nil {
		panic(fmt.Sprintf("cannot encode a dashboard: %v", err))
	}
	return string(text)
}
