package alertmanager

import (
	"fmt"
	"path/filepath"

	upstream "github.com/prometheus/alertmanager/config"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

const (
	configFile = "alertmanager.yml"
	// nowhere is the receiver that notifies nobody.
	nowhere = spec.NullReceiver
)

// Render implements component.Component.
func (*Component) Render(in component.Input) (component.Files, error) {
	cfg := config{
		Global:       global{ResolveTimeout: in.State.Stack.Alertmanager.ResolveTimeout},
		Route:        routeTree(&in.State),
		InhibitRules: inhibitRules(&in.State),
	}
	for i := range in.State.Channels {
		channel := &in.State.Channels[i]
		r, err := receiverOf(in, channel)
		if err != nil {
			return nil, fmt.Errorf("cannot render notification channel %q: %w", channel.Name, err)
		}
		cfg.Receivers = append(cfg.Receivers, r)
	}
	cfg.Receivers = append(cfg.Receivers, receiver{Name: nowhere})
	for _, w := range in.State.MuteWindows {
		cfg.TimeIntervals = append(cfg.TimeIntervals, timeInterval{Name: w.Name, Intervals: intervalsOf(w)})
	}
	text, err := component.YAML(cfg)
	if err != nil {
		return nil, fmt.Errorf("cannot render %s: %w", configFile, err)
	}
	return component.Files{configFile: {Data: text}}, nil
}

func receiverOf(in component.Input, c *spec.Channel) (receiver, error) {
	r := receiver{Name: c.Name}
	switch {
	case c.Name == nowhere:
		return r, fmt.Errorf("the name %q is reserved", nowhere)
	case c.Webhook != nil:
		w := webhook{SendResolved: c.SendResolved, URL: c.Webhook.URL, MaxAlerts: c.Webhook.MaxAlerts}
		if c.Webhook.BearerToken != nil {
			w.HTTP = &httpConfig{Authorization: authorization{
				Type: "Bearer", CredentialsFile: in.SecretPath(c.Webhook.BearerToken),
			}}
		}
		r.Webhook = []webhook{w}
	case c.Email != nil:
		r.Email = []email{{
			SendResolved: c.SendResolved, To: c.Email.To, From: c.Email.From, Smarthost: c.Email.Smarthost,
			AuthUsername: c.Email.AuthUsername, AuthPasswordFile: in.SecretPath(c.Email.AuthPassword),
			RequireTLS: c.Email.RequireTLS, Headers: c.Email.Headers,
		}}
	case c.Slack != nil:
		r.Slack = []slack{{
			SendResolved: c.SendResolved, APIURLFile: in.SecretPath(c.Slack.APIURL),
			Channel: c.Slack.Channel, Title: c.Slack.Title, Text: c.Slack.Text,
		}}
	case c.PagerDuty != nil:
		r.PagerDuty = []pagerDuty{{
			SendResolved: c.SendResolved, RoutingKeyFile: in.SecretPath(c.PagerDuty.RoutingKey),
			URL: c.PagerDuty.URL, Severity: c.PagerDuty.Severity,
		}}
	default:
		return r, fmt.Errorf("it has neither webhook, email, slack nor pagerduty")
	}
	return r, nil
}

// Check implements component.Component.
func (*Component) Check(_ component.Input, files component.Files) error {
	if _, err := upstream.Load(string(files[configFile].Data)); err != nil {
		return fmt.Errorf("cannot accept %s: %w", configFile, err)
	}
	return nil
}

// place is where Alertmanager reads its configuration.
func place(in component.Input) string { return filepath.Join(in.ConfigDir, configFile) }
