package channel

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func pagerdutyAttribute() schema.SingleNestedAttribute {
	return tfkit.Nested[spec.PagerDuty]("Send events to PagerDuty. Exactly one of `routing_key_wo` (Events API v2) and `service_key_wo` (v1) is set.", withHTTP(tfkit.Docs{
		"routing_key": "Integration key of the service, for the Events API v2.",
		"service_key": "Integration key of an integration of type Prometheus, for the Events API v1.",
		"url":         "URL of the Events API v2. Left out, it is PagerDuty's own.",
		"client":      "Name of the sender, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"client_url":  "Link of the sender, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"description": "Summary of the event, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"severity":    "Severity of the event: `critical`, `error`, `warning`, `info` or an Alertmanager template. Left out, it is `error`.",
		"source":      "What the event is about, an Alertmanager template. Left out, it is `client`.",
		"class":       "Class of the event, an Alertmanager template.",
		"component":   "Part that is broken, an Alertmanager template.",
		"group":       "Group of parts, an Alertmanager template.",
		"details":     "Details of the event; values are Alertmanager templates. Alertmanager adds `firing`, `resolved`, `num_firing` and `num_resolved`.",
		"images":      "Pictures.",
		"images.src":  "URL of the picture, an Alertmanager template.",
		"images.alt":  "Text in place of the picture, an Alertmanager template.",
		"images.href": "Link of the picture, an Alertmanager template.",
		"links":       "Links.",
		"links.href":  "URL of the link, an Alertmanager template.",
		"links.text":  "Text of the link, an Alertmanager template.",
		"timeout":     "Longest time that a message may take, such as `10s`, in hours at most. Left out, only the route's `group_interval` bounds it.",
	}))
}
