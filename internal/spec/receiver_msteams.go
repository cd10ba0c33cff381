package spec

// MSTeams posts to a workflow of Microsoft Teams: Alertmanager's msteamsv2.
type MSTeams struct {
	WebhookURL *Secret `json:"webhook_url,omitempty" is:"required url"`
	Title      *string `json:"title,omitempty" is:"template"`
	Text       *string `json:"text,omitempty" is:"template"`
	HTTPConfig *HTTP   `json:"http_config,omitempty"`
}

func (*MSTeams) since() string { return "0.28.0" }
