package spec

// Channel is a notification channel: one Alertmanager receiver and, in short
// form, the route that leads to it.
type Channel struct {
	Stack string `json:"stack"`
	// Name is the identity and the receiver's name.
	Name string `json:"name"`

	// Exactly one of these is set.
	Webhook   *Webhook   `json:"webhook,omitempty"`
	Email     *Email     `json:"email,omitempty"`
	Slack     *Slack     `json:"slack,omitempty"`
	PagerDuty *PagerDuty `json:"pagerduty,omitempty"`

	// Matchers in Alertmanager syntax are those of the channel's own route; all
	// must match, an empty list matches everything. Nil means that it has no
	// route of its own.
	Matchers []string `json:"matchers,omitzero"`
	// GroupBy and the durations are those of the channel's own route, and of
	// the root if it is the default.
	GroupBy []string `json:"group_by"`
	// GroupWait, GroupInterval and RepeatInterval are Prometheus durations;
	// empty means Alertmanager's default (30s, 5m, 4h).
	GroupWait      string `json:"group_wait,omitempty"`
	GroupInterval  string `json:"group_interval,omitempty"`
	RepeatInterval string `json:"repeat_interval,omitempty"`
	// Continue lets later routes see the alert as well.
	Continue bool `json:"continue"`
	// Order sorts the routes at the top before their names do; default 0.
	Order int64 `json:"order"`
	// SendResolved also notifies when an alert ends; default true.
	SendResolved bool `json:"send_resolved"`
	// Default channels receive what no route takes; at most one in a stack.
	Default bool `json:"default"`
}

// Webhook posts Alertmanager's JSON payload to a URL.
type Webhook struct {
	URL string `json:"url"`
	// MaxAlerts bounds the alerts in one message; 0 means all.
	MaxAlerts   int64   `json:"max_alerts"`
	BearerToken *Secret `json:"bearer_token,omitempty"`
}

// Email sends mail through an SMTP server.
type Email struct {
	To   string `json:"to"`
	From string `json:"from"`
	// Smarthost is host:port.
	Smarthost    string            `json:"smarthost"`
	AuthUsername string            `json:"auth_username,omitempty"`
	AuthPassword *Secret           `json:"auth_password,omitempty"`
	RequireTLS   bool              `json:"require_tls"`
	Headers      map[string]string `json:"headers"`
}

// Slack posts to an incoming webhook, whose URL is the secret.
type Slack struct {
	APIURL  *Secret `json:"api_url"`
	Channel string  `json:"channel,omitempty"`
	Title   string  `json:"title,omitempty"`
	Text    string  `json:"text,omitempty"`
}

// PagerDuty sends events to the Events API v2.
type PagerDuty struct {
	RoutingKey *Secret `json:"routing_key"`
	// Severity is a template; empty means Alertmanager's default, "error".
	Severity string `json:"severity,omitempty"`
	// URL of the Events API; empty means PagerDuty's own.
	URL string `json:"url,omitempty"`
}

// Kind implements Object.
func (*Channel) Kind() Kind { return KindChannel }

// StackName implements Object.
func (c *Channel) StackName() string { return c.Stack }

// ObjectName implements Object.
func (c *Channel) ObjectName() string { return c.Name }

// Secrets implements Object.
func (c *Channel) Secrets() map[string]*Secret {
	secrets := map[string]*Secret{}
	put := func(path string, s *Secret) {
		if s != nil {
			secrets[path] = s
		}
	}
	if c.Webhook != nil {
		put("webhook.bearer_token", c.Webhook.BearerToken)
	}
	if c.Email != nil {
		put("email.auth_password", c.Email.AuthPassword)
	}
	if c.Slack != nil {
		put("slack.api_url", c.Slack.APIURL)
	}
	if c.PagerDuty != nil {
		put("pagerduty.routing_key", c.PagerDuty.RoutingKey)
	}
	return secrets
}
