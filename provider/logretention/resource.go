// Package logretention is the object opp_log_retention: how long Loki keeps the
// log streams that a selector selects.
package logretention

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// NewResource makes the resource.
func NewResource() resource.Resource {
	return tfkit.NewResource[model](tfkit.Definition[spec.LogRetention]{
		Type:   "opp_log_retention",
		Kind:   spec.KindLogRetention,
		Schema: resourceSchema,
	})
}
