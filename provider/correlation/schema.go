package correlation

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func resourceSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Alerts that are muted while others fire that explain them (Alertmanager calls it inhibition): either `source_matchers`, `target_matchers` and `equal`, " +
			"or `dependency`.\n\n" +
			"No alert may fit both sides, because one that did could be muted by another of its own kind. They are told apart where for some label " +
			"one side allows a few values only, all of which the other refuses, or where one side has the opposite of a matcher of the other. " +
			"Anything else is an error, even if no such alert exists: add a matcher that says so.\n\n" +
			"The stack has such a correlation of its own, unless its `alertmanager.severity_inhibition` is off: an alert that fires as `critical` mutes itself as `warning` and `info`, " +
			"as `warning` it mutes itself as `info`, for the same `alertname` and `instance`.",
		Attributes: map[string]schema.Attribute{
			"id":    tfkit.ID("Import id, `STACK/NAME`."),
			"stack": tfkit.Stack(),
			"name":  tfkit.Identity("Name of the correlation, which identifies it within the stack."),
			"source_matchers": tfkit.OptionalStrings("Matchers of the alerts that mute others, in Alertmanager's syntax, such as `alertname=\"NodeDown\"`. " +
				"An alert must fit all of them."),
			"target_matchers": tfkit.OptionalStrings("Matchers of the alerts that are muted. An alert must fit all of them."),
			"equal": tfkit.OptionalStrings("Labels that must have the same value on both alerts. One that both lack is the same. " +
				"With none, an alert that fits `source_matchers` mutes all that fit `target_matchers`."),
			"dependency": schema.SingleNestedAttribute{
				MarkdownDescription: "Mutes alerts by name while the one fires that causes them.",
				Optional:            true,
				Attributes: map[string]schema.Attribute{
					"cause":   schema.StringAttribute{MarkdownDescription: "Name of the alert that explains the others, such as `DatabaseDown`.", Required: true},
					"effects": list("Names of the alerts that are muted."),
					"on":      list("Labels that must have the same value on both alerts, such as `cluster`; `[]` mutes the effects everywhere."),
				},
			},
			"drift": tfkit.Drift(),
		},
	}
}

func list(description string) schema.ListAttribute {
	return schema.ListAttribute{
		MarkdownDescription: description, ElementType: types.StringType, Required: true,
		Validators: []validator.List{listvalidator.NoNullValues()},
	}
}
