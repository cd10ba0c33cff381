package channel

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func snsAttribute() schema.SingleNestedAttribute {
	return tfkit.Nested[spec.SNS]("Publish to Amazon SNS. Exactly one of `topic_arn`, `phone_number` and `target_arn` is set.", withHTTP(tfkit.Docs{
		"topic_arn":      "ARN of a topic, an Alertmanager template.",
		"phone_number":   "Phone number to send a text message to, such as `+4915112345678`, an Alertmanager template.",
		"target_arn":     "ARN of a mobile push endpoint, an Alertmanager template.",
		"api_url":        "URL of the API. Left out, it is that of the region. It may be an Alertmanager template.",
		"sigv4":          "Who signs the requests. Alertmanager reads the keys of Amazon from no file but Amazon's own, and its configuration may not hold secrets: so there is no attribute for them. They come from the file of shared credentials (`~/.aws/credentials` of the user whom the stack runs as) or from the role of the machine.",
		"sigv4.region":   "Region, such as `eu-central-1`.",
		"sigv4.profile":  "Section of the file of shared credentials. Left out, it is `default`.",
		"sigv4.role_arn": "ARN of a role to assume.",
		"subject":        "Subject, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"message":        "Message, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"attributes":     "Attributes of the message; values are Alertmanager templates.",
	}))
}
