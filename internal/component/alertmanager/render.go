package alertmanager

import (
	"cmp"
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

// Alertmanager's own defaults. They are written out on every route, because a
// child route would else inherit those of the default channel.
const (
	defaultGroupWait      = "30s"
	defaultGroupInterval  = "5m"
	defaultRepeatInterval = "4h"
)

// Render implements component.Component.
func (*Component) Render(in component.Input) (component.Files, error) {
	cfg := config{Route: routeTo(&spec.Channel{Name: nowhere})}
	for i := range in.State.Channels {
		channel := &in.State.Channels[i]
		r, err := receiverOf(in, channel)
		if err != nil {
			return nil, fmt.Errorf("cannot render notification channel %q: %w", channel.Name, err)
		}
		cfg.Receivers = append(cfg.Receivers, r)
		if channel.Default {
			children := cfg.Route.Routes
			cfg.Route = routeTo(channel)
			cfg.Route.Matchers, cfg.Route.Continue, cfg.Route.Routes = nil, false, children
		}
		if hasRoute(channel) {
			cfg.Route.Routes = append(cfg.Route.Routes, routeTo(channel))
		}
	}
	if in.State.Stack.SelfMonitoring {
		// The watchdog reaches who asks for it by a route of their own; without
		// this the default channel would hear from it every few hours.
		silent := routeTo(&spec.Channel{Name: nowhere, Matchers: watchdogMatchers()})
		cfg.Route.Routes = append(cfg.Route.Routes, silent)
	}
	cfg.Receivers = append(cfg.Receivers, receiver{Name: nowhere})
	text, err := component.YAML(cfg)
	if err != nil {
		return nil, fmt.Errorf("cannot render %s: %w", configFile, err)
	}
	return component.Files{configFile: {Data: text}}, nil
}

func watchdogMatchers() []string {
	return []string{
		fmt.Sprintf("alertname=%q", component.Watchdog),
		fmt.Sprintf("severity=%q", component.WatchdogSeverity),
	}
}

// hasRoute tells whether a channel has a child route. A default channel that
// matches everything is the root route alone: as a child it would shadow the
// channels after it.
func hasRoute(c *spec.Channel) bool { return !c.Default || len(c.Matchers) > 0 }

func routeTo(c *spec.Channel) route {
	groupBy := c.GroupBy
	if groupBy == nil {
		groupBy = []string{}
	}
	return route{
		Receiver:       c.Name,
		Matchers:       c.Matchers,
		GroupBy:        groupBy,
		GroupWait:      cmp.Or(c.GroupWait, defaultGroupWait),
		GroupInterval:  cmp.Or(c.GroupInterval, defaultGroupInterval),
		RepeatInterval: cmp.Or(c.RepeatInterval, defaultRepeatInterval),
		Continue:       c.Continue,
	}
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
