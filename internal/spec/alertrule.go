package spec

// Severities an alert rule may have.
const (
	SeverityCritical = "critical"
	SeverityWarning  = "warning"
	SeverityInfo     = "info"
)

// DefaultGroup is the rule group of rules that name none.
const DefaultGroup = "default"

// What an alert rule is about.
const (
	SourceMetrics = "metrics"
	SourceLogs    = "logs"
)

// AlertRule is one alerting rule over metrics or over logs.
type AlertRule struct {
	Stack string `json:"stack"`
	// Name is the identity within the stack.
	Name string `json:"name"`
	// Source is SourceMetrics, where Prometheus evaluates Expr as PromQL, or
	// SourceLogs, where Loki's ruler evaluates it as LogQL.
	Source string `json:"source"`
	// Alert is the alertname; defaults to Name.
	Alert string `json:"alert"`
	// Group the rule is evaluated in; defaults to DefaultGroup.
	Group string `json:"group"`
	// GroupInterval is the evaluation interval of the whole group; all members
	// that set it must agree. Empty means the stack's evaluation interval.
	GroupInterval string `json:"group_interval,omitempty"`
	// Expr is PromQL or LogQL, as Source says.
	Expr string `json:"expr"`
	// For and KeepFiringFor are Prometheus durations; "0s" is the default.
	For           string `json:"for"`
	KeepFiringFor string `json:"keep_firing_for"`
	// Severity becomes the label of that name; empty for none.
	Severity string `json:"severity,omitempty"`
	// Summary, Description and RunbookURL become annotations of that name.
	Summary     string            `json:"summary,omitempty"`
	Description string            `json:"description,omitempty"`
	RunbookURL  string            `json:"runbook_url,omitempty"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	// Order sorts the rules of a group before their names do; default 0.
	Order int64 `json:"order"`
	// Paused rules are kept but not loaded.
	Paused bool `json:"paused"`
}

// OverLogs tells whether Loki evaluates the rule, and not Prometheus.
func (r *AlertRule) OverLogs() bool { return r.Source == SourceLogs }

// Kind implements Object.
func (*AlertRule) Kind() Kind { return KindAlertRule }

// StackName implements Object.
func (r *AlertRule) StackName() string { return r.Stack }

// ObjectName implements Object.
func (r *AlertRule) ObjectName() string { return r.Name }

// Secrets implements Object: a rule has none.
func (*AlertRule) Secrets() map[string]*Secret { return nil }

// AllLabels are the rule's labels as Prometheus or Loki gets them, severity included.
func (r *AlertRule) AllLabels() map[string]string {
	return with(r.Labels, map[string]string{"severity": r.Severity})
}

// AllAnnotations are the rule's annotations as Prometheus gets them.
func (r *AlertRule) AllAnnotations() map[string]string {
	return with(r.Annotations, map[string]string{
		"summary": r.Summary, "description": r.Description, "runbook_url": r.RunbookURL,
	})
}

// with copies base and adds the entries of extra that are not empty.
func with(base, extra map[string]string) map[string]string {
	all := make(map[string]string, len(base)+len(extra))
	for k, v := range base {
		all[k] = v
	}
	for k, v := range extra {
		if v != "" {
			all[k] = v
		}
	}
	return all
}
