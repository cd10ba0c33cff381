package channel

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func emailAttribute() schema.SingleNestedAttribute {
	return tfkit.Nested[spec.Email]("Send mail. What is left out of the server is that of the stack, `alertmanager.smtp`; a channel with a `smarthost` of its own takes no account, TLS settings or `require_tls` from there.", tfkit.Docs{
		"to":                       "Addresses of the recipients, separated by commas. It may be an Alertmanager template.",
		"headers":                  "Headers of the mail, such as `Subject`. Values may use Alertmanager's templates.",
		"html":                     "Body in HTML, an Alertmanager template. Left out, it is Alertmanager's own; an empty one is none.",
		"text":                     "Body in plain text, an Alertmanager template.",
		"threading":                "Make mail programs show the mails about a group of alerts as one conversation.",
		"threading.enabled":        "Whether to do so.",
		"threading.thread_by_date": "`daily` begins a new conversation every day, `none` never.",
	}.With(tfkit.SMTPDocs()))
}
