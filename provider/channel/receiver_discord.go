package channel

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func discordAttribute() schema.SingleNestedAttribute {
	return tfkit.Nested[spec.Discord]("Post to a webhook of Discord. Needs Alertmanager 0.28.", withHTTP(tfkit.Docs{
		"webhook_url": "URL of the webhook, which is the secret.",
		"content":     "Text above the message, such as a mention, an Alertmanager template.",
		"title":       "Title, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"message":     "Text, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"username":    "Name of the sender. Left out, it is the webhook's own.",
		"avatar_url":  "URL of the picture of the sender. Left out, it is the webhook's own.",
	}))
}
