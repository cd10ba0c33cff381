package alertrule

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func resourceSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "An alerting rule over metrics or over logs. Prometheus or Loki evaluates it in its group, and Alertmanager " +
			"routes its alerts to the notification channels whose matchers fit its labels.",
		Attributes: map[string]schema.Attribute{
			"id":    tfkit.ID("Import id, `STACK/NAME`."),
			"stack": tfkit.Stack(),
			"name":  tfkit.Identity("Name of the rule, which identifies it within the stack."),
			"source": tfkit.String("What `expr` is about: `metrics`, evaluated by Prometheus, or `logs`, evaluated by Loki, which the stack must have. "+
				"Groups of the same name over metrics and over logs are two.", spec.SourceMetrics),
			"alert":          alertname(),
			"group":          tfkit.String("Rule group. The rules of a group are evaluated one after another, at the same time.", spec.DefaultGroup),
			"group_interval": tfkit.Optional("How often the group is evaluated, a Prometheus duration such as `30s`. Rules of a group that set it must agree. Left out, it is the stack's `evaluation_interval`."),
			"expr": schema.StringAttribute{
				MarkdownDescription: "PromQL expression, or with `source = \"logs\"` LogQL that computes a number, such as " +
					"`sum(count_over_time({service=\"api\"} |= \"error\" [5m])) > 10`. Every series it returns is an alert. " +
					"LogQL is checked by the stack's Loki, in the plan if it runs already.",
				Required: true,
			},
			"for":             tfkit.String("How long the expression must hold before the alert fires. A Prometheus duration.", "0s"),
			"keep_firing_for": tfkit.String("How long the alert goes on firing after the expression stopped to hold. A Prometheus duration; not for `source = \"logs\"`.", "0s"),
			"severity":        tfkit.Optional("`critical`, `warning` or `info`; becomes the label `severity`."),
			"summary":         tfkit.Optional("Annotation `summary`: what is wrong, in one line. May use Prometheus' templates, such as `{{ $labels.instance }}`."),
			"description":     tfkit.Optional("Annotation `description`: what it means and what to do. May use Prometheus' templates."),
			"runbook_url":     tfkit.Optional("Annotation `runbook_url`: where the way to act is written down. May use Prometheus' templates."),
			"labels":          tfkit.OptionalMap("Labels added to the alert. Values may use Prometheus' templates."),
			"annotations":     tfkit.OptionalMap("Annotations added to the alert. Values may use Prometheus' templates."),
			"order":           tfkit.Int64("Place in the group: smaller numbers are evaluated first, equal ones by name.", 0),
			"paused":          tfkit.Bool("Whether the rule is kept but not evaluated.", false),
			"drift":           tfkit.Drift(),
		},
	}
}

// alertname defaults to another attribute, so it cannot have a fixed default.
func alertname() schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "Name of the alert, which becomes the label `alertname`. Several rules may share one. Defaults to `name`.",
		Optional:            true,
		Computed:            true,
		PlanModifiers:       []planmodifier.String{tfkit.DefaultsTo("name")},
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
}
