package spec

// Webhook posts Alertmanager's JSON payload to a URL.
type Webhook struct {
	// Exactly one of URL and SecretURL is set. Both may be templates.
	URL       string  `json:"url,omitempty" is:"url template"`
	SecretURL *Secret `json:"url_wo,omitempty" is:"url template"`
	// MaxAlerts bounds the alerts in one message; 0 means all.
	MaxAlerts int64  `json:"max_alerts"`
	Timeout   string `json:"timeout,omitempty" is:"duration"`
	// BearerToken is short for HTTPConfig.Authorization.
	BearerToken *Secret `json:"bearer_token,omitempty"`
	HTTPConfig  *HTTP   `json:"http_config,omitempty"`
}

func (*Webhook) since() string { return oldestAlertmanager }

func (w *Webhook) check(e *FieldErrors) {
	e.eitherURL(w.URL, w.SecretURL)
	if w.BearerToken != nil && w.HTTPConfig.authenticates() {
		e.Add("bearer_token", "Remove it, or what http_config says about authentication.", "bearer_token and the authentication of http_config cannot be used together")
	}
}

// eitherURL checks that a URL is given in exactly one of two ways.
func (e *FieldErrors) eitherURL(plain string, secret *Secret) {
	switch {
	case plain == "" && secret == nil:
		e.Add("url", "Set url, or url_wo if it holds a secret.", "the URL is empty")
	case plain != "" && secret != nil:
		e.Add("url_wo", "Remove one of the two.", "url and url_wo cannot be used together")
	}
}
