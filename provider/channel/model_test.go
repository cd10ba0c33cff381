package channel

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func channel(set func(*spec.Channel)) spec.Channel {
	c := spec.Channel{
		Stack: "production", Name: "oncall", Matchers: []string{`severity="critical"`}, GroupBy: []string{"alertname"},
		GroupWait: "1s", GroupInterval: "2s", RepeatInterval: "3s", Continue: true, Order: 2, SendResolved: false, Default: true,
	}
	set(&c)
	return c
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	minimal := spec.Channel{Stack: "production", Name: "oncall", SendResolved: true}
	spec.WithDefaults(&minimal)
	for name, want := range map[string]spec.Channel{
		"minimal": minimal,
		"webhook": channel(func(c *spec.Channel) {
			c.Webhook = &spec.Webhook{URL: "http://a", MaxAlerts: 3, BearerToken: &spec.Secret{Version: 1}}
		}),
		"email": channel(func(c *spec.Channel) {
			c.Email = &spec.Email{To: "a", From: "b", Smarthost: "c:25", AuthUsername: "u", AuthPassword: &spec.Secret{Version: 2},
				RequireTLS: false, Headers: map[string]string{"Subject": "s"}}
		}),
		"slack": channel(func(c *spec.Channel) {
			c.Slack = &spec.Slack{APIURL: &spec.Secret{Version: 3}, Channel: "#c", Title: "t", Text: "x"}
		}),
		"takes everything": channel(func(c *spec.Channel) { c.Webhook, c.Matchers = &spec.Webhook{URL: "http://a"}, []string{} }),
		"pagerduty": channel(func(c *spec.Channel) {
			c.PagerDuty = &spec.PagerDuty{RoutingKey: &spec.Secret{Version: 4}, Severity: "critical", URL: "https://p"}
		}),
	} {
		var m model
		m.FromSpec(want)
		if diff := cmp.Diff(want, m.ToSpec()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAbsentAttributes(t *testing.T) {
	t.Parallel()
	want := spec.Channel{SendResolved: true, Email: &spec.Email{RequireTLS: true}}
	spec.WithDefaults(&want)
	null := model{Email: &email{}}
	unknown := model{
		Matchers: types.ListUnknown(types.StringType), GroupBy: types.ListUnknown(types.StringType),
		GroupWait: types.StringUnknown(), Continue: types.BoolUnknown(), Order: types.Int64Unknown(), SendResolved: types.BoolUnknown(),
		Default: types.BoolUnknown(),
		Email:   &email{RequireTLS: types.BoolUnknown(), Headers: types.MapUnknown(types.StringType), AuthPasswordWO: types.StringUnknown()},
	}
	for name, m := range map[string]model{"null": null, "unknown": unknown} {
		if diff := cmp.Diff(want, m.ToSpec()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestSecretsLeaveNoTrace(t *testing.T) {
	t.Parallel()
	secret := types.StringValue("secret")
	m := model{
		Webhook:   &webhook{BearerTokenWO: secret},
		Email:     &email{AuthPasswordWO: secret, AuthPasswordWOVersion: types.Int64Value(7)},
		Slack:     &slack{APIURLWO: secret},
		PagerDuty: &pagerduty{RoutingKeyWO: secret},
	}
	c := m.ToSpec()
	if n := len(c.Secrets()); n != 4 {
		t.Fatalf("%d secrets are sent, want 4", n)
	}
	m.FromSpec(c)
	if again := m.ToSpec(); again.Webhook.BearerToken != nil || again.Slack.APIURL != nil || again.PagerDuty.RoutingKey != nil {
		t.Error("a secret is left in the model, and would get into state")
	}
	if !m.Email.AuthPasswordWO.IsNull() || m.Email.AuthPasswordWOVersion.ValueInt64() != 7 {
		t.Error("of a secret, not exactly the version is left")
	}
}
