package channel

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func rocketchatAttribute() schema.SingleNestedAttribute {
	return tfkit.Nested[spec.RocketChat]("Post as a user of Rocket.Chat with a personal access token. Needs Alertmanager 0.28.", withHTTP(tfkit.Docs{
		"token_id":     "Id of the user whose token it is.",
		"token":        "Personal access token.",
		"api_url":      "URL of the server. Left out, it is `https://open.rocket.chat/`.",
		"channel":      "Channel or user to post to, such as `#oncall`. It may be an Alertmanager template.",
		"color":        "Color of the border, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"title":        "Title, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"title_link":   "Link of the title, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"text":         "Text, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"emoji":        "Emoji of the sender, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"icon_url":     "Picture of the sender, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"image_url":    "Picture in the message, an Alertmanager template.",
		"thumb_url":    "Small picture beside the message, an Alertmanager template.",
		"fields":       "Titled values below the text.",
		"fields.title": "Title, an Alertmanager template.",
		"fields.value": "Value, an Alertmanager template.",
		"fields.short": "Whether the field may stand beside others. Left out, it is `short_fields`.",
		"short_fields": "Whether fields may stand beside each other.",
		"actions":      "Buttons below the message.",
		"actions.text": "Label of the button, an Alertmanager template.",
		"actions.url":  "URL that the button opens, an Alertmanager template.",
		"actions.msg":  "Message that the button sends, an Alertmanager template.",
	}))
}
