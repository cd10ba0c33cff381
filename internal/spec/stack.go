package spec

import (
	"net/url"
	"strings"
)

// EngineProcess runs the components of a stack as processes of this machine.
const EngineProcess = "process"

// Stack is a monitoring platform: which components run, and how.
type Stack struct {
	// Name is the identity: ^[a-z][a-z0-9-]{0,38}$.
	Name string `json:"name"`
	// Engine runs the components; "process" is the default.
	Engine       string       `json:"engine"`
	Prometheus   Prometheus   `json:"prometheus"`
	Alertmanager Alertmanager `json:"alertmanager"`
	NodeExporter NodeExporter `json:"node_exporter"`
	Grafana      Grafana      `json:"grafana"`
	Loki         Loki         `json:"loki"`
	Collector    Collector    `json:"collector"`
	// SelfMonitoring adds scrape jobs and rules about the stack itself.
	SelfMonitoring bool `json:"self_monitoring"`
}

// Component is what every component of a stack has.
type Component struct {
	Enabled bool `json:"enabled"`
	// Version of the component, without a leading v.
	Version string `json:"version"`
	// Port to listen on; 0 means: pick a free one once and keep it.
	Port int64 `json:"port"`
	// ListenAddress is an IP address.
	ListenAddress string `json:"listen_address"`
	// Memory is the limit as a size such as "512MB" (see ParseSize).
	Memory string `json:"memory"`
	// Path of a binary to run instead of the artifact; empty for none.
	Path string `json:"path,omitempty"`
}

// Prometheus configures the metrics server.
type Prometheus struct {
	Component
	// ScrapeInterval and EvaluationInterval are Prometheus durations.
	ScrapeInterval     string            `json:"scrape_interval"`
	EvaluationInterval string            `json:"evaluation_interval"`
	Retention          MetricRetention   `json:"retention"`
	ExternalLabels     map[string]string `json:"external_labels"`
}

// MetricRetention bounds the metrics database by age and by size, whichever comes first.
type MetricRetention struct {
	Time string `json:"time"`
	Size string `json:"size"`
}

// Alertmanager configures the alert router.
type Alertmanager struct {
	Component
	// Replicas is how many Alertmanagers run, which tell each other what they
	// told. The port is that of the first; the others have free ones.
	Replicas int64 `json:"replicas"`
	// Retention is how long resolved alerts and expired silences are kept.
	Retention string `json:"retention"`
	// DefaultChannel is the channel that receives what no route takes. It need
	// not exist: channels are created after their stack, and go before it.
	DefaultChannel string `json:"default_channel,omitempty"`
	// ExternalURL is where people reach it, for links in notifications; empty
	// means the listen address.
	ExternalURL string `json:"external_url,omitempty"`
	// ResolveTimeout is after how long an alert that came without an end ends,
	// if nobody sends it again. Those of Prometheus come with one.
	ResolveTimeout string `json:"resolve_timeout"`
	// SeverityInhibition mutes an alert while it fires at a higher severity on
	// the same instance.
	SeverityInhibition bool `json:"severity_inhibition"`
	// SMTP is the mail server of email channels that name none.
	SMTP *SMTP `json:"smtp,omitempty"`
}

// NodeExporter configures the host metrics exporter.
type NodeExporter struct {
	Component
}

// OldestGrafana is the first Grafana that a stack may run or use.
const OldestGrafana = "10.0.0"

// Grafana configures the dashboard server: one of the stack's own, or one that
// runs elsewhere already.
type Grafana struct {
	Component
	// URL of a Grafana that runs elsewhere; empty to run one. Token, or
	// Username and Password, say who we are there.
	URL      string  `json:"url,omitempty"`
	Token    *Secret `json:"token,omitempty"`
	Username string  `json:"username,omitempty"`
	Password *Secret `json:"password,omitempty"`
	// AdminUser is the login of the administrator of a Grafana of our own. The
	// password is generated once.
	AdminUser string `json:"admin_user"`
	// AnonymousRole is what visitors without login may do, such as "Viewer";
	// empty sends them to the login page.
	AnonymousRole string `json:"anonymous_role,omitempty"`
	// RootURL is the address at which browsers reach it; empty means the listen address.
	RootURL string `json:"root_url,omitempty"`
	// Settings are further keys of grafana.ini, "section.key" = value;
	// SecretSettings are those whose values are secrets.
	Settings       map[string]string  `json:"settings"`
	SecretSettings map[string]*Secret `json:"settings_wo,omitempty"`
}

// Loki configures the log database.
type Loki struct {
	Component
	// Retention is how long the streams are kept that no LogRetention selects.
	Retention string `json:"retention"`
}

// Collector configures what gathers logs and hands them to Loki. Its port takes
// OTLP over HTTP from applications.
type Collector struct {
	Component
}

