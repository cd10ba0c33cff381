package grafana

import (
	_ "embed"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// builtInName is the uid of the dashboard about the stack itself.
const builtInName = "opp-monitoring-stack"

//go:embed monitoring-stack.json
var monitoringStack string

// builtInDashboard is what self-monitoring shows; nil without it.
func builtInDashboard(in component.Input) *spec.Dashboard {
	if !in.State.Stack.SelfMonitoring || in.Addresses[component.Prometheus] == "" {
		return nil
	}
	return &spec.Dashboard{
		Stack: in.State.Stack.Name, Name: builtInName, Folder: "Monitoring",
		ConfigJSON: monitoringStack, UIEdits: spec.UIEditsRevert, Lint: spec.LintOff,
	}
}
