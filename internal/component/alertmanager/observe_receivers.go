package alertmanager

import (
	"cmp"
	"fmt"
	"maps"
	"net/textproto"
	"reflect"
	"slices"

	upstream "github.com/prometheus/alertmanager/config"
	commoncfg "github.com/prometheus/common/config"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

const (
	// hidden is what the API shows instead of a secret.
	hidden = "<secret>"
	// defaultSeverity is what Alertmanager fills in for PagerDuty when it first notifies.
	defaultSeverity = "error"
)

// receivers compares the receiver of every channel.
func (o *observer) receivers() {
	for i := range o.in.State.Channels {
		channel := &o.in.State.Channels[i]
		j := slices.IndexFunc(o.config.Receivers, func(r upstream.Receiver) bool { return r.Name == channel.Name })
		if j < 0 {
			o.note(channel, "the receiver is not loaded")
			continue
		}
		if observed := o.observed(channel.Name); observed != nil {
			o.receiver(channel, observed, &o.config.Receivers[j])
		}
	}
	for _, r := range o.config.Receivers {
		if r.Name == nowhere {
			if len(integrations(&r)) > 0 {
				o.drift("receiver %q notifies somebody", nowhere)
			}
			continue
		}
		if o.observed(r.Name) == nil {
			o.drift("receiver %q is loaded but not managed", r.Name)
		}
	}
}

// integrations counts a receiver's integrations by kind.
func integrations(r *upstream.Receiver) map[string]int {
	counts := map[string]int{}
	v := reflect.ValueOf(*r)
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Slice && f.Len() > 0 {
			counts[v.Type().Field(i).Name] = f.Len()
		}
	}
	return counts
}

// receiver writes what runs into the channel's attributes.
func (o *observer) receiver(channel, observed *spec.Channel, have *upstream.Receiver) {
	want := map[string]int{}
	switch {
	case channel.Webhook != nil:
		want["WebhookConfigs"] = 1
	case channel.Email != nil:
		want["EmailConfigs"] = 1
	case channel.Slack != nil:
		want["SlackConfigs"] = 1
	case channel.PagerDuty != nil:
		want["PagerdutyConfigs"] = 1
	}
	if got := integrations(have); !maps.Equal(got, want) {
		o.note(channel, "the receiver has other integrations: %s", list(got))
		return
	}
	switch {
	case channel.Webhook != nil:
		observed.Webhook = o.webhook(channel, observed, have.WebhookConfigs[0])
	case channel.Email != nil:
		observed.Email = o.email(channel, observed, have.EmailConfigs[0])
	case channel.Slack != nil:
		observed.Slack = o.slack(channel, observed, have.SlackConfigs[0])
	case channel.PagerDuty != nil:
		observed.PagerDuty = o.pagerDuty(channel, observed, have.PagerdutyConfigs[0])
	}
}

// list prints the integrations of a receiver, "none" if it has none.
func list(counts map[string]int) string {
	text := ""
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		text += fmt.Sprintf(" %d %s", counts[kind], kind)
	}
	return cmp.Or(text, " none")[1:]
}

func (o *observer) webhook(channel, observed *spec.Channel, have *upstream.WebhookConfig) *spec.Webhook {
	w := *channel.Webhook
	observed.SendResolved = have.SendResolved()
	if have.URL != hidden {
		w.URL = string(have.URL)
	}
	if have.URLFile != "" {
		o.note(channel, "the webhook reads its URL from a file")
	}
	w.MaxAlerts = int64(have.MaxAlerts)
	if path := credentialsFile(have.HTTPConfig); path != o.in.SecretPath(w.BearerToken) {
		o.note(channel, "the bearer token of the webhook was changed")
	}
	return &w
}

func credentialsFile(c *commoncfg.HTTPClientConfig) string {
	if c == nil || c.Authorization == nil {
		return ""
	}
	return cmp.Or(c.Authorization.CredentialsFile, string(c.Authorization.Credentials))
}

func (o *observer) email(channel, observed *spec.Channel, have *upstream.EmailConfig) *spec.Email {
	e := *channel.Email
	observed.SendResolved = have.SendResolved()
	e.To, e.From, e.Smarthost = have.To, have.From, have.Smarthost.String()
	e.AuthUsername = have.AuthUsername
	e.RequireTLS = have.RequireTLS != nil && *have.RequireTLS
	if running, same := headers(e.Headers, have); !same {
		e.Headers = running
	}
	if cmp.Or(have.AuthPasswordFile, string(have.AuthPassword)) != o.in.SecretPath(e.AuthPassword) {
		o.note(channel, "the password of the email account was changed")
	}
	return &e
}

// headers are the running headers without those that Alertmanager adds itself,
// and whether they are the desired ones.
func headers(desired map[string]string, have *upstream.EmailConfig) (map[string]string, bool) {
	wrote := make(map[string]string, len(desired))
	for name, value := range desired {
		wrote[textproto.CanonicalMIMEHeaderKey(name)] = value
	}
	added := map[string]string{"From": have.From, "To": have.To, "Subject": upstream.DefaultEmailSubject}
	running := maps.Clone(have.Headers)
	maps.DeleteFunc(running, func(name, value string) bool {
		_, ours := wrote[name]
		return !ours && added[name] == value
	})
	return running, maps.Equal(wrote, running)
}

func (o *observer) slack(channel, observed *spec.Channel, have *upstream.SlackConfig) *spec.Slack {
	s := *channel.Slack
	observed.SendResolved = have.SendResolved()
	s.Channel = have.Channel
	s.Title = written(s.Title, have.Title, upstream.DefaultSlackConfig.Title)
	s.Text = written(s.Text, have.Text, upstream.DefaultSlackConfig.Text)
	if have.APIURLFile != o.in.SecretPath(s.APIURL) {
		o.note(channel, "the API URL of Slack was changed")
	}
	return &s
}

func (o *observer) pagerDuty(channel, observed *spec.Channel, have *upstream.PagerdutyConfig) *spec.PagerDuty {
	p := *channel.PagerDuty
	observed.SendResolved = have.SendResolved()
	p.Severity = written(p.Severity, have.Severity, defaultSeverity)
	if have.URL != nil {
		p.URL = written(p.URL, have.URL.String(), upstream.DefaultGlobalConfig().PagerdutyURL.String())
	}
	if have.RoutingKeyFile != o.in.SecretPath(p.RoutingKey) || have.ServiceKeyFile != "" {
		o.note(channel, "the routing key of PagerDuty was changed")
	}
	return &p
}

// written is the running value as a user would write it: not at all where it
// is upstream's default and the user wrote nothing.
func written(desired, have, fallback string) string {
	if desired == "" && have == fallback {
		return ""
	}
	return have
}
