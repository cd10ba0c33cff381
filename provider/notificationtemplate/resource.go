// Package notificationtemplate is the object opp_notification_template: a text
// that notification channels refer to.
package notificationtemplate

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// NewResource makes the resource.
func NewResource() resource.Resource {
	return tfkit.NewResource[model](tfkit.Definition[spec.NotificationTemplate]{
		Type:   "opp_notification_template",
		Kind:   spec.KindNotificationTemplate,
		Schema: resourceSchema,
	})
}

func resourceSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "A text that notification channels refer to, as `{{ template \"NAME\" . }}` in any field that takes Alertmanager's templates. " +
			"The plan renders it with Alertmanager's own code for a firing alert, a resolved one, many, one without labels, and one whose labels " +
			"have unusual values, and fails where it fails. That matters: Alertmanager does not send a notification at all whose template fails, " +
			"and has nothing to send in its place. If one fails all the same, the alert `NotificationsFailing` of self-monitoring tells so, half a minute later: " +
			"it goes to that channel in Alertmanager's own words, and names the channel and what fires now (Alertmanager 0.27 or newer).",
		Attributes: map[string]schema.Attribute{
			"id":    tfkit.ID("Import id, `STACK/NAME`."),
			"stack": tfkit.Stack(),
			"name":  tfkit.Identity("Name of the template, which identifies it within the stack."),
			"content": schema.StringAttribute{
				MarkdownDescription: "The text, a [template of Alertmanager](https://prometheus.io/docs/alerting/latest/notifications/); or definitions, " +
					"`{{ define \"NAME\" }}…{{ end }}`, of the template and of parts whose names begin with its own, such as `NAME.row`.",
				Required: true,
			},
			"drift": tfkit.Drift(),
		},
	}
}
