package spec

// Discord posts to a webhook of Discord.
type Discord struct {
	WebhookURL *Secret `json:"webhook_url,omitempty" is:"required url"`
	Content    string  `json:"content,omitempty" is:"template"`
	Title      *string `json:"title,omitempty" is:"template"`
	Message    *string `json:"message,omitempty" is:"template"`
	Username   string  `json:"username,omitempty"`
	AvatarURL  string  `json:"avatar_url,omitempty" is:"url"`
	HTTPConfig *HTTP   `json:"http_config,omitempty"`
}

func (*Discord) since() string { return "0.28.0" }
