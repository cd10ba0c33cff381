// Package correlation is the object opp_correlation: alerts that are muted while
// others explain them.
package correlation

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// NewResource makes the resource.
func NewResource() resource.Resource {
	return tfkit.NewResource[model](tfkit.Definition[spec.Correlation]{
		Type:   "opp_correlation",
		Kind:   spec.KindCorrelation,
		Schema: resourceSchema,
	})
}
