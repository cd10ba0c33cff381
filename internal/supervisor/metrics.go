//go:build linux || darwin

package supervisor

import (
	"net"
	"net/http"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
)

// metrics describes the units as they are when it is asked.
type metrics struct {
	supervisor                         *supervisor
	up, restarts, memory, limit, build *prometheus.Desc
}

func newMetrics(s *supervisor) http.Handler {
	unit := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc("opp_supervisor_unit_"+name, help, []string{"stack", "component"}, nil)
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		&metrics{
			supervisor: s,
			up:         unit("up", "Whether the unit's process runs."),
			restarts:   unit("restarts_total", "How often the unit was started again after it had ended."),
			memory:     unit("memory_bytes", "Resident memory of the unit's process."),
			limit:      unit("memory_limit_bytes", "Memory limit of the unit; 0 for none."),
			build: prometheus.NewDesc("opp_supervisor_build_info", "The version of the supervisor; always 1.",
				[]string{"version"}, nil),
		},
	)
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}

// Describe implements prometheus.Collector.
func (m *metrics) Describe(ch chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{m.up, m.restarts, m.memory, m.limit, m.build} {
		ch <- desc
	}
}

// Collect implements prometheus.Collector.
func (m *metrics) Collect(ch chan<- prometheus.Metric) {
	ch <- prometheus.MustNewConstMetric(m.build, prometheus.GaugeValue, 1, m.supervisor.version)
	for _, status := range m.supervisor.list("") {
		stack, component, _ := strings.Cut(status.Unit.Name, "/")
		up := 0.0
		if status.State == engine.StateRunning {
			up = 1
		}
		gauge := func(desc *prometheus.Desc, value float64) {
			ch <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, stack, component)
		}
		gauge(m.up, up)
		gauge(m.memory, float64(status.MemoryUsed))
		gauge(m.limit, float64(status.Unit.MemoryLimit))
		ch <- prometheus.MustNewConstMetric(m.restarts, prometheus.CounterValue, float64(status.Restarts), stack, component)
	}
}

// listenMetrics listens on the address that an earlier supervisor had, if it
// is free, so that scrape configurations stay true.
func listenMetrics(earlier string) (net.Listener, error) {
	if earlier != "" {
		if listener, err := net.Listen("tcp", earlier); err == nil {
			return listener, nil
		}
	}
	return net.Listen("tcp", "127.0.0.1:0")
}
