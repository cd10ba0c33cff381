package channel

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func resourceSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Where notifications go, and which alerts: an Alertmanager receiver and the route that leads to it. " +
			"Exactly one of the blocks, such as `webhook` or `email`, says how. They are named as Alertmanager names its receivers, and so is what is in them. " +
			"A channel that is destroyed while somebody else's route leads to it stays until that route leads elsewhere.",
		Attributes: withReceivers(map[string]schema.Attribute{
			"id":    tfkit.ID("Import id, `STACK/NAME`."),
			"stack": tfkit.Stack(),
			"name":  tfkit.Identity("Name of the channel, which identifies it within the stack and becomes the receiver's name."),
			"matchers": tfkit.OptionalList("Matchers of the channel's own route, the short form of an `opp_route`, in Alertmanager's syntax, " +
				"such as `severity=\"critical\"` or `team=~\"db|cache\"`. An alert must fit all of them; `[]` fits everything. " +
				"Left out, the channel has no route of its own and receives what an `opp_route` leads to it, or, as `default`, what no route takes."),
			"group_by": tfkit.OptionalStrings("Labels by which the channel's own route puts alerts into one notification; `[\"...\"]` sends every alert on its own, " +
				"an empty list all in one."),
			"group_wait": tfkit.Optional("How long the channel's own route waits for more alerts of a new group before its first notification. " +
				"A Prometheus duration. Left out, it is Alertmanager's `30s`."),
			"group_interval":  tfkit.Optional("How long it waits before notifying about new alerts of a group. A Prometheus duration. Left out, it is Alertmanager's `5m`."),
			"repeat_interval": tfkit.Optional("How long it waits before repeating a notification. A Prometheus duration. Left out, it is Alertmanager's `4h`."),
			"continue":        tfkit.Bool("Whether routes that come later see the alert as well. The default channel does not: it gets what no route takes.", false),
			"order":           tfkit.Int64("Place of the channel's own route among all routes at the top: the smallest number is tried first, the first name among equals.", 0),
			"send_resolved":   tfkit.Bool("Whether to notify also when an alert ends.", true),
			"default":         tfkit.Bool("Whether this channel receives what no other takes. At most one of a stack may.", false),
			"drift":           tfkit.Drift(),
		}),
	}
}
