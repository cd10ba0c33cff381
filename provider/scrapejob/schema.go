package scrapejob

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func resourceSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Targets that Prometheus scrapes, and how.",
		Attributes: map[string]schema.Attribute{
			"id":    tfkit.ID("Import id, `STACK/NAME`."),
			"stack": tfkit.Stack(),
			"name":  tfkit.Identity("Name of the job, which identifies it within the stack and becomes the label `job`."),
			"targets": schema.ListAttribute{
				MarkdownDescription: "Targets as `host:port`, without scheme and path.",
				ElementType:         types.StringType,
				Required:            true,
				Validators:          []validator.List{listvalidator.NoNullValues()},
			},
			"labels":       tfkit.OptionalMap("Labels added to every series of the job."),
			"metrics_path": tfkit.String("Path of the metrics.", "/metrics"),
			"scheme":       tfkit.String("`http` or `https`.", "http"),
			"interval":     tfkit.Optional("How often the targets are scraped, a Prometheus duration such as `30s`. Left out, it is the stack's `scrape_interval`."),
			"timeout":      tfkit.Optional("How long a scrape may take, a Prometheus duration; at most the interval. Left out, it is Prometheus' own default, 10 seconds or the interval if that is shorter."),
			"honor_labels": tfkit.Bool("Whether labels that a target sets itself win over those that Prometheus would set.", false),
			"sample_limit": tfkit.Int64("Most samples that a scrape may return; one with more fails. `0` is no limit.", 0),
			"params": schema.MapAttribute{
				MarkdownDescription: "Parameters of the request's URL, each a list of values. Defaults to `{}`.",
				ElementType:         types.ListType{ElemType: types.StringType},
				Optional:            true,
				Computed:            true,
				Default:             mapdefault.StaticValue(tfkit.MapOfStringLists(nil)),
				Validators:          []validator.Map{mapvalidator.NoNullValues()},
			},
			"basic_auth": schema.SingleNestedAttribute{
				MarkdownDescription: "Authenticate with user name and password.",
				Optional:            true,
				Attributes: map[string]schema.Attribute{
					"username":            schema.StringAttribute{MarkdownDescription: "User name.", Required: true},
					"password_wo":         tfkit.WriteOnly("Password.", false),
					"password_wo_version": tfkit.WriteOnlyVersion("password_wo"),
				},
			},
			"bearer_token_wo":         tfkit.WriteOnly("Token for the `Authorization` header.", false),
			"bearer_token_wo_version": tfkit.WriteOnlyVersion("bearer_token_wo"),
			"tls": schema.SingleNestedAttribute{
				MarkdownDescription: "How the certificate of an `https` target is checked.",
				Optional:            true,
				Attributes: map[string]schema.Attribute{
					"ca_file":              tfkit.Optional("Path of a file of certificates (PEM) to trust instead of the system's."),
					"server_name":          tfkit.Optional("Name that the certificate must have. Left out, it is the target's host."),
					"insecure_skip_verify": tfkit.Bool("Whether to accept any certificate.", false),
				},
			},
			"metric_relabel": schema.ListNestedAttribute{
				MarkdownDescription: "Changes to the scraped series before they are stored, in this order. Defaults to `[]`.",
				Optional:            true,
				Computed:            true,
				Default:             listdefault.StaticValue(types.ListValueMust(schema.NestedAttributeObject{Attributes: relabelAttributes()}.Type(), nil)),
				NestedObject:        schema.NestedAttributeObject{Attributes: relabelAttributes()},
				Validators:          []validator.List{listvalidator.NoNullValues()},
			},
			"drift": tfkit.Drift(),
		},
	}
}

func relabelAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"action": tfkit.String("What to do with series that match: `replace`, `keep`, `drop`, `keepequal`, `dropequal`, `hashmod`, "+
			"`labelmap`, `labeldrop`, `labelkeep`, `lowercase` or `uppercase`.", actionReplace),
		"source_labels": tfkit.OptionalStrings("Labels whose values are joined and then matched."),
		"separator":     tfkit.Optional("What joins the values. Left out, it is `;`."),
		"regex":         tfkit.Optional("Regular expression (RE2) that must match the whole value. Left out, it is `(.*)`."),
		"modulus": schema.Int64Attribute{
			MarkdownDescription: "Modulus of the action `hashmod`.",
			Optional:            true,
		},
		"target_label": tfkit.Optional("Label that gets the result."),
		"replacement":  tfkit.Optional("Result, in which `$1` is the first group of the regular expression. Left out, it is `$1`."),
	}
}
