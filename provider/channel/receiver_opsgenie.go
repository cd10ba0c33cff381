package channel

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func opsgenieAttribute() schema.SingleNestedAttribute {
	return tfkit.Nested[spec.Opsgenie]("Make alerts in Opsgenie.", withHTTP(tfkit.Docs{
		"api_key":             "Key of the API integration.",
		"api_url":             "URL of the API, such as `https://api.eu.opsgenie.com/`. Left out, it is `https://api.opsgenie.com/`.",
		"message":             "Title of the alert, at most 130 characters, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"description":         "Description of the alert, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"source":              "Source of the alert, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"details":             "Details of the alert beside the common labels; values are Alertmanager templates.",
		"entity":              "What the alert is about, an Alertmanager template.",
		"responders":          "Who takes care. Each has `id`, `name` or `username`.",
		"responders.id":       "Id, an Alertmanager template.",
		"responders.name":     "Name, an Alertmanager template; of type `teams` several, separated by commas.",
		"responders.username": "Login of a user, an Alertmanager template.",
		"responders.type":     "`team`, `teams`, `user`, `escalation`, `schedule` or an Alertmanager template.",
		"actions":             "Actions that the alert offers, separated by commas, an Alertmanager template.",
		"tags":                "Tags, separated by commas, an Alertmanager template.",
		"note":                "Note, an Alertmanager template.",
		"priority":            "`P1` to `P5` or an Alertmanager template. Left out, it is Opsgenie's `P3`.",
		"update_alerts":       "Whether to update message and description of an alert that exists.",
	}))
}
