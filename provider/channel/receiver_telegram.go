package channel

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func telegramAttribute() schema.SingleNestedAttribute {
	return tfkit.Nested[spec.Telegram]("Have a bot of Telegram write to a chat. Needs Alertmanager 0.26.", withHTTP(tfkit.Docs{
		"bot_token":             "Token of the bot.",
		"chat_id":               "Id of the chat; groups have a negative one.",
		"message_thread_id":     "Id of the topic within the group.",
		"message":               "Message, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"parse_mode":            "How Telegram reads the message: `HTML`, `Markdown`, `MarkdownV2`, or `\"\"` for plain text. Left out, it is `HTML`.",
		"disable_notifications": "Whether the message comes without a sound.",
		"api_url":               "URL of the API. Left out, it is Telegram's own.",
	}))
}
