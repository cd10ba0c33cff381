// Package escalation is the object opp_escalation_policy: who else is notified
// while an alert goes on firing and nobody has silenced it.
package escalation

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// NewResource makes the resource.
func NewResource() resource.Resource {
	return tfkit.NewResource[model](tfkit.Definition[spec.EscalationPolicy]{
		Type:   "opp_escalation_policy",
		Kind:   spec.KindEscalationPolicy,
		Schema: resourceSchema,
	})
}
