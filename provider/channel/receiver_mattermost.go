package channel

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func mattermostAttribute() schema.SingleNestedAttribute {
	return tfkit.Nested[spec.Mattermost]("Post to an incoming webhook of Mattermost. Needs Alertmanager 0.30.", withHTTP(tfkit.Docs{
		"webhook_url":                       "URL of the webhook, which is the secret.",
		"channel":                           "Channel to post to, an Alertmanager template. Left out, it is the webhook's own.",
		"username":                          "Name of the sender, an Alertmanager template.",
		"text":                              "Text, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"icon_url":                          "Picture of the sender, an Alertmanager template.",
		"icon_emoji":                        "Emoji of the sender, an Alertmanager template.",
		"attachments":                       "Parts with a form of their own.",
		"attachments.fallback":              "Text for clients that show no attachments, an Alertmanager template.",
		"attachments.color":                 "Color of the border, an Alertmanager template.",
		"attachments.pretext":               "Text above, an Alertmanager template.",
		"attachments.text":                  "Text, an Alertmanager template.",
		"attachments.author_name":           "Name of the author, an Alertmanager template.",
		"attachments.author_link":           "Link of the author, an Alertmanager template.",
		"attachments.author_icon":           "Picture of the author, an Alertmanager template.",
		"attachments.title":                 "Title, an Alertmanager template.",
		"attachments.title_link":            "Link of the title, an Alertmanager template.",
		"attachments.fields":                "Titled values below the text.",
		"attachments.fields.title":          "Title, an Alertmanager template.",
		"attachments.fields.value":          "Value, an Alertmanager template.",
		"attachments.fields.short":          "Whether the field may stand beside others.",
		"attachments.thumb_url":             "Small picture beside the text, an Alertmanager template.",
		"attachments.footer":                "Text below, an Alertmanager template.",
		"attachments.footer_icon":           "Picture beside the text below, an Alertmanager template.",
		"attachments.image_url":             "Picture, an Alertmanager template.",
		"type":                              "Type of the message, such as `custom_alert`, an Alertmanager template.",
		"props":                             "What only Mattermost shows.",
		"props.card":                        "Text in the sidebar, an Alertmanager template.",
		"priority":                          "Mark the message.",
		"priority.priority":                 "`urgent`, `important`, `standard` or an Alertmanager template.",
		"priority.requested_ack":            "Whether to ask for an acknowledgement; for `important` and `urgent`.",
		"priority.persistent_notifications": "Whether to repeat the notification until somebody answers; for `urgent`.",
	}))
}
