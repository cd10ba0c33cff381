package logretention

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func resourceSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "How long Loki keeps the log streams that a selector selects. What no retention selects is kept for the " +
			"`retention` of the stack's `loki` block. Loki takes changes over while it runs.",
		Attributes: map[string]schema.Attribute{
			"id":    tfkit.ID("Import id, `STACK/NAME`."),
			"stack": tfkit.Stack(),
			"name":  tfkit.Identity("Name of the retention, which identifies it within the stack."),
			"selector": schema.StringAttribute{
				MarkdownDescription: "LogQL stream selector over index labels, such as `{service=\"audit\"}`. Loki deletes by stream, so a line " +
					"filter or a parser cannot follow it.",
				Required: true,
			},
			"period": schema.StringAttribute{
				MarkdownDescription: "Age at which entries are deleted: a duration of whole hours, `24h` or more, such as `90d`. " +
					"Entries that were deleted do not come back when the period is lengthened.",
				Required: true,
			},
			"priority": tfkit.Int64("Which retention counts where several select the same stream: the one with the highest number, "+
				"and among equals the one with the shortest period.", 0),
			"effective": schema.BoolAttribute{
				MarkdownDescription: "Whether Loki keeps to the period, as far as can be observed: its compactor deletes, the retention is loaded, and no " +
					"selected entry is older than the period and the time that Loki takes to delete. Where it is `false`, a warning says why. " +
					"It is `false` for some hours after a period was shortened.",
				Computed: true,
			},
			"oldest_entry": schema.StringAttribute{
				MarkdownDescription: "Time of the oldest selected entry in RFC 3339 form; null if there is none.",
				Computed:            true,
			},
			"drift": tfkit.Drift(),
		},
	}
}
