package channel

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// The ways to notify. A nil model is one that is not used, and so is a nil spec.

type webhook struct {
	URL                  types.String `tfsdk:"url"`
	MaxAlerts            types.Int64  `tfsdk:"max_alerts"`
	BearerTokenWO        types.String `tfsdk:"bearer_token_wo"`
	BearerTokenWOVersion types.Int64  `tfsdk:"bearer_token_wo_version"`
}

func (w *webhook) toSpec() *spec.Webhook {
	if w == nil {
		return nil
	}
	return &spec.Webhook{
		URL:         w.URL.ValueString(),
		MaxAlerts:   w.MaxAlerts.ValueInt64(),
		BearerToken: tfkit.Secret(w.BearerTokenWO, w.BearerTokenWOVersion),
	}
}

func newWebhook(s *spec.Webhook) *webhook {
	if s == nil {
		return nil
	}
	return &webhook{
		URL:                  types.StringValue(s.URL),
		MaxAlerts:            types.Int64Value(s.MaxAlerts),
		BearerTokenWOVersion: tfkit.SecretVersion(s.BearerToken),
	}
}

type email struct {
	To                    types.String `tfsdk:"to"`
	From                  types.String `tfsdk:"from"`
	Smarthost             types.String `tfsdk:"smarthost"`
	AuthUsername          types.String `tfsdk:"auth_username"`
	AuthPasswordWO        types.String `tfsdk:"auth_password_wo"`
	AuthPasswordWOVersion types.Int64  `tfsdk:"auth_password_wo_version"`
	RequireTLS            types.Bool   `tfsdk:"require_tls"`
	Headers               types.Map    `tfsdk:"headers"`
}

func (e *email) toSpec() *spec.Email {
	if e == nil {
		return nil
	}
	return &spec.Email{
		To:           e.To.ValueString(),
		From:         e.From.ValueString(),
		Smarthost:    e.Smarthost.ValueString(),
		AuthUsername: e.AuthUsername.ValueString(),
		AuthPassword: tfkit.Secret(e.AuthPasswordWO, e.AuthPasswordWOVersion),
		RequireTLS:   tfkit.BoolOr(e.RequireTLS, true),
		Headers:      tfkit.StringMap(e.Headers),
	}
}

func newEmail(old *email, s *spec.Email) *email {
	if s == nil {
		return nil
	}
	if old == nil {
		old = &email{}
	}
	return &email{
		To:                    types.StringValue(s.To),
		From:                  types.StringValue(s.From),
		Smarthost:             types.StringValue(s.Smarthost),
		AuthUsername:          tfkit.StringOrNull(old.AuthUsername, s.AuthUsername),
		AuthPasswordWOVersion: tfkit.SecretVersion(s.AuthPassword),
		RequireTLS:            types.BoolValue(s.RequireTLS),
		Headers:               tfkit.MapOfStrings(s.Headers),
	}
}

type slack struct {
	APIURLWO        types.String `tfsdk:"api_url_wo"`
	APIURLWOVersion types.Int64  `tfsdk:"api_url_wo_version"`
	Channel         types.String `tfsdk:"channel"`
	Title           types.String `tfsdk:"title"`
	Text            types.String `tfsdk:"text"`
}

func (s *slack) toSpec() *spec.Slack {
	if s == nil {
		return nil
	}
	return &spec.Slack{
		APIURL:  tfkit.Secret(s.APIURLWO, s.APIURLWOVersion),
		Channel: s.Channel.ValueString(),
		Title:   s.Title.ValueString(),
		Text:    s.Text.ValueString(),
	}
}

func newSlack(old *slack, s *spec.Slack) *slack {
	if s == nil {
		return nil
	}
	if old == nil {
		old = &slack{}
	}
	return &slack{
		APIURLWOVersion: tfkit.SecretVersion(s.APIURL),
		Channel:         tfkit.StringOrNull(old.Channel, s.Channel),
		Title:           tfkit.StringOrNull(old.Title, s.Title),
		Text:            tfkit.StringOrNull(old.Text, s.Text),
	}
}

type pagerduty struct {
	RoutingKeyWO        types.String `tfsdk:"routing_key_wo"`
	RoutingKeyWOVersion types.Int64  `tfsdk:"routing_key_wo_version"`
	Severity            types.String `tfsdk:"severity"`
	URL                 types.String `tfsdk:"url"`
}

func (p *pagerduty) toSpec() *spec.PagerDuty {
	if p == nil {
		return nil
	}
	return &spec.PagerDuty{
		RoutingKey: tfkit.Secret(p.RoutingKeyWO, p.RoutingKeyWOVersion),
		Severity:   p.Severity.ValueString(),
		URL:        p.URL.ValueString(),
	}
}

func newPagerDuty(old *pagerduty, s *spec.PagerDuty) *pagerduty {
	if s == nil {
		return nil
	}
	if old == nil {
		old = &pagerduty{}
	}
	return &pagerduty{
		RoutingKeyWOVersion: tfkit.SecretVersion(s.RoutingKey),
		Severity:            tfkit.StringOrNull(old.Severity, s.Severity),
		URL:                 tfkit.StringOrNull(old.URL, s.URL),
	}
}
