package spec

// VictorOps sends alerts to VictorOps, which is Splunk On-Call now.
type VictorOps struct {
	APIKey *Secret `json:"api_key,omitempty" is:"required"`
	// APIURL is empty for VictorOps' own.
	APIURL     string `json:"api_url,omitempty" is:"url"`
	RoutingKey string `json:"routing_key" is:"required line template"`
	// MessageType is CRITICAL where it is empty.
	MessageType       string            `json:"message_type,omitempty" is:"line template" oneof:"CRITICAL WARNING INFO"`
	EntityDisplayName *string           `json:"entity_display_name,omitempty" is:"template"`
	StateMessage      *string           `json:"state_message,omitempty" is:"template"`
	MonitoringTool    *string           `json:"monitoring_tool,omitempty" is:"line template"`
	CustomFields      map[string]string `json:"custom_fields" is:"template"`
	HTTPConfig        *HTTP             `json:"http_config,omitempty"`
}

func (*VictorOps) since() string { return oldestAlertmanager }

func (v *VictorOps) check(e *FieldErrors) {
	for _, name := range []string{
		"routing_key", "message_type", "state_message", "entity_display_name", "monitoring_tool", "entity_id", "entity_state",
	} {
		if _, ok := v.CustomFields[name]; ok {
			e.Add("custom_fields."+name, "Choose another name.", "%q is a field that every message has", name)
		}
	}
}
