package grafanatest

import "maps"

// migratedVersion is the schema version that the second API answers in.
const migratedVersion = 42

// migrated returns a model as the second API answers it: with defaults, panel
// ids and the migrations that the recording shows. Grafana has one for each
// schema version; of those before 36 only the explicit data sources are here,
// so that a product must not take old dashboards from this API.
func (s *Server) migrated(model object) object {
	schema, _ := model["schemaVersion"].(int64)
	for _, owned := range []string{"id", "uid", "version"} {
		delete(model, owned)
	}
	panels, _ := model["panels"].([]any)
	if schema < 36 {
		s.nameDataSources(panels)
	}
	if _, isText := model["refresh"].(string); schema < 40 && !isText {
		model["refresh"] = ""
	}
	next := highestID(panels) + 1
	numberPanels(panels, &next)

	spec := defaultSpec()
	maps.Copy(spec, model)
	spec["schemaVersion"] = max(schema, migratedVersion)
	return spec
}

func defaultSpec() object {
	return object{
		"annotations": object{"list": []any{object{
			"builtIn": 1, "datasource": object{"type": "grafana", "uid": "-- Grafana --"}, "enable": true, "hide": true,
			"iconColor": "rgba(0, 211, 255, 1)", "name": "Annotations & Alerts", "type": "dashboard",
		}}},
		"editable": true, "fiscalYearStartMonth": 0, "graphTooltip": 0, "links": []any{}, "panels": []any{}, "tags": []any{},
		"templating": object{"list": []any{}}, "time": object{"from": "now-6h", "to": "now"}, "timepicker": object{},
		"timezone": "", "weekStart": "",
	}
}

// nameDataSources writes the default data source where panels leave it out, and
// references where they give a name.
func (s *Server) nameDataSources(panels []any) {
	for _, value := range panels {
		panel, ok := value.(map[string]any)
		if !ok {
			continue
		}
		source := s.reference(panel["datasource"])
		panel["datasource"] = source
		targets, _ := panel["targets"].([]any)
		if len(targets) == 0 {
			targets = []any{map[string]any{"refId": "A"}}
		}
		for _, t := range targets {
			if target, ok := t.(map[string]any); ok && target["datasource"] == nil {
				target["datasource"] = source
			}
		}
		panel["targets"] = targets
	}
}

// reference returns the reference that a panel's data source means.
func (s *Server) reference(named any) any {
	name, isName := named.(string)
	if named != nil && !isName {
		return named
	}
	for _, d := range s.dataSources() {
		if !isName && d.IsDefault || isName && (d.Name == name || d.UID == name) {
			return object{"type": d.Type, "uid": d.UID}
		}
	}
	return named
}

// numberPanels gives ids from next on to panels that have none, rows before what is in them.
func numberPanels(panels []any, next *int64) {
	for _, value := range panels {
		panel, ok := value.(map[string]any)
		if !ok {
			continue
		}
		if _, numbered := panel["id"].(int64); !numbered {
			panel["id"] = *next
			*next++
		}
		below, _ := panel["panels"].([]any)
		numberPanels(below, next)
	}
}

func highestID(panels []any) int64 {
	highest := int64(0)
	for _, value := range panels {
		panel, _ := value.(map[string]any)
		id, _ := panel["id"].(int64)
		below, _ := panel["panels"].([]any)
		highest = max(highest, id, highestID(below))
	}
	return highest
}
