package channel

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func msteamsAttribute() schema.SingleNestedAttribute {
	return tfkit.Nested[spec.MSTeams]("Post to a workflow of Microsoft Teams (Alertmanager's `msteamsv2`). Needs Alertmanager 0.28.", withHTTP(tfkit.Docs{
		"webhook_url": "URL of the workflow, which is the secret.",
		"title":       "Title, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"text":        "Text, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
	}))
}
