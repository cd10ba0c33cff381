package spec

// SNS publishes to Amazon's notification service.
type SNS struct {
	// Exactly one of these is set. They may be templates.
	TopicARN    string `json:"topic_arn,omitempty" is:"line template"`
	PhoneNumber string `json:"phone_number,omitempty" is:"line template"`
	TargetARN   string `json:"target_arn,omitempty" is:"line template"`
	// APIURL is empty for that of the region.
	APIURL     string            `json:"api_url,omitempty" is:"url template"`
	SigV4      *SigV4            `json:"sigv4,omitempty" is:"required"`
	Subject    *string           `json:"subject,omitempty" is:"line template"`
	Message    *string           `json:"message,omitempty" is:"template"`
	Attributes map[string]string `json:"attributes" is:"template"`
	HTTPConfig *HTTP             `json:"http_config,omitempty"`
}

// SigV4 says who signs requests to Amazon. It has no keys: Alertmanager takes
// them from no file but Amazon's own, and its configuration may not hold them.
type SigV4 struct {
	Region string `json:"region" is:"required"`
	// Profile is a section of the file of shared credentials.
	Profile string `json:"profile,omitempty"`
	RoleARN string `json:"role_arn,omitempty"`
}

func (*SNS) since() string { return oldestAlertmanager }

func (s *SNS) check(e *FieldErrors) {
	given := ""
	for _, way := range []struct{ name, value string }{
		{"topic_arn", s.TopicARN}, {"phone_number", s.PhoneNumber}, {"target_arn", s.TargetARN},
	} {
		switch {
		case way.value != "" && given != "":
			e.Add(way.name, "Remove one of the two.", "%s and %s cannot be used together", given, way.name)
		case way.value != "":
			given = way.name
		}
	}
	if given == "" {
		e.Add("topic_arn", "Set topic_arn, phone_number or target_arn.", "it does not say what to publish to")
	}
}
