package provider_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec/spectest"
)

// secretOf is a secret of its own that will also do where a URL is asked for.
func secretOf(s *spec.Secret) string { return "https://example.com/" + s.File }

// Every field of every kind of receiver goes from Terraform to the control
// plane, and makes no further plan.
func TestReceiversOfEveryKind(t *testing.T) {
	t.Parallel()
	channels := spectest.Channels(spectest.Example())
	var config strings.Builder
	config.WriteString(stack)
	for _, c := range channels {
		fmt.Fprintf(&config, "resource \"opp_notification_channel\" %q {\n  stack = opp_monitoring_stack.main.name\n  name = %q\n  matchers = []\n"+
			"  group_wait = \"0s\"\n  continue = true\n  send_resolved = false\n  %s\n}\n", c.Name, c.Name, spectest.Block(c, secretOf))
	}
	f := &fake{}
	steps := []resource.TestStep{{Config: config.String()}, {Config: config.String(), PlanOnly: true}}
	for _, name := range []string{"jira", "mattermost", "webhook-secret", "email"} {
		steps = append(steps, imported("opp_notification_channel."+name, "production/"+name))
	}
	f.test(t, steps...)
	for _, want := range channels {
		for _, secret := range want.Secrets() {
			*secret = spec.Secret{Value: secretOf(secret), Version: 1}
		}
		if diff := cmp.Diff(&want, f.puts(want.Name)[0].Object.(*spec.Channel)); diff != "" {
			t.Errorf("%s: %s", want.Name, diff)
		}
	}
}

func mail(attributes string) string {
	return "resource \"opp_notification_channel\" \"mail\" {\n  stack = opp_monitoring_stack.main.name\n  name = \"mail\"\n  email = { to = \"a@example.com\" " + attributes + "}\n}\n"
}

const later = "resource \"terraform_data\" \"x\" {\n  input = \"later:25\"\n}\n"

func stackWith(smtp string) string {
	return "resource \"opp_monitoring_stack\" \"main\" {\n  name = \"production\"\n  alertmanager = { " + smtp + " }\n}\n"
}

// What a mail channel leaves out, its stack must say.
func TestMailServerOfTheStack(t *testing.T) {
	t.Parallel()
	f := &fake{}
	with := stackWith(`smtp = { smarthost = "mail:587", from = "b@example.com", auth_username = "u", auth_password_wo = "pw", auth_password_wo_version = 1 }`)
	f.test(t,
		resource.TestStep{Config: stack + mail(""), ExpectError: regexp.MustCompile(`(?s)smarthost is set neither here\s+nor in stack`)},
		resource.TestStep{Config: stackWith(`smtp = { from = "b@example.com" }`), ExpectError: regexp.MustCompile(`alertmanager.smtp.smarthost is empty`)},
		resource.TestStep{Config: with + mail("")},
		resource.TestStep{Config: with + mail(""), PlanOnly: true},
		resource.TestStep{Config: stack + mail(""), ExpectError: regexp.MustCompile(`(?s)smarthost is set neither here\s+nor in stack`)},
		resource.TestStep{Config: stack + mail(`, smarthost = "own:25", from = "b@example.com"`)},
	)
	if sent := f.puts("production")[0].Object.(*spec.Stack).Alertmanager.SMTP; sent.AuthPassword == nil || sent.AuthPassword.Value != "pw" {
		t.Errorf("sent %+v", sent)
	}
}

// Nothing is complained of that an unknown value may still put right.
func TestReceiversWithUnknownValues(t *testing.T) {
	t.Parallel()
	channel := func(name, receiver string) string {
		return fmt.Sprintf("resource \"opp_notification_channel\" %q {\n  stack = opp_monitoring_stack.main.name\n  name = %q\n  matchers = [\"a=%s\"]\n  %s\n}\n", name, name, name, receiver)
	}
	f := &fake{}
	f.test(t,
		resource.TestStep{Config: later + stack +
			channel("webhook", `webhook = { url_wo = "http://${terraform_data.x.output}" }`) +
			channel("slack", `slack = { app_token_wo = terraform_data.x.output, channel = "#a" }`) +
			channel("account", `email = { to = "a@example.com", smarthost = "c:25", from = "b@example.com", auth_username = "u", auth_password_wo = terraform_data.x.output }`) +
			channel("server", `email = { to = "a@example.com", smarthost = terraform_data.x.output, from = "b@example.com" }`) +
			channel("webex", `webex = { room_id = "r", http_config = { authorization = { credentials_wo = terraform_data.x.output } } }`) +
			channel("sns", `sns = { phone_number = "+1${terraform_data.x.output}", sigv4 = { region = "eu-central-1" } }`)},
	)
	f = &fake{}
	f.test(t, resource.TestStep{Config: later + stackWith(`smtp = { smarthost = terraform_data.x.output, from = "b@example.com" }`) + mail("")})
	f = &fake{}
	f.test(t, resource.TestStep{
		Config:      later + stack + channel("slack", `slack = { api_url_wo = terraform_data.x.output, fields = [{ title = "a", value = "{{ nope }}" }] }`),
		ExpectError: regexp.MustCompile(`"nope" not defined`),
	})
}
