package spec

// Telegram has a bot write to a chat.
type Telegram struct {
	BotToken *Secret `json:"bot_token,omitempty" is:"required"`
	// ChatID is negative for groups.
	ChatID          int64   `json:"chat_id" is:"required number"`
	MessageThreadID int64   `json:"message_thread_id,omitempty"`
	Message         *string `json:"message,omitempty" is:"template"`
	// ParseMode is HTML where it is nil; empty is plain text.
	ParseMode            *string `json:"parse_mode,omitempty" oneof:"HTML Markdown MarkdownV2"`
	DisableNotifications bool    `json:"disable_notifications"`
	// APIURL is empty for Telegram's own.
	APIURL     string `json:"api_url,omitempty" is:"url"`
	HTTPConfig *HTTP  `json:"http_config,omitempty"`
}

func (*Telegram) since() string { return "0.26.0" }
