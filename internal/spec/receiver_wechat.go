package spec

// WeChat writes to people and groups of WeChat Work.
type WeChat struct {
	APISecret *Secret `json:"api_secret,omitempty" is:"required"`
	CorpID    string  `json:"corp_id" is:"required line template"`
	AgentID   string  `json:"agent_id" is:"required line template"`
	// At least one of these is set. Each is a list separated by |.
	ToUser      string  `json:"to_user,omitempty" is:"line template"`
	ToParty     string  `json:"to_party,omitempty" is:"line template"`
	ToTag       string  `json:"to_tag,omitempty" is:"line template"`
	Message     *string `json:"message,omitempty" is:"template"`
	MessageType string  `json:"message_type,omitempty" oneof:"text markdown"`
	// APIURL is empty for WeChat's own.
	APIURL     string `json:"api_url,omitempty" is:"url"`
	HTTPConfig *HTTP  `json:"http_config,omitempty"`
}

func (*WeChat) since() string { return "0.31.0" }

func (w *WeChat) check(e *FieldErrors) {
	if w.ToUser == "" && w.ToParty == "" && w.ToTag == "" {
		e.Add("to_user", "Set to_user, to_party or to_tag.", "it does not say whom to write to")
	}
}
