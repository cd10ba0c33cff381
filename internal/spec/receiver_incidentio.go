package spec

// IncidentIO sends alerts to an alert source of incident.io.
type IncidentIO struct {
	// Exactly one of URL and SecretURL is set.
	URL       string  `json:"url,omitempty" is:"url"`
	SecretURL *Secret `json:"url_wo,omitempty" is:"url"`
	// AlertSourceToken is short for HTTPConfig.Authorization.
	AlertSourceToken *Secret `json:"alert_source_token,omitempty"`
	// MaxAlerts bounds the alerts in one message; 0 means all.
	MaxAlerts  int64  `json:"max_alerts"`
	Timeout    string `json:"timeout,omitempty" is:"duration"`
	HTTPConfig *HTTP  `json:"http_config,omitempty"`
}

func (*IncidentIO) since() string { return "0.29.0" }

func (i *IncidentIO) check(e *FieldErrors) {
	e.eitherURL(i.URL, i.SecretURL)
	authorized := i.HTTPConfig.authenticates()
	switch {
	case i.AlertSourceToken == nil && !authorized:
		e.Add("alert_source_token", "Set the secret.", "alert_source_token is required")
	case i.AlertSourceToken != nil && authorized:
		e.Add("alert_source_token", "Remove it, or what http_config says about authentication.", "alert_source_token and the authentication of http_config cannot be used together")
	}
}
