package channel

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func victoropsAttribute() schema.SingleNestedAttribute {
	return tfkit.Nested[spec.VictorOps]("Send alerts to VictorOps, which is Splunk On-Call now.", withHTTP(tfkit.Docs{
		"api_key":             "Key of the REST integration.",
		"api_url":             "URL of the API. Left out, it is VictorOps' own.",
		"routing_key":         "Key that decides whom the alert goes to, an Alertmanager template.",
		"message_type":        "`CRITICAL`, `WARNING`, `INFO` or an Alertmanager template. Left out, it is `CRITICAL`. What is resolved is always `RECOVERY`.",
		"entity_display_name": "Title of the alert, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"state_message":       "Text of the alert, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"monitoring_tool":     "Name of the sender, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"custom_fields":       "Further fields; values are Alertmanager templates.",
	}))
}
