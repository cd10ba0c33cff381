package channel

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func webhookAttribute() schema.SingleNestedAttribute {
	return tfkit.Nested[spec.Webhook]("Post Alertmanager's JSON to a URL.", withHTTP(tfkit.Docs{
		"url":          "URL to post to, `http` or `https`. It may be an Alertmanager template.",
		"url_wo":       "URL to post to, instead of `url`, if it holds a secret.",
		"max_alerts":   "Most alerts in one message; `0` is no limit.",
		"timeout":      "Longest time that a message may take, such as `10s`, in hours at most. Left out, only the route's `group_interval` bounds it.",
		"bearer_token": "Token for the `Authorization` header, short for `http_config.authorization.credentials_wo`.",
	}))
}
