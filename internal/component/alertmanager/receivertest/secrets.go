package receivertest

import (
	"strings"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Secrets makes a value for every secret of the channels of spectest, by the
// name of its file: what the recorder expects, the URL of a service, or a text
// of its own.
func (r *Recorder) Secrets(channels []spec.Channel) map[string]string {
	values := map[string]string{}
	for i := range channels {
		c := &channels[i]
		for field, secret := range c.Secrets() {
			value := "s3cret-of-" + secret.File
			switch {
			case field == "email.auth_password":
				value = MailPassword
			case field == "email.auth_secret":
				value = MailSecret
			case strings.HasSuffix(field, "key_wo"):
				value = r.Key
			case c.Name == "webhook-secret" && field == "webhook.url_wo":
				value = r.Server.SecureURL + "/webhook-secret?" + value
			case strings.HasSuffix(field, "url") || strings.HasSuffix(field, "url_wo"):
				value = r.Server.URL + "/" + c.Name + "?" + value
			}
			values[secret.File] = value
		}
	}
	return values
}
