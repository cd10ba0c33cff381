package channel

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func jiraAttribute() schema.SingleNestedAttribute {
	return tfkit.Nested[spec.Jira]("Make an issue in Jira for each group of alerts. Needs Alertmanager 0.28. Log in by `http_config`: `basic_auth` with an API token, or `authorization`.", withHTTP(tfkit.Docs{
		"api_url":                   "URL of the REST API, such as `https://example.atlassian.net/rest/api/2`. With version 3 the description must be a document in JSON.",
		"api_type":                  "`cloud`, `datacenter` or `auto`, which tells by the host. Left out, it is `auto`.",
		"project":                   "Key of the project, an Alertmanager template.",
		"issue_type":                "Type of the issue, such as `Bug`, an Alertmanager template.",
		"summary":                   "Summary of the issue.",
		"summary.template":          "Text, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"summary.enable_update":     "Whether to write it again when the issue is updated. Left out, it is `true`.",
		"description":               "Description of the issue.",
		"description.template":      "Text, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"description.enable_update": "Whether to write it again when the issue is updated. Left out, it is `true`.",
		"labels":                    "Labels of the issue, Alertmanager templates. Alertmanager adds one by which it finds the issue again.",
		"priority":                  "Name of the priority, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"reopen_transition":         "Name of the transition that opens a resolved issue again. Left out, a new issue is made.",
		"resolve_transition":        "Name of the transition that resolves the issue when the alerts end. Required unless `send_resolved` is `false`.",
		"wont_fix_resolution":       "Resolution of issues that are never opened again.",
		"reopen_duration":           "How long after it was resolved an issue is opened again, such as `1h`.",
		"fields":                    "Further fields of the issue, such as `customfield_10001`. Values are in JSON, by `jsonencode(...)`; texts in them are Alertmanager templates.",
	}))
}
