package spec

import (
	"net/netip"

	"golang.org/x/mod/semver"
)

// minMemory is what no component can run with less of.
const minMemory = "16MB"

// minRetentionSize is what the metrics database cannot hold a block with less of.
const minRetentionSize = "1MB"

// Validate implements Object.
func (s *Stack) Validate() FieldErrors {
	var errs FieldErrors
	errs.stackName("name", s.Name)
	if s.Engine != EngineProcess {
		errs.Add("engine", `Use "process".`, "%s is not an engine", quote(s.Engine))
	}
	p := &s.Prometheus
	errs.component("prometheus", p.Component, "2.45.0")
	errs.positiveDuration("prometheus.scrape_interval", p.ScrapeInterval)
	errs.positiveDuration("prometheus.evaluation_interval", p.EvaluationInterval)
	errs.positiveDuration("prometheus.retention.time", p.Retention.Time)
	errs.size("prometheus.retention.size", p.Retention.Size, minRetentionSize)
	errs.targetLabels("prometheus.external_labels", p.ExternalLabels)
	errs.component("alertmanager", s.Alertmanager.Component, oldestAlertmanager)
	errs.alertmanager(&s.Alertmanager)
	errs.references(s)
	errs.smtp("alertmanager.smtp", s.Alertmanager.SMTP)
	errs.component("node_exporter", s.NodeExporter.Component, "1.6.0")
	errs.component("grafana", s.Grafana.Component, OldestGrafana)
	errs.grafana(&s.Grafana)
	errs.component("loki", s.Loki.Component, "3.4.0")
	errs.logRetention("loki.retention", s.Loki.Retention)
	errs.component("collector", s.Collector.Component, "0.160.0")
	if s.Collector.Enabled && !s.Loki.Enabled {
		errs.Add("collector.enabled", "Add loki = {} to the stack, or remove collector.", "the collector has nowhere to send logs: loki is not enabled")
	}
	errs.sharedPorts(s)
	return errs
}

func (e *FieldErrors) alertmanager(a *Alertmanager) {
	if a.Replicas < 1 || a.Replicas > MaxAlertmanagers {
		e.Add("alertmanager.replicas", "Give a number from 1 to 5.", "%d is not a number of Alertmanagers", a.Replicas)
	}
	e.positiveDuration("alertmanager.retention", a.Retention)
	e.positiveDuration("alertmanager.resolve_timeout", a.ResolveTimeout)
	if a.ExternalURL != "" {
		e.httpURL("alertmanager.external_url", a.ExternalURL)
	}
}

// component checks what all components have; oldest is the first supported version.
func (e *FieldErrors) component(path string, c Component, oldest string) {
	e.version(path+".version", c.Version, oldest)
	e.listenPort(path+".port", c.Port)
	e.ip(path+".listen_address", c.ListenAddress)
	e.size(path+".memory", c.Memory, minMemory)
	if c.Path != "" {
		e.absolutePath(path+".path", c.Path)
	}
}

func (e *FieldErrors) version(path, value, oldest string) {
	v := "v" + value
	if semver.Canonical(v) != v || semver.Prerelease(v) != "" {
		e.Add(path, "Write a release as three numbers without a leading v, such as "+oldest+".", "%s is not a version", quote(value))
		return
	}
	if semver.Compare(v, "v"+oldest) < 0 {
		e.Add(path, "Choose "+oldest+" or newer.", "version %s is older than %s, the first one supported", quote(value), oldest)
	}
}

// sharedPorts finds enabled components that would listen on the same address.
func (e *FieldErrors) sharedPorts(s *Stack) {
	components := s.Components()
	for i, later := range components {
		for _, earlier := range components[:i] {
			if later.Enabled && earlier.Enabled && later.Port != 0 && later.Port == earlier.Port &&
				overlap(later.ListenAddress, earlier.ListenAddress) {
				e.Add(later.Name+".port", "Give every component of a stack its own port, or 0 to have a free one picked.",
					"port %d is already the port of %s", later.Port, earlier.Name)
			}
		}
	}
}

// overlap tells whether two listeners with the same port collide: the same
// address, or one of them is every address.
func overlap(a, b string) bool {
	x, errX := netip.ParseAddr(a)
	y, errY := netip.ParseAddr(b)
	return errX == nil && errY == nil && (x == y || x.IsUnspecified() || y.IsUnspecified())
}
