package spec

// Jira makes issues, one for each group of alerts.
type Jira struct {
	// APIURL is that of the REST API, such as https://example.atlassian.net/rest/api/2.
	APIURL  string `json:"api_url" is:"required url"`
	APIType string `json:"api_type,omitempty" oneof:"auto cloud datacenter"`
	Project string `json:"project" is:"required line template"`
	// IssueType is a name such as Bug.
	IssueType         string     `json:"issue_type" is:"required line template"`
	Summary           *JiraField `json:"summary,omitempty"`
	Description       *JiraField `json:"description,omitempty"`
	Labels            []string   `json:"labels" is:"line template"`
	Priority          *string    `json:"priority,omitempty" is:"line template"`
	ReopenTransition  string     `json:"reopen_transition,omitempty"`
	ResolveTransition string     `json:"resolve_transition,omitempty"`
	WontFixResolution string     `json:"wont_fix_resolution,omitempty"`
	ReopenDuration    string     `json:"reopen_duration,omitempty" is:"duration"`
	// Fields are further fields of the issue, their values in JSON, in which
	// texts are templates.
	Fields     map[string]JSON `json:"fields" is:"json"`
	HTTPConfig *HTTP           `json:"http_config,omitempty"`
}

// JSON is a text in JSON.
type JSON string

// JiraField is a text of an issue.
type JiraField struct {
	Template *string `json:"template,omitempty" is:"template"`
	// EnableUpdate writes it again when the issue is updated; nil is true.
	EnableUpdate *bool `json:"enable_update,omitempty"`
}

func (*Jira) since() string { return "0.28.0" }

func (j *Jira) check(e *FieldErrors) {
	if j.ReopenDuration != "" && j.ReopenTransition == "" {
		e.Add("reopen_duration", "Set reopen_transition, or remove reopen_duration.", "reopen_duration has no meaning without reopen_transition")
	}
}
