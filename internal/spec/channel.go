package spec

// Channel is a notification channel: one Alertmanager receiver and, in short
// form, the route that leads to it.
type Channel struct {
	Stack string `json:"stack"`
	// Name is the identity and the receiver's name.
	Name string `json:"name"`

	// Exactly one of these is set. This is the list of the kinds of receivers.
	Webhook    *Webhook    `json:"webhook,omitempty"`
	Email      *Email      `json:"email,omitempty"`
	Slack      *Slack      `json:"slack,omitempty"`
	PagerDuty  *PagerDuty  `json:"pagerduty,omitempty"`
	Opsgenie   *Opsgenie   `json:"opsgenie,omitempty"`
	MSTeams    *MSTeams    `json:"msteams,omitempty"`
	Discord    *Discord    `json:"discord,omitempty"`
	Telegram   *Telegram   `json:"telegram,omitempty"`
	Mattermost *Mattermost `json:"mattermost,omitempty"`
	RocketChat *RocketChat `json:"rocketchat,omitempty"`
	Jira       *Jira       `json:"jira,omitempty"`
	IncidentIO *IncidentIO `json:"incidentio,omitempty"`
	Pushover   *Pushover   `json:"pushover,omitempty"`
	VictorOps  *VictorOps  `json:"victorops,omitempty"`
	Webex      *Webex      `json:"webex,omitempty"`
	SNS        *SNS        `json:"sns,omitempty"`
	WeChat     *WeChat     `json:"wechat,omitempty"`

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

// Kind implements Object.
func (*Channel) Kind() Kind { return KindChannel }

// StackName implements Object.
func (c *Channel) StackName() string { return c.Stack }

// ObjectName implements Object.
func (c *Channel) ObjectName() string { return c.Name }

// Secrets implements Object.
func (c *Channel) Secrets() map[string]*Secret { return secretsIn(c) }
