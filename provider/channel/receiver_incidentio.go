package channel

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func incidentioAttribute() schema.SingleNestedAttribute {
	return tfkit.Nested[spec.IncidentIO]("Send alerts to an alert source of incident.io. Needs Alertmanager 0.29. Exactly one of `url` and `url_wo` is set.", withHTTP(tfkit.Docs{
		"url":                "URL of the alert source.",
		"url_wo":             "URL of the alert source, instead of `url`, if it holds a secret.",
		"alert_source_token": "Token of the alert source. Needed unless `http_config` has `authorization`.",
		"max_alerts":         "Most alerts in one message; `0` is no limit.",
		"timeout":            "Longest time that a message may take, such as `10s`, in hours at most. Left out, only the route's `group_interval` bounds it.",
	}))
}
