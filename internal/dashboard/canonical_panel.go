package dashboard

import (
	"cmp"
	"encoding/json"
	"slices"
)

var (
	rowDefaults = defaults{
		"collapse":  {false},
		"panels":    {empty{}},
		"repeat":    {""},
		"showTitle": {false},
		"title":     {""},
	}
	panelDefaults = defaults{
		"aliasColors":      {empty{}},
		"cacheTimeout":     {""},
		"collapsed":        {false},
		"datasource":       {empty{}},
		"description":      {""},
		"fieldConfig":      {empty{}},
		"hideTimeOverride": {false},
		"id":               {json.Number("0")}, // Grafana gives such a panel an id
		"interval":         {""},
		"links":            {empty{}},
		"options":          {empty{}},
		"panels":           {empty{}},
		"repeat":           {""},
		"repeatDirection":  {"h"},
		"seriesOverrides":  {empty{}},
		"targets":          {empty{}},
		"thresholds":       {empty{}, ""},
		"timeFrom":         {""},
		"timeRegions":      {empty{}},
		"timeShift":        {""},
		"title":            {""},
		"transformations":  {empty{}},
		"transparent":      {false},
	}
	targetDefaults = defaults{
		"hide":         {false},
		"interval":     {""},
		"legendFormat": {""},
	}
	fieldDefaults = defaults{
		"custom":      {empty{}},
		"description": {""},
		"links":       {empty{}},
		"mappings":    {empty{}},
	}
	fieldConfigDefaults = defaults{
		"defaults":  {empty{}},
		"overrides": {empty{}},
	}
	transformationDefaults = defaults{
		"disabled": {false},
		"options":  {empty{}},
	}
	organizeDefaults = defaults{
		"excludeByName": {empty{}},
		"includeByName": {empty{}},
		"indexByName":   {empty{}},
		"renameByName":  {empty{}},
	}
)

// canonicalPanels makes the panels of holder canonical and puts them in the
// order in which Grafana reads them: by their place on the grid.
func canonicalPanels(holder object) {
	panels := children(holder, "panels")
	if len(panels) == 0 {
		return
	}
	slices.SortStableFunc(panels, func(a, b object) int {
		x, y := gridOf(a), gridOf(b)
		return cmp.Or(cmp.Compare(x.y, y.y), cmp.Compare(x.x, y.x))
	})
	elements := make([]any, len(panels))
	for i, panel := range panels {
		canonicalPanel(panel)
		elements[i] = panel
	}
	holder["panels"] = elements
}

func canonicalPanel(panel object) {
	if library, ok := panel["libraryPanel"].(object); ok {
		for key := range panel {
			if key != "id" && key != "gridPos" && key != "libraryPanel" {
				delete(panel, key)
			}
		}
		for key := range library {
			if key != "uid" && key != "name" {
				delete(library, key)
			}
		}
		panelDefaults.drop(panel)
		return
	}
	delete(panel, "pluginVersion")
	canonicalPanels(panel)
	canonicalRef(panel)
	for _, target := range children(panel, "targets") {
		canonicalTarget(target, panel)
	}
	for _, transformation := range children(panel, "transformations") {
		if options, ok := transformation["options"].(object); ok && stringAt(transformation, "id") == "organize" {
			organizeDefaults.drop(options)
		}
		transformationDefaults.drop(transformation)
	}
	if config, ok := panel["fieldConfig"].(object); ok {
		if fields, ok := config["defaults"].(object); ok {
			fieldDefaults.drop(fields)
		}
		fieldConfigDefaults.drop(config)
	}
	panelDefaults.drop(panel)
}

// canonicalTarget also drops a data source that only repeats the panel's:
// Grafana asks the panel's for every query unless it is mixed.
func canonicalTarget(target, panel object) {
	canonicalRef(target)
	targetDefaults.drop(target)
	own, hasOwn := target["datasource"].(object)
	shared, hasShared := panel["datasource"].(object)
	if hasOwn && hasShared && stringAt(shared, "uid") != mixedUID && sameRef(own, shared) {
		delete(target, "datasource")
	}
}

// canonicalRef writes the data source of holder as an object. A name and a uid
// are looked up alike, so the string is as good as an object with that uid.
func canonicalRef(holder object) {
	name, ok := holder["datasource"].(string)
	switch {
	case !ok:
	case name == "default":
		delete(holder, "datasource")
	default:
		holder["datasource"] = object{"uid": name}
	}
}

// grid is the place of a panel: columns of 24, rows of about 30 pixels.
type grid struct{ x, y, w, h float64 }

func gridOf(panel object) grid {
	position, _ := panel["gridPos"].(object)
	number := func(key string) float64 {
		n, _ := position[key].(json.Number)
		f, _ := n.Float64()
		return f
	}
	return grid{x: number("x"), y: number("y"), w: number("w"), h: number("h")}
}
