package spec

// Slack posts to an incoming webhook, whose URL is the secret, or as an app
// with a token.
type Slack struct {
	// Exactly one of APIURL and AppToken is set.
	APIURL   *Secret `json:"api_url,omitempty" is:"url"`
	AppToken *Secret `json:"app_token,omitempty"`
	// AppURL is where the app posts; empty means Slack's own.
	AppURL      string        `json:"app_url,omitempty" is:"url"`
	Channel     string        `json:"channel,omitempty" is:"line template"`
	Username    *string       `json:"username,omitempty" is:"line template"`
	Color       *string       `json:"color,omitempty" is:"line template"`
	Title       *string       `json:"title,omitempty" is:"template"`
	TitleLink   *string       `json:"title_link,omitempty" is:"template"`
	Pretext     *string       `json:"pretext,omitempty" is:"template"`
	Text        *string       `json:"text,omitempty" is:"template"`
	MessageText string        `json:"message_text,omitempty" is:"template"`
	Fallback    *string       `json:"fallback,omitempty" is:"template"`
	Footer      *string       `json:"footer,omitempty" is:"template"`
	CallbackID  *string       `json:"callback_id,omitempty" is:"line template"`
	IconEmoji   *string       `json:"icon_emoji,omitempty" is:"line template"`
	IconURL     *string       `json:"icon_url,omitempty" is:"line template"`
	ImageURL    string        `json:"image_url,omitempty" is:"line template"`
	ThumbURL    string        `json:"thumb_url,omitempty" is:"line template"`
	LinkNames   bool          `json:"link_names"`
	MrkdwnIn    []string      `json:"mrkdwn_in"`
	Fields      []ShortField  `json:"fields"`
	ShortFields bool          `json:"short_fields"`
	Actions     []SlackAction `json:"actions"`
	Timeout     string        `json:"timeout,omitempty" is:"duration"`
	HTTPConfig  *HTTP         `json:"http_config,omitempty"`
}

// ShortField is a titled value of a message of Slack, Mattermost or Rocket.Chat.
type ShortField struct {
	Title string `json:"title" is:"required template"`
	Value string `json:"value" is:"required template"`
	// Short fields stand beside each other.
	Short *bool `json:"short,omitempty"`
}

// SlackAction is a button below a message: a link, or a message to an app.
type SlackAction struct {
	Type    string        `json:"type" is:"required line template"`
	Text    string        `json:"text" is:"required line template"`
	URL     string        `json:"url,omitempty" is:"line template"`
	Style   string        `json:"style,omitempty" is:"line template"`
	Name    string        `json:"name,omitempty" is:"line template"`
	Value   string        `json:"value,omitempty" is:"line template"`
	Confirm *SlackConfirm `json:"confirm,omitempty"`
}

// SlackConfirm asks before an action is taken.
type SlackConfirm struct {
	Text        string `json:"text" is:"required line template"`
	Title       string `json:"title,omitempty" is:"line template"`
	OkText      string `json:"ok_text,omitempty" is:"line template"`
	DismissText string `json:"dismiss_text,omitempty" is:"line template"`
}

func (*Slack) since() string { return oldestAlertmanager }

func (s *Slack) check(e *FieldErrors) {
	app := s.AppToken != nil
	switch {
	case s.APIURL == nil && !app:
		e.Add("api_url", "Set the secret.", "api_url is required")
	case s.APIURL != nil && app:
		e.Add("app_token", "Remove one of the two.", "api_url and app_token cannot be used together")
	case app && s.Channel == "":
		e.Add("channel", "Name the channel to post to.", "an app needs a channel")
	case app && s.HTTPConfig.authenticates():
		e.Add("app_token", "Remove it, or what http_config says about authentication.", "app_token and the authentication of http_config cannot be used together")
	case !app && s.AppURL != "":
		e.Add("app_url", "Set app_token, or remove app_url.", "app_url has no meaning without app_token")
	}
}

func (a *SlackAction) check(e *FieldErrors) {
	switch {
	case a.URL == "" && a.Name == "":
		e.Add("url", "Set url for a link, or name for a message to an app.", "the action has neither url nor name")
	case a.URL != "" && (a.Name != "" || a.Value != "" || a.Confirm != nil):
		e.Add("url", "Remove url, or name, value and confirm.", "a link cannot have name, value or confirm")
	}
}
