package escalation

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
		MarkdownDescription: "Who else is notified while an alert goes on firing and nobody has silenced it. To acknowledge an alert, silence it: " +
			"a silence on its labels covers all of its steps. Later steps have the labels `escalation` and `escalation_step` too: a silence that names them covers one step only. When the alert resolves, the steps that were not taken yet never are. " +
			"Every later step is one more rule beside the rule of the alert, so its expression is evaluated once more for each. " +
			"That goes for all rules that may fit: what a rule does not set, its series may have. So let rules set the labels that `matchers` name, where there are many.",
		Attributes: map[string]schema.Attribute{
			"id":    tfkit.ID("Import id, `STACK/NAME`."),
			"stack": tfkit.Stack(),
			"name":  tfkit.Identity("Name of the policy, which identifies it within the stack and becomes the label `escalation` of the alerts of its later steps."),
			"matchers": tfkit.OptionalStrings("Which alerts come under the policy: matchers in Alertmanager's syntax, such as `severity=\"critical\"`. " +
				"An alert must fit all of them; none fit everything."),
			"step": schema.ListNestedAttribute{
				MarkdownDescription: "1 to 10 steps, in the order of their delays. A policy whose first step is at once takes its alerts over: " +
					"routes and the channels' own `matchers` do not get them, and of those that are left with nothing the plan warns where they are in the same configuration, the apply always. Otherwise the alert itself goes where routes lead it, and the policy only adds to that.",
				Required:     true,
				NestedObject: schema.NestedAttributeObject{Attributes: stepAttributes()},
				Validators:   []validator.List{listvalidator.NoNullValues()},
			},
			"repeat": schema.SingleNestedAttribute{
				MarkdownDescription: "Begin again with the first step, as long as the alert fires.",
				Optional:            true,
				Attributes: map[string]schema.Attribute{
					"every": schema.StringAttribute{
						MarkdownDescription: "How long after the beginning of a round the next one begins, a Prometheus duration up to `24h`, " +
							"longer than the last step's by at least a minute.",
						Required: true,
					},
					"times": schema.Int64Attribute{MarkdownDescription: "How many rounds follow the first, 1 to 10.", Required: true},
				},
			},
			"drift": tfkit.Drift(),
		},
	}
}

func stepAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"after": tfkit.String("How long the alert has been firing then, a Prometheus duration from `1m` to `24h`; the first step may be at once.", "0s"),
		"channels": schema.ListAttribute{
			MarkdownDescription: "Names of the notification channels, best as `opp_notification_channel.NAME.name`.",
			ElementType:         types.StringType,
			Required:            true,
			Validators:          []validator.List{listvalidator.NoNullValues()},
		},
	}
}
