package grafana

import (
	_ "embed"
	"encoding/json"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// builtInName is the uid of the dashboard about the stack itself.
const builtInName = "opp-monitoring-stack"

// The dashboard, and lists of panels for components that not every stack has.
// Their ids and places are chosen so that they fit below each other.
var (
	//go:embed monitoring-stack.json
	monitoringStack []byte
	//go:embed logs.json
	logsPanels []byte
	//go:embed collector.json
	collectorPanels []byte
)

// builtInDashboard is what self-monitoring shows; nil without it.
func builtInDashboard(in component.Input) *spec.Dashboard {
	if !in.State.Stack.SelfMonitoring || in.Addresses[component.Prometheus] == "" {
		return nil
	}
	var model map[string]any
	panels := decode(monitoringStack, &model)["panels"].([]any)
	for _, part := range []struct {
		name  string
		shown []byte
	}{{component.Loki, logsPanels}, {component.Collector, collectorPanels}} {
		if in.Addresses[part.name] != "" {
			var more []any
			panels = append(panels, decode(part.shown, &more)...)
		}
	}
	model["panels"] = panels
	text, err := json.Marshal(model)
	if err != nil {
		panic(err) // it was JSON before
	}
	return &spec.Dashboard{
		Stack: in.State.Stack.Name, Name: builtInName, Folder: "Monitoring",
		ConfigJSON: string(text), UIEdits: spec.UIEditsRevert, Lint: spec.LintOff,
	}
}

// decode reads an embedded file.
func decode[T any](text []byte, into *T) T {
	if err := json.Unmarshal(text, into); err != nil {
		panic(err) // it is a constant, and tested
	}
	return *into
}
