package spec_test

import (
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func soundStack() spec.Stack { return spec.DefaultStack("production") }

func TestSoundStacks(t *testing.T) {
	accept(t, soundStack, map[string]func(*spec.Stack){
		"defaults":     func(*spec.Stack) {},
		"longest name": func(s *spec.Stack) { s.Name = strings.Repeat("a", 39) },
		"free ports":   func(s *spec.Stack) { s.Prometheus.Port, s.Alertmanager.Port, s.NodeExporter.Port = 0, 0, 0 },
		"oldest versions": func(s *spec.Stack) {
			s.Prometheus.Version, s.Alertmanager.Version, s.NodeExporter.Version = "2.45.0", "0.25.0", "1.6.0"
		},
		"IPv6":                func(s *spec.Stack) { s.Prometheus.ListenAddress = "::1" },
		"same port elsewhere": func(s *spec.Stack) { s.Prometheus.ListenAddress, s.Alertmanager.Port = "10.0.0.1", 9090 },
		"same port disabled":  func(s *spec.Stack) { s.Alertmanager.Enabled, s.Alertmanager.Port = false, 9090 },
		"composed duration":   func(s *spec.Stack) { s.Prometheus.Retention.Time = "1y2w3d" },
		"fraction of a size":  func(s *spec.Stack) { s.Prometheus.Retention.Size = "1.5GB" },
		"logs":                func(s *spec.Stack) { s.Loki.Enabled, s.Collector.Enabled = true, true },
		"logs of others":      func(s *spec.Stack) { s.Loki.Enabled = true },
		"default channel":     func(s *spec.Stack) { s.Alertmanager.DefaultChannel = "oncall" },
		"external URL":        func(s *spec.Stack) { s.Alertmanager.ExternalURL = "https://example.com/alerts" },
		"own binary":          func(s *spec.Stack) { s.Prometheus.Path = "/opt/prometheus/prometheus" },
	})
}

func TestStackMistakes(t *testing.T) {
	try(t, soundStack, []mistake[spec.Stack]{
		{"empty name", func(s *spec.Stack) { s.Name = "" }, "name", `"" is not a stack name`},
		{"upper case name", func(s *spec.Stack) { s.Name = "Prod" }, "name", `"Prod"`},
		{"name begins with a digit", func(s *spec.Stack) { s.Name = "1prod" }, "name", `"1prod"`},
		{"name too long", func(s *spec.Stack) { s.Name = strings.Repeat("a", 40) }, "name", "is not a stack name"},
		{"name ends in a line break", func(s *spec.Stack) { s.Name = "prod\n" }, "name", `"prod\n"`},
		{"unknown engine", func(s *spec.Stack) { s.Engine = "docker" }, "engine", `"docker" is not an engine`},
		{"leading v", func(s *spec.Stack) { s.Prometheus.Version = "v3.16.0" }, "prometheus.version", `"v3.16.0" is not a version`},
		{"two numbers", func(s *spec.Stack) { s.Prometheus.Version = "3.16" }, "prometheus.version", `"3.16" is not a version`},
		{"pre-release", func(s *spec.Stack) { s.Prometheus.Version = "3.0.0-rc.0" }, "prometheus.version", "is not a version"},
		{"build metadata", func(s *spec.Stack) { s.Prometheus.Version = "3.0.0+x" }, "prometheus.version", "is not a version"},
		{"latest", func(s *spec.Stack) { s.NodeExporter.Version = "latest" }, "node_exporter.version", `"latest" is not a version`},
		{"Prometheus too old", func(s *spec.Stack) { s.Prometheus.Version = "2.44.9" }, "prometheus.version", "2.44.9\" is older than 2.45.0"},
		{"Alertmanager too old", func(s *spec.Stack) { s.Alertmanager.Version = "0.24.0" }, "alertmanager.version", "older than 0.25.0"},
		{"node_exporter too old", func(s *spec.Stack) { s.NodeExporter.Version = "1.5.0" }, "node_exporter.version", "older than 1.6.0"},
		{"Loki too old", func(s *spec.Stack) { s.Loki.Version = "3.3.9" }, "loki.version", "older than 3.4.0"},
		{"collector too old", func(s *spec.Stack) { s.Collector.Version = "0.159.0" }, "collector.version", "older than 0.160.0"},
		{"logs for a moment", func(s *spec.Stack) { s.Loki.Retention = "1h" }, "loki.retention", "shorter than 24h"},
		{"collector alone", func(s *spec.Stack) { s.Collector.Enabled = true }, "collector.enabled", "nowhere to send logs"},
		{"port too high", func(s *spec.Stack) { s.Prometheus.Port = 65536 }, "prometheus.port", "65536 is not a port"},
		{"negative port", func(s *spec.Stack) { s.Alertmanager.Port = -1 }, "alertmanager.port", "-1 is not a port"},
		{"shared port", func(s *spec.Stack) { s.Alertmanager.Port = 9090 }, "alertmanager.port", "port 9090 is already the port of prometheus"},
		{"shared port behind a wildcard", func(s *spec.Stack) { s.NodeExporter.Port, s.NodeExporter.ListenAddress = 9093, "0.0.0.0" }, "node_exporter.port", "already the port of alertmanager"},
		{"host name to listen on", func(s *spec.Stack) { s.Prometheus.ListenAddress = "localhost" }, "prometheus.listen_address", `"localhost" is not an IP address`},
		{"zone", func(s *spec.Stack) { s.Prometheus.ListenAddress = "fe80::1%eth0" }, "prometheus.listen_address", "is not an IP address"},
		{"memory without a unit", func(s *spec.Stack) { s.Prometheus.Memory = "512" }, "prometheus.memory", `"512" is not a size`},
		{"too little memory", func(s *spec.Stack) { s.NodeExporter.Memory = "8MB" }, "node_exporter.memory", `"8MB" is less than the minimum of 16MB`},
		{"no memory", func(s *spec.Stack) { s.NodeExporter.Memory = "0" }, "node_exporter.memory", "less than the minimum"},
		{"negative memory", func(s *spec.Stack) { s.NodeExporter.Memory = "-64MB" }, "node_exporter.memory", "is not a size"},
		{"no retention size", func(s *spec.Stack) { s.Prometheus.Retention.Size = "0B" }, "prometheus.retention.size", "less than the minimum"},
		{"retention size in words", func(s *spec.Stack) { s.Prometheus.Retention.Size = "big" }, "prometheus.retention.size", `"big" is not a size`},
		{"retention time zero", func(s *spec.Stack) { s.Prometheus.Retention.Time = "0s" }, "prometheus.retention.time", "longer than zero"},
		{"retention time in words", func(s *spec.Stack) { s.Prometheus.Retention.Time = "15 days" }, "prometheus.retention.time", `"15 days" is not a duration`},
		{"scrape interval without a unit", func(s *spec.Stack) { s.Prometheus.ScrapeInterval = "15" }, "prometheus.scrape_interval", `"15" is not a duration`},
		{"scrape interval zero", func(s *spec.Stack) { s.Prometheus.ScrapeInterval = "0" }, "prometheus.scrape_interval", "longer than zero"},
		{"negative evaluation interval", func(s *spec.Stack) { s.Prometheus.EvaluationInterval = "-15s" }, "prometheus.evaluation_interval", "is not a duration"},
		{"no Alertmanager", func(s *spec.Stack) { s.Alertmanager.Replicas = -1 }, "alertmanager.replicas", "-1 is not a number of Alertmanagers"},
		{"many Alertmanagers", func(s *spec.Stack) { s.Alertmanager.Replicas = 6 }, "alertmanager.replicas", "6 is not a number of Alertmanagers"},
		{"units out of order", func(s *spec.Stack) { s.Alertmanager.Retention = "1m2h" }, "alertmanager.retention", "is not a duration"},
		{"default channel that is no name", func(s *spec.Stack) { s.Alertmanager.DefaultChannel = "a/b" }, "alertmanager.default_channel", `"a/b" is not a name for a notification channel`},
		{"external URL without scheme", func(s *spec.Stack) { s.Alertmanager.ExternalURL = "example.com" }, "alertmanager.external_url", "is not an http or https URL"},
		{"resolved at once", func(s *spec.Stack) { s.Alertmanager.ResolveTimeout = "0s" }, "alertmanager.resolve_timeout", "longer than zero"},
		{"label with a dash", func(s *spec.Stack) { s.Prometheus.ExternalLabels["a-b"] = "x" }, "prometheus.external_labels.a-b", `"a-b" is not a label name`},
		{"reserved label", func(s *spec.Stack) { s.Prometheus.ExternalLabels["__a"] = "x" }, "prometheus.external_labels.__a", "reserved"},
		{"relative binary", func(s *spec.Stack) { s.Prometheus.Path = "bin/prometheus" }, "prometheus.path", "is not an absolute path"},
	})
}
