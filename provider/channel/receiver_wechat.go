package channel

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func wechatAttribute() schema.SingleNestedAttribute {
	return tfkit.Nested[spec.WeChat]("Write to people and groups of WeChat Work. Needs Alertmanager 0.31. At least one of `to_user`, `to_party` and `to_tag` is set.", withHTTP(tfkit.Docs{
		"api_secret":   "Secret of the application.",
		"corp_id":      "Id of the company, an Alertmanager template.",
		"agent_id":     "Id of the application, an Alertmanager template.",
		"to_user":      "Users, separated by `|`, an Alertmanager template; `@all` is everybody.",
		"to_party":     "Departments, separated by `|`, an Alertmanager template.",
		"to_tag":       "Tags, separated by `|`, an Alertmanager template.",
		"message":      "Message, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"message_type": "`text` or `markdown`. Left out, it is `text`.",
		"api_url":      "URL of the API. Left out, it is WeChat's own.",
	}))
}
