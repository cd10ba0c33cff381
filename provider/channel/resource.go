// Package channel is the object opp_notification_channel: a receiver of
// notifications and the route that leads to it.
package channel

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// NewResource makes the resource.
func NewResource() resource.Resource {
	return tfkit.NewResource[model](tfkit.Definition[spec.Channel]{
		Type:   "opp_notification_channel",
		Kind:   spec.KindChannel,
		Schema: resourceSchema,
	})
}
