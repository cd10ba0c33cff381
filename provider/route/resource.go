// Package route is the object opp_route: which alerts go to which channel.
package route

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// NewResource makes the resource.
func NewResource() resource.Resource {
	return tfkit.NewResource[model](tfkit.Definition[spec.Route]{
		Type:   "opp_route",
		Kind:   spec.KindRoute,
		Schema: resourceSchema,
	})
}
