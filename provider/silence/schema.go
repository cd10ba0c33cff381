package silence

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func resourceSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Alerts that nobody is notified of for some time, such as during maintenance. Alertmanager holds the silence, and people see " +
			"it there with the others. One that somebody expired or changed is planned anew; one that has ended stays as it is, without a difference, " +
			"until it is removed from the configuration. Destroying a silence ends it.",
		Attributes: map[string]schema.Attribute{
			"id":    tfkit.ID("Import id, `STACK/NAME`."),
			"stack": tfkit.Stack(),
			"name": tfkit.Identity("Name of the silence, which identifies it within the stack. Alertmanager shows it at the end of the comment, " +
				"by which the silence is found again."),
			"matchers": schema.ListAttribute{
				MarkdownDescription: "Which alerts to silence: matchers in Alertmanager's syntax, such as `instance=\"db-1\"`. An alert must fit all of them. " +
					"They may not fit every alert.",
				ElementType: types.StringType,
				Required:    true,
				Validators:  []validator.List{listvalidator.NoNullValues()},
			},
			"start": schema.StringAttribute{
				MarkdownDescription: "When the silence begins, in RFC 3339 form such as `2026-01-31T22:00:00Z`. Left out, it is when it is created.",
				Optional:            true,
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"end": schema.StringAttribute{
				MarkdownDescription: "When the silence ends, in RFC 3339 form. Set this or `duration`.",
				Optional:            true,
				Computed:            true,
				PlanModifiers:       []planmodifier.String{endOfDuration{}},
			},
			"duration":   tfkit.Optional("How long the silence is, a Prometheus duration such as `2h`. Set this or `end`."),
			"comment":    schema.StringAttribute{MarkdownDescription: "Why, for those who wonder why nobody was notified.", Required: true},
			"created_by": tfkit.String("Who silences, as Alertmanager shows it.", spec.DefaultSilenceAuthor),
			"status": schema.StringAttribute{
				MarkdownDescription: "`pending` before the start, `active`, or `expired` after the end.",
				Computed:            true,
			},
			"drift": tfkit.Drift(),
		},
	}
}
