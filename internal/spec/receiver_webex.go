package spec

// Webex has a bot write to a room.
type Webex struct {
	RoomID  string  `json:"room_id" is:"required line template"`
	Message *string `json:"message,omitempty" is:"template"`
	// APIURL is empty for Webex' own.
	APIURL string `json:"api_url,omitempty" is:"url"`
	// HTTPConfig holds the token of the bot, as Authorization.
	HTTPConfig *HTTP `json:"http_config,omitempty" is:"required"`
}

func (*Webex) since() string { return oldestAlertmanager }

func (w *Webex) check(e *FieldErrors) {
	if w.HTTPConfig != nil && w.HTTPConfig.Authorization == nil {
		e.Add("http_config.authorization", "Give the bot's token as credentials_wo.", "Webex needs http_config.authorization")
	}
}
