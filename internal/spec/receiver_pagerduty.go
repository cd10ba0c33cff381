package spec

// PagerDuty sends events to the Events API v2, or to an older integration by v1.
type PagerDuty struct {
	// Exactly one of these is set: RoutingKey for v2, ServiceKey for v1.
	RoutingKey *Secret `json:"routing_key,omitempty"`
	ServiceKey *Secret `json:"service_key,omitempty"`
	// URL of the Events API v2; empty means PagerDuty's own.
	URL         string  `json:"url,omitempty" is:"url"`
	Client      *string `json:"client,omitempty" is:"line template"`
	ClientURL   *string `json:"client_url,omitempty" is:"line template"`
	Description *string `json:"description,omitempty" is:"template"`
	// Severity is "error" where it is empty.
	Severity  string            `json:"severity,omitempty" is:"line template" oneof:"critical error warning info"`
	Source    string            `json:"source,omitempty" is:"line template"`
	Class     string            `json:"class,omitempty" is:"line template"`
	Component string            `json:"component,omitempty" is:"line template"`
	Group     string            `json:"group,omitempty" is:"line template"`
	Details   map[string]string `json:"details" is:"template"`
	Images    []PagerDutyImage  `json:"images"`
	Links     []PagerDutyLink   `json:"links"`
	Timeout   string            `json:"timeout,omitempty" is:"duration"`

	HTTPConfig *HTTP `json:"http_config,omitempty"`
}

// PagerDutyImage is a picture in an incident.
type PagerDutyImage struct {
	Src  string `json:"src" is:"required line template"`
	Alt  string `json:"alt,omitempty" is:"line template"`
	Href string `json:"href,omitempty" is:"line template"`
}

// PagerDutyLink is a link in an incident.
type PagerDutyLink struct {
	Href string `json:"href" is:"required line template"`
	Text string `json:"text,omitempty" is:"line template"`
}

func (*PagerDuty) since() string { return oldestAlertmanager }

func (p *PagerDuty) check(e *FieldErrors) {
	switch {
	case p.RoutingKey == nil && p.ServiceKey == nil:
		e.Add("routing_key", "Set the secret.", "routing_key is required")
	case p.RoutingKey != nil && p.ServiceKey != nil:
		e.Add("service_key", "Remove one of the two.", "routing_key and service_key cannot be used together")
	case p.ServiceKey != nil && p.URL != "":
		e.Add("url", "Remove it, or use routing_key.", "url has no meaning with service_key")
	}
}
