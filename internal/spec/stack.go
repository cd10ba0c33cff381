package spec

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
	// Retention is how long resolved alerts and expired silences are kept.
	Retention string `json:"retention"`
}

// NodeExporter configures the host metrics exporter.
type NodeExporter struct {
	Component
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
			Retention: "120h",
		},
		NodeExporter: NodeExporter{
			Component: Component{Enabled: true, Version: "1.12.1", Port: 9100, ListenAddress: "127.0.0.1", Memory: "64MB"},
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

// Secrets implements Object: a stack has none.
func (*Stack) Secrets() map[string]*Secret { return nil }
