package channel

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func slackAttribute() schema.SingleNestedAttribute {
	return tfkit.Nested[spec.Slack]("Post to a Slack incoming webhook, or as a Slack app: exactly one of `api_url_wo` and `app_token_wo` is set.", withHTTP(tfkit.Docs{
		"api_url":                      "URL of the incoming webhook, which is the secret.",
		"app_token":                    "Token of the app, instead of `api_url_wo`.",
		"app_url":                      "URL at which the app posts. Left out, it is Slack's own.",
		"channel":                      "Channel or user to post to, such as `#oncall`. It may be an Alertmanager template. Left out, it is the webhook's own; an app needs it.",
		"username":                     "Name of the sender, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"color":                        "Color of the message, `good`, `warning`, `danger` or such as `#ff0000`, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"title":                        "Title, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"title_link":                   "Link of the title, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"pretext":                      "Text above the message, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"text":                         "Text, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"message_text":                 "Text above the attachment, an Alertmanager template.",
		"fallback":                     "Text for clients that show no attachments, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"footer":                       "Text below the message, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"callback_id":                  "Id that actions are told apart by, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"icon_emoji":                   "Emoji of the sender, such as `:fire:`, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"icon_url":                     "Picture of the sender, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"image_url":                    "Picture in the message, an Alertmanager template.",
		"thumb_url":                    "Small picture beside the message, an Alertmanager template.",
		"link_names":                   "Whether Slack makes links of the names of users and channels.",
		"mrkdwn_in":                    "Parts in which Slack reads its markup, such as `text`. Left empty, they are `fallback`, `pretext` and `text`.",
		"fields":                       "Titled values below the text.",
		"fields.title":                 "Title, an Alertmanager template.",
		"fields.value":                 "Value, an Alertmanager template.",
		"fields.short":                 "Whether the field may stand beside others. Left out, it is `short_fields`.",
		"short_fields":                 "Whether fields may stand beside each other.",
		"actions":                      "Buttons below the message. A link has `url`; a message to an app has `name`, `value` and `confirm`.",
		"actions.type":                 "Type of the action, such as `button`.",
		"actions.text":                 "Label of the button, an Alertmanager template.",
		"actions.url":                  "URL that the button opens, an Alertmanager template.",
		"actions.style":                "Style of the button: `default`, `primary` or `danger`.",
		"actions.name":                 "Name of the action for the app, an Alertmanager template.",
		"actions.value":                "Value that the app gets, an Alertmanager template.",
		"actions.confirm":              "Question to ask first.",
		"actions.confirm.text":         "Question, an Alertmanager template.",
		"actions.confirm.title":        "Title of the question, an Alertmanager template.",
		"actions.confirm.ok_text":      "Label of the answer yes, an Alertmanager template.",
		"actions.confirm.dismiss_text": "Label of the answer no, an Alertmanager template.",
		"timeout":                      "Longest time that a message may take, such as `10s`, in hours at most. Left out, only the route's `group_interval` bounds it.",
	}))
}
