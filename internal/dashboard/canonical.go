package dashboard

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Canonical returns d as JSON with sorted keys, without what Grafana owns and
// without what says nothing:
//
//   - id, uid, version, iteration and meta of the dashboard (the uid is the
//     name of the object that is saved, not part of its content), what only an
//     import reads (__inputs, __requires, __elements), plugin versions, and of
//     a panel from the library everything but place and reference;
//   - white space around the title, which Grafana takes away;
//   - nulls, known defaults and, where Grafana adds or drops them, empty lists
//     and objects;
//   - the form of numbers, data sources named by a string, and the order of
//     panels in the file as far as their places on the grid decide it.
//
// Dashboards with the same canonical form are [Equal]. The reverse need not
// hold: panel ids and the schema version stay, yet are not compared with a
// document that has none.
func Canonical(d *Dashboard) []byte { return encode(canonicalRoot(d.root)) }

// Equal tells whether two dashboards mean the same; exactly then, [Diff] finds
// nothing. In addition to what [Canonical] leaves out, a panel id, a schema
// version or the type of a data source that only one side has never differs.
// Texts of which one is no dashboard are compared as texts.
func Equal(a, b string) bool {
	if a == b {
		return true
	}
	x, errX := Parse(a)
	y, errY := Parse(b)
	return errX == nil && errY == nil && len(Diff(x, y)) == 0
}

// Not among the defaults, because they render differently: timezone "browser"
// (absent means what the user prefers), a variable's refresh 0 (absent means on
// load), an annotation that is switched off.
var (
	rootDefaults = defaults{
		"annotations":          {empty{}},
		"description":          {""},
		"editable":             {true},
		"fiscalYearStartMonth": {json.Number("0")},
		"graphTooltip":         {json.Number("0")},
		"hideControls":         {false},
		"links":                {empty{}},
		"liveNow":              {false},
		"panels":               {empty{}},
		"preload":              {false},
		"refresh":              {"", false},
		"rows":                 {empty{}},
		"schemaVersion":        {json.Number("0")},
		"sharedCrosshair":      {false},
		"style":                {"dark"},
		"tags":                 {empty{}},
		"templating":           {empty{}},
		"time":                 {object{"from": "now-6h", "to": "now"}},
		"timepicker":           {empty{}},
		"timezone":             {""},
		"weekStart":            {""},
	}
	listDefaults       = defaults{"list": {empty{}}}
	timepickerDefaults = defaults{"hidden": {false}}
	variableDefaults   = defaults{
		"allValue":    {""},
		"current":     {empty{}},
		"description": {""},
		"hide":        {json.Number("0")},
		"includeAll":  {false},
		"label":       {""},
		"multi":       {false},
		"options":     {empty{}},
		"regex":       {""},
		"skipUrlSync": {false},
		"sort":        {json.Number("0")},
	}
)

// canonicalRoot returns a canonical copy of root.
func canonicalRoot(root object) object {
	clean, _ := scrub(root).(object)
	remove(clean, "id", "uid", "version", "iteration", "meta", "__inputs", "__requires", "__elements")
	if title, ok := clean["title"].(string); ok {
		clean["title"] = strings.TrimSpace(title)
	}
	canonicalPanels(clean)
	for _, row := range children(clean, "rows") {
		canonicalPanels(row)
		rowDefaults.drop(row)
	}
	if templating, ok := clean["templating"].(object); ok {
		for _, variable := range children(templating, "list") {
			canonicalVariable(variable)
		}
		listDefaults.drop(templating)
	}
	if annotations, ok := clean["annotations"].(object); ok {
		canonicalAnnotations(annotations)
	}
	if timepicker, ok := clean["timepicker"].(object); ok {
		timepickerDefaults.drop(timepicker)
	}
	rootDefaults.drop(clean)
	return clean
}

func canonicalVariable(variable object) {
	canonicalRef(variable)
	if current, ok := variable["current"].(object); ok {
		// A mark for the list that is open, not a choice.
		delete(current, "selected")
	}
	if stringAt(variable, "type") == "query" {
		refresh := variable["refresh"]
		if refresh == json.Number("1") || refresh == json.Number("2") {
			// Grafana asks for the options anew before it shows them.
			delete(variable, "options")
		}
	}
	variableDefaults.drop(variable)
}

// canonicalAnnotations removes the query that Grafana adds to every dashboard.
func canonicalAnnotations(annotations object) {
	list := children(annotations, "list")
	for _, annotation := range list {
		canonicalRef(annotation)
	}
	kept := slices.DeleteFunc(list, isBuiltIn)
	elements := make([]any, len(kept))
	for i, annotation := range kept {
		elements[i] = annotation
	}
	if annotations["list"] != nil {
		annotations["list"] = elements
	}
	listDefaults.drop(annotations)
}

// isBuiltIn tells whether an annotation is the built-in one, as it comes. One
// that somebody changed, switched off for example, is an annotation like others.
func isBuiltIn(annotation object) bool {
	ref, _ := annotation["datasource"].(object)
	if uid := stringAt(ref, "uid"); uid != "-- Grafana --" && uid != "grafana" {
		return false
	}
	for key, value := range annotation {
		switch key {
		case "datasource":
		case "target":
			target, ok := value.(object)
			if !ok {
				return false
			}
			target = maps.Clone(target) // it stays as it is if somebody changed it
			builtInTarget.drop(target)
			if len(target) > 0 {
				return false
			}
		default:
			if same, known := builtInAnnotation[key]; !known || !reflect.DeepEqual(value, same) {
				return false
			}
		}
	}
	for key := range builtInAnnotation {
		if _, exists := annotation[key]; !exists {
			return false
		}
	}
	return true
}

var (
	builtInAnnotation = object{
		"builtIn":   json.Number("1"),
		"enable":    true,
		"hide":      true,
		"iconColor": "rgba(0, 211, 255, 1)",
		"name":      "Annotations & Alerts",
		"type":      "dashboard",
	}
	builtInTarget = defaults{
		"limit":    {json.Number("100")},
		"matchAny": {false},
		"tags":     {empty{}},
		"type":     {"dashboard"},
	}
)
