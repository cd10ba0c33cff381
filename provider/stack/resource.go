// Package stack is the object opp_monitoring_stack: the monitoring platform
// itself, as a resource and as a data source.
package stack

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// Type is the Terraform type of the resource and the data source.
const Type = "opp_monitoring_stack"

// NewResource makes the resource.
func NewResource() resource.Resource {
	return tfkit.NewResource[resourceModel](tfkit.Definition[spec.Stack]{
		Type:   Type,
		Kind:   spec.KindStack,
		Schema: resourceSchema,
	})
}
