package spec

// Opsgenie makes alerts in Opsgenie.
type Opsgenie struct {
	APIKey *Secret `json:"api_key,omitempty" is:"required"`
	// APIURL is empty for Opsgenie's own.
	APIURL      string              `json:"api_url,omitempty" is:"url"`
	Message     *string             `json:"message,omitempty" is:"template"`
	Description *string             `json:"description,omitempty" is:"template"`
	Source      *string             `json:"source,omitempty" is:"line template"`
	Details     map[string]string   `json:"details" is:"template"`
	Entity      string              `json:"entity,omitempty" is:"line template"`
	Responders  []OpsgenieResponder `json:"responders"`
	// Actions and Tags are lists separated by commas.
	Actions      string `json:"actions,omitempty" is:"line template"`
	Tags         string `json:"tags,omitempty" is:"line template"`
	Note         string `json:"note,omitempty" is:"template"`
	Priority     string `json:"priority,omitempty" is:"line template" oneof:"P1 P2 P3 P4 P5"`
	UpdateAlerts bool   `json:"update_alerts"`
	HTTPConfig   *HTTP  `json:"http_config,omitempty"`
}

// OpsgenieResponder is who takes care: exactly one of ID, Name and Username.
type OpsgenieResponder struct {
	ID       string `json:"id,omitempty" is:"line template"`
	Name     string `json:"name,omitempty" is:"line template"`
	Username string `json:"username,omitempty" is:"line template"`
	Type     string `json:"type" is:"required line template" oneof:"team teams user escalation schedule"`
}

func (*Opsgenie) since() string { return oldestAlertmanager }

func (r *OpsgenieResponder) check(e *FieldErrors) {
	if r.ID == "" && r.Name == "" && r.Username == "" {
		e.Add("", "Set id, name or username.", "the responder has neither id, name nor username")
	}
}
