package channel

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func webexAttribute() schema.SingleNestedAttribute {
	return tfkit.Nested[spec.Webex]("Have a bot of Webex write to a room. The token of the bot is `http_config.authorization.credentials_wo`.", withHTTP(tfkit.Docs{
		"room_id": "Id of the room, an Alertmanager template.",
		"message": "Message in Markdown, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"api_url": "URL of the API. Left out, it is Webex' own.",
	}))
}
