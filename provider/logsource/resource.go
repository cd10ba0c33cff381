// Package logsource is the object opp_log_source: where logs come from and what
// is made of them before they are stored.
package logsource

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// NewResource makes the resource.
func NewResource() resource.Resource {
	return tfkit.NewResource[model](tfkit.Definition[spec.LogSource]{
		Type:   "opp_log_source",
		Kind:   spec.KindLogSource,
		Schema: resourceSchema,
	})
}
