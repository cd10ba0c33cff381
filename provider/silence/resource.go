// Package silence is the object opp_silence: alerts that nobody is notified of
// for some time.
package silence

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// NewResource makes the resource.
func NewResource() resource.Resource {
	return tfkit.NewResource[model](tfkit.Definition[spec.Silence]{
		Type:   "opp_silence",
		Kind:   spec.KindSilence,
		Schema: resourceSchema,
	})
}
