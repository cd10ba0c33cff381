package spec

// RocketChat posts as a user of Rocket.Chat with a personal access token.
type RocketChat struct {
	TokenID *Secret `json:"token_id,omitempty" is:"required"`
	Token   *Secret `json:"token,omitempty" is:"required"`
	// APIURL is empty for open.rocket.chat.
	APIURL      string             `json:"api_url,omitempty" is:"url"`
	Channel     string             `json:"channel" is:"required line template"`
	Color       *string            `json:"color,omitempty" is:"line template"`
	Title       *string            `json:"title,omitempty" is:"template"`
	TitleLink   *string            `json:"title_link,omitempty" is:"line template"`
	Text        *string            `json:"text,omitempty" is:"template"`
	Emoji       *string            `json:"emoji,omitempty" is:"line template"`
	IconURL     *string            `json:"icon_url,omitempty" is:"line template"`
	ImageURL    string             `json:"image_url,omitempty" is:"line template"`
	ThumbURL    string             `json:"thumb_url,omitempty" is:"line template"`
	Fields      []ShortField       `json:"fields"`
	ShortFields bool               `json:"short_fields"`
	Actions     []RocketChatAction `json:"actions"`
	HTTPConfig  *HTTP              `json:"http_config,omitempty"`
}

// RocketChatAction is a button below a message: a link, or a message to send.
type RocketChatAction struct {
	Text string `json:"text" is:"required line template"`
	URL  string `json:"url,omitempty" is:"line template"`
	Msg  string `json:"msg,omitempty" is:"template"`
}

func (*RocketChat) since() string { return "0.28.0" }
