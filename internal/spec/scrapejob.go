package spec

// ScrapeJob tells Prometheus which targets to scrape and how.
type ScrapeJob struct {
	Stack string `json:"stack"`
	// Name is the identity and the value of the job label.
	Name string `json:"name"`
	// Targets are host:port pairs, without scheme or path.
	Targets []string `json:"targets"`
	// Labels are added to every target.
	Labels map[string]string `json:"labels"`
	// MetricsPath defaults to /metrics, Scheme to http.
	MetricsPath string `json:"metrics_path"`
	Scheme      string `json:"scheme"`
	// Interval and Timeout are Prometheus durations; empty means the stack's.
	Interval    string `json:"interval,omitempty"`
	Timeout     string `json:"timeout,omitempty"`
	HonorLabels bool   `json:"honor_labels"`
	// SampleLimit fails a scrape with more samples; 0 means no limit.
	SampleLimit int64               `json:"sample_limit"`
	Params      map[string][]string `json:"params"`
	BasicAuth   *BasicAuth          `json:"basic_auth,omitempty"`
	// BearerToken is sent in the Authorization header.
	BearerToken   *Secret       `json:"bearer_token,omitempty"`
	TLS           *TLS          `json:"tls,omitempty"`
	MetricRelabel []RelabelRule `json:"metric_relabel"`
}

// BasicAuth authenticates with user name and password.
type BasicAuth struct {
	Username string  `json:"username" is:"required"`
	Password *Secret `json:"password,omitempty"`
}

// TLS says how a server's certificate is checked.
type TLS struct {
	CAFile             string `json:"ca_file,omitempty"`
	ServerName         string `json:"server_name,omitempty"`
	InsecureSkipVerify bool   `json:"insecure_skip_verify"`
}

// RelabelRule is one Prometheus relabel_config; empty fields take Prometheus' defaults.
type RelabelRule struct {
	Action       string   `json:"action"`
	SourceLabels []string `json:"source_labels"`
	Separator    *string  `json:"separator,omitempty"`
	Regex        string   `json:"regex,omitempty"`
	Modulus      int64    `json:"modulus,omitempty"`
	TargetLabel  string   `json:"target_label,omitempty"`
	Replacement  *string  `json:"replacement,omitempty"`
}

// Kind implements Object.
func (*ScrapeJob) Kind() Kind { return KindScrapeJob }

// StackName implements Object.
func (j *ScrapeJob) StackName() string { return j.Stack }

// ObjectName implements Object.
func (j *ScrapeJob) ObjectName() string { return j.Name }

// Secrets implements Object.
func (j *ScrapeJob) Secrets() map[string]*Secret {
	secrets := map[string]*Secret{}
	if j.BasicAuth != nil && j.BasicAuth.Password != nil {
		secrets["basic_auth.password"] = j.BasicAuth.Password
	}
	if j.BearerToken != nil {
		secrets["bearer_token"] = j.BearerToken
	}
	return secrets
}
