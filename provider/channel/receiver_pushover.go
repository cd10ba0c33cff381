package channel

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func pushoverAttribute() schema.SingleNestedAttribute {
	return tfkit.Nested[spec.Pushover]("Send push messages by Pushover. Needs Alertmanager 0.26.", withHTTP(tfkit.Docs{
		"user_key":  "Key of the user or group.",
		"token":     "Token of the application.",
		"title":     "Title, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"message":   "Message, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"url":       "Link below the message, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"url_title": "Text of the link, an Alertmanager template.",
		"device":    "Device to send to, an Alertmanager template. Left out, it is every one.",
		"sound":     "Name of the sound, an Alertmanager template.",
		"priority":  "`-2` to `2` or an Alertmanager template; `2` asks for an acknowledgement. Left out, it is `2` for what fires and `0` for what is resolved.",
		"retry":     "How often a message of priority `2` is repeated, `30s` at least. Left out, it is `1m`.",
		"expire":    "How long a message of priority `2` is repeated, `3h` at most. Left out, it is `1h`.",
		"ttl":       "How long the message is kept on devices. Left out, it is kept.",
		"html":      "Whether the message is HTML.",
		"monospace": "Whether the message is in monospaced type.",
	}))
}
