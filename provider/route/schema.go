package route

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func resourceSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Which alerts go to which channel. All routes of a stack, whoever declares them, and the channels' own `matchers` make one tree, " +
			"as Alertmanager walks it: an alert goes down into the first route whose matchers it fits, and on to later ones only where that one has `continue`. " +
			"What fits no route goes to the default channel. A route that can receive nothing, because an earlier one takes all that would reach it, is an error " +
			"if this configuration declares both; if others declare the earlier one, it is a warning and shows as `drift`.",
		Attributes: map[string]schema.Attribute{
			"id":    tfkit.ID("Import id, `STACK/NAME`."),
			"stack": tfkit.Stack(),
			"name":  tfkit.Identity("Name of the route, which identifies it within the stack."),
			"channel": tfkit.Optional("Name of the channel that receives the alerts, best as `opp_notification_channel.NAME.name`, so that Terraform changes both in the right order. " +
				"Left out, it is the parent's; a route without `parent` needs one."),
			"matchers": tfkit.OptionalStrings("Matchers in Alertmanager's syntax, such as `severity=\"critical\"` or `team=~\"db|cache\"`. " +
				"An alert must fit all of them; none fit everything that reaches the parent."),
			"parent": tfkit.Optional("Name of the route below which this one lies, best as `opp_route.NAME.name`: it only sees alerts that fit the parent, " +
				"and takes them from it. Left out, the route lies at the top."),
			"order":    tfkit.Int64("Place among the routes with the same parent: the smallest number is tried first, the first name among equals.", 0),
			"continue": tfkit.Bool("Whether routes that come later see the alert as well. The default channel does not: it gets what no route takes.", false),
			"group_by": tfkit.OptionalList("Labels by which alerts are put into one notification; `[\"...\"]` sends every alert on its own, `[]` all in one. " +
				"Left out, it is the parent's, at the top `[]`."),
			"group_wait": tfkit.Optional("How long to wait for more alerts of a new group before its first notification. A Prometheus duration. " +
				"Left out, it is the parent's, at the top Alertmanager's `30s`."),
			"group_interval": tfkit.Optional("How long to wait before notifying about new alerts of a group. A Prometheus duration. " +
				"Left out, it is the parent's, at the top Alertmanager's `5m`."),
			"repeat_interval": tfkit.Optional("How long to wait before repeating a notification. A Prometheus duration. " +
				"Left out, it is the parent's, at the top Alertmanager's `4h`."),
			"mute_windows": tfkit.OptionalStrings("Names of windows, best as `opp_mute_window.NAME.name`, within which the route does not notify. " +
				"It takes its alerts all the same: they go to no other route. Routes below it have windows of their own."),
			"active_windows": tfkit.OptionalStrings("Names of windows outside of which the route does not notify; `[]` lets it notify at any time. " +
				"Like a muted one, it takes its alerts all the same."),
			"drift": tfkit.Drift(),
		},
	}
}