// External tells whether Grafana runs elsewhere.
func (g *Grafana) External() bool { return g.URL != "" }

// ComponentOf is one component of a stack under its name.
type ComponentOf struct {
	// Name is also the name of the stack's attribute.
	Name string
	*Component
}

// SubPath is the path below which a Grafana of our own answers, without a slash
// at its end: that of RootURL.
func (g *Grafana) SubPath() string {
	root, err := url.Parse(g.RootURL)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(root.Path, "/")
}

// ShowsMetrics tells whether anybody may read the metrics of a Grafana of our
// own, which is so unless a setting says otherwise.
func (g *Grafana) ShowsMetrics() bool {
	for _, key := range []string{"metrics.enabled", "metrics.basic_auth_username", "metrics.basic_auth_password"} {
		if g.Settings[key] != "" || g.SecretSettings[key] != nil {
			return false
		}
	}
	return true
}

// Components lists all components, enabled or not, in the order in which they
// are told of. The pointers lead into the stack.
func (s *Stack) Components() []ComponentOf {
	return []ComponentOf{
		{"prometheus", &s.Prometheus.Component},
		{"alertmanager", &s.Alertmanager.Component},
		{"node_exporter", &s.NodeExporter.Component},
		{"grafana", &s.Grafana.Component},
		{"loki", &s.Loki.Component},
		{"collector", &s.Collector.Component},
	}
}

// DefaultStack is a stack of the given name with every default filled in.
func DefaultStack(name string) Stack {
	return Stack{
		Name:   name,
		Engine: EngineProcess,
		Prometheus: Prometheus{
			Component:          Component{Enabled: true, Version: "3.16.0", Port: 9090, ListenAddress: "127.0.0.1", Memory: "512MB"},
			ScrapeInterval:     "15s",
			EvaluationInterval: "15s",
			Retention:          MetricRetention{Time: "15d", Size: "1GB"},
			ExternalLabels:     map[string]string{},
		},
		Alertmanager: Alertmanager{
			Component: Component{Enabled: true, Version: "0.31.1", Port: 9093, ListenAddress: "127.0.0.1", Memory: "128MB"},
			Replicas:  1, Retention: "120h", ResolveTimeout: "5m", SeverityInhibition: true,
		},
		NodeExporter: NodeExporter{
			Component: Component{Enabled: true, Version: "1.12.1", Port: 9100, ListenAddress: "127.0.0.1", Memory: "64MB"},
		},
		// Grafana runs where it is asked for, because it cannot be had
		// everywhere: it is the one component that cannot be built from source.
		Grafana: Grafana{
			Component: Component{Version: "12.3.3", Port: 3000, ListenAddress: "127.0.0.1", Memory: "256MB"},
			AdminUser: "admin",
			Settings:  map[string]string{},
		},
		// Logs are kept where they are asked for: it takes minutes to build
		// these two where they cannot be downloaded.
		Loki: Loki{
			Component: Component{Version: "3.7.8", Port: 3100, ListenAddress: "127.0.0.1", Memory: "256MB"},
			Retention: "7d",
		},
		Collector: Collector{
			Component: Component{Version: "0.160.0", Port: 4318, ListenAddress: "127.0.0.1", Memory: "128MB"},
		},
		SelfMonitoring: true,
	}
}

// Kind implements Object.
func (*Stack) Kind() Kind { return KindStack }

// StackName implements Object.
func (s *Stack) StackName() string { return s.Name }

// ObjectName implements Object.
func (s *Stack) ObjectName() string { return s.Name }

// References implements Referrer.
func (s *Stack) References() []Reference {
	return []Reference{{Path: "alertmanager.default_channel", Kind: KindChannel, Name: &s.Alertmanager.DefaultChannel, Loose: true}}
}

// Secrets implements Object.
func (s *Stack) Secrets() map[string]*Secret {
	secrets := map[string]*Secret{}
	put := func(path string, secret *Secret) {
		if secret != nil {
			secrets[path] = secret
		}
	}
	for field, secret := range secretsIn(s.Alertmanager.SMTP) {
		put("alertmanager.smtp."+field, secret)
	}
	put("grafana.token", s.Grafana.Token)
	put("grafana.password", s.Grafana.Password)
	for key, secret := range s.Grafana.SecretSettings {
		put("grafana.settings_wo."+key, secret)
	}
	return secrets
}

// MaxAlertmanagers is the most that a stack may have: each sends everything that
// it hears of to all others.
const MaxAlertmanagers = 5

// Replica is the number-th Alertmanager, from 1. What is further down than
// Replicas is not enabled.
func (a *Alertmanager) Replica(number int) *Component {
	if number == 1 {
		return &a.Component
	}
	c := a.Component
	c.Enabled = c.Enabled && int64(number) <= a.Replicas
	c.Port = 0
	return &c
}
