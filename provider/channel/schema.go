package channel

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func resourceSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Where notifications go, and which alerts: an Alertmanager receiver and the route that leads to it. " +
			"Exactly one of `webhook`, `email`, `slack` and `pagerduty` says how.",
		Attributes: map[string]schema.Attribute{
			"id":        tfkit.ID("Import id, `STACK/NAME`."),
			"stack":     tfkit.Stack(),
			"name":      tfkit.Identity("Name of the channel, which identifies it within the stack and becomes the receiver's name."),
			"webhook":   webhookAttribute(),
			"email":     emailAttribute(),
			"slack":     slackAttribute(),
			"pagerduty": pagerdutyAttribute(),
			"matchers": tfkit.OptionalList("Matchers of the channel's own route, the short form of an `opp_route`, in Alertmanager's syntax, " +
				"such as `severity=\"critical\"` or `team=~\"db|cache\"`. An alert must fit all of them; `[]` fits everything. " +
				"Left out, the channel has no route of its own and receives what an `opp_route` leads to it, or, as `default`, what no route takes."),
			"group_by": tfkit.OptionalStrings("Labels by which the channel's own route puts alerts into one notification; `[\"...\"]` sends every alert on its own, " +
				"an empty list all in one."),
			"group_wait": tfkit.Optional("How long the channel's own route waits for more alerts of a new group before its first notification. " +
				"A Prometheus duration. Left out, it is Alertmanager's `30s`."),
			"group_interval":  tfkit.Optional("How long it waits before notifying about new alerts of a group. A Prometheus duration. Left out, it is Alertmanager's `5m`."),
			"repeat_interval": tfkit.Optional("How long it waits before repeating a notification. A Prometheus duration. Left out, it is Alertmanager's `4h`."),
			"continue":        tfkit.Bool("Whether routes that come later see the alert as well.", false),
			"order":           tfkit.Int64("Place of the channel's own route among all routes at the top: the smallest number is tried first, the first name among equals.", 0),
			"send_resolved":   tfkit.Bool("Whether to notify also when an alert ends.", true),
			"default":         tfkit.Bool("Whether this channel receives what no other takes. At most one of a stack may.", false),
			"drift":           tfkit.Drift(),
		},
	}
}

func webhookAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Post Alertmanager's JSON to a URL.",
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"url":                     schema.StringAttribute{MarkdownDescription: "URL to post to, `http` or `https`.", Required: true},
			"max_alerts":              tfkit.Int64("Most alerts in one message; `0` is no limit.", 0),
			"bearer_token_wo":         tfkit.WriteOnly("Token for the `Authorization` header.", false),
			"bearer_token_wo_version": tfkit.WriteOnlyVersion("bearer_token_wo"),
		},
	}
}

func emailAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Send mail.",
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"to":                       schema.StringAttribute{MarkdownDescription: "Addresses of the recipients, separated by commas.", Required: true},
			"from":                     schema.StringAttribute{MarkdownDescription: "Address of the sender.", Required: true},
			"smarthost":                schema.StringAttribute{MarkdownDescription: "SMTP server, `host:port`.", Required: true},
			"auth_username":            tfkit.Optional("User name at the SMTP server."),
			"auth_password_wo":         tfkit.WriteOnly("Password at the SMTP server.", false),
			"auth_password_wo_version": tfkit.WriteOnlyVersion("auth_password_wo"),
			"require_tls":              tfkit.Bool("Whether to refuse a server that does not offer STARTTLS.", true),
			"headers":                  tfkit.OptionalMap("Headers of the mail, such as `Subject`. Values may use Alertmanager's templates."),
		},
	}
}

func slackAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Post to a Slack incoming webhook.",
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"api_url_wo":         tfkit.WriteOnly("URL of the incoming webhook, which is the secret.", true),
			"api_url_wo_version": tfkit.WriteOnlyVersion("api_url_wo"),
			"channel":            tfkit.Optional("Channel or user to post to, such as `#oncall`. Left out, it is the webhook's own."),
			"title":              tfkit.Optional("Title, an Alertmanager template. Left out, it is Alertmanager's own."),
			"text":               tfkit.Optional("Text, an Alertmanager template. Left out, it is Alertmanager's own."),
		},
	}
}

func pagerdutyAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Send events to PagerDuty's Events API v2.",
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"routing_key_wo":         tfkit.WriteOnly("Integration key of the service.", true),
			"routing_key_wo_version": tfkit.WriteOnlyVersion("routing_key_wo"),
			"severity":               tfkit.Optional("Severity of the event, an Alertmanager template. Left out, it is `error`."),
			"url":                    tfkit.Optional("URL of the Events API. Left out, it is PagerDuty's own."),
		},
	}
}
