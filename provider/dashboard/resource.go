// Package dashboard is the object opp_dashboard: one Grafana dashboard, as a
// resource and as a data source.
package dashboard

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// Type is the Terraform type of the resource and the data source.
const Type = "opp_dashboard"

// NewResource makes the resource.
func NewResource() resource.Resource {
	return tfkit.NewResource[model](tfkit.Definition[spec.Dashboard]{
		Type:   Type,
		Kind:   spec.KindDashboard,
		Schema: resourceSchema,
	})
}
