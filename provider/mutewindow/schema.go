package mutewindow

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func resourceSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Times to which an `opp_route` refers: as `mute_windows`, in which it does not notify, or as `active_windows`, " +
			"outside of which it does not. Local times follow their `location`, changes to and from summer time included.",
		Attributes: map[string]schema.Attribute{
			"id":    tfkit.ID("Import id, `STACK/NAME`."),
			"stack": tfkit.Stack(),
			"name":  tfkit.Identity("Name of the window, which identifies it within the stack."),
			"intervals": schema.ListNestedAttribute{
				MarkdownDescription: "The times: those that one of these intervals contains. An interval contains what fits all of its lists; a list that is left out fits every time.",
				Required:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: intervalAttributes()},
				Validators:          []validator.List{listvalidator.NoNullValues()},
			},
			"drift": tfkit.Drift(),
		},
	}
}

func intervalAttributes() map[string]schema.Attribute {
	times := schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
		"start_time": schema.StringAttribute{MarkdownDescription: "When it begins, such as `08:00`.", Required: true},
		"end_time":   schema.StringAttribute{MarkdownDescription: "When it ends, such as `18:30`, at the latest `24:00`. The end is not part of it.", Required: true},
	}}
	return map[string]schema.Attribute{
		"times": schema.ListNestedAttribute{
			MarkdownDescription: "Parts of the day. One over midnight is written as two. Defaults to `[]`.",
			Optional:            true,
			Computed:            true,
			Default:             listdefault.StaticValue(types.ListValueMust(times.Type(), nil)),
			NestedObject:        times,
			Validators:          []validator.List{listvalidator.NoNullValues()},
		},
		"weekdays":      tfkit.OptionalStrings("Days of the week, such as `saturday`, or ranges, such as `monday:friday`. A week begins on sunday."),
		"days_of_month": tfkit.OptionalStrings("Days of the month, such as `1`, or ranges, such as `1:7`; `-1` is the last."),
		"months":        tfkit.OptionalStrings("Months, such as `may` or `5`, or ranges, such as `may:august`."),
		"years":         tfkit.OptionalStrings("Years, such as `2026`, or ranges, such as `2026:2028`."),
		"location":      tfkit.Optional("Time zone, by its name in the IANA database, such as `Europe/Berlin`. Left out, it is UTC."),
	}
}
