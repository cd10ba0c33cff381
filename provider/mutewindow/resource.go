// Package mutewindow is the object opp_mute_window: times in which routes do not
// notify, or in which only they do.
package mutewindow

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// NewResource makes the resource.
func NewResource() resource.Resource {
	return tfkit.NewResource[model](tfkit.Definition[spec.MuteWindow]{
		Type:   "opp_mute_window",
		Kind:   spec.KindMuteWindow,
		Schema: resourceSchema,
	})
}
