package collector_test

import (
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/grafana"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/prometheus"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// post sends a record as an application does, and returns the answer's status.
func (b *bench) post(resource, attributes map[string]string, body string) int {
	b.Helper()
	list := func(values map[string]string) string {
		var all []string
		for key, value := range values {
			all = append(all, `{"key":"`+key+`","value":{"stringValue":"`+value+`"}}`)
		}
		return strings.Join(all, ",")
	}
	text := `{"resourceLogs":[{"resource":{"attributes":[` + list(resource) + `]},"scopeLogs":[{"logRecords":[{"body":{"stringValue":"` +
		body + `"},"attributes":[` + list(attributes) + `]}]}]}]}`
	request, err := http.NewRequestWithContext(b.Context(), http.MethodPost,
		"http://"+b.in.Addresses[component.Collector]+"/v1/logs", strings.NewReader(text))
	if err != nil {
		b.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := probe.New().HTTP().Do(request)
	if err != nil {
		b.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode
}

// exposed adds the names of all metrics of the collector.
func (b *bench) exposed(names map[string]bool) {
	b.Helper()
	metrics, err := probe.New().Metrics(b.Context(), b.in.Addresses[component.Collector+"/metrics"], nil)
	if err != nil {
		b.Fatal(err)
	}
	for name := range metrics {
		names[name] = true
	}
}

func (b *bench) happens(metric string) {
	b.Helper()
	componenttest.Eventually(b, func() bool { return b.metric(metric) > 0 })
}

// TestAQueueThatIsFull also makes everything else happen that the rules of
// self-monitoring are about, so that their metrics are known to exist.
func TestAQueueThatIsFull(t *testing.T) {
	const lines = 5000
	dir := t.TempDir()
	b := start(t, fileSource("app", dir))
	config := filepath.Join(b.in.ConfigDir, "collector.yml")
	names := map[string]bool{}

	componenttest.Edit(t, config, "queue_size: 536870912", "queue_size: 60000")
	componenttest.Edit(t, config, "min_size: 500000", "min_size: 5000")
	b.reload()
	b.loki.Close()
	w := &writer{path: filepath.Join(dir, "app.log"), moveOnly: true}
	b.during(w, lines, func() { b.happens("otelcol_exporter_enqueue_failed_log_records") })
	if status := b.post(nil, nil, strings.Repeat("x", 60000)); status != http.StatusOK {
		t.Errorf("a record that nobody takes is answered %d", status)
	}
	b.exposed(names)
	b.loki.Open()
	if duplicates := b.complete(lines); duplicates != 0 {
		t.Errorf("%d lines arrived twice", duplicates)
	}

	b.loki.Answer(http.StatusBadRequest)
	write(t, filepath.Join(dir, "refused"), "refused\n")
	b.happens("otelcol_exporter_send_failed_log_records")
	b.loki.Answer(http.StatusOK)
	b.exposed(names)

	// A tenth of what the collector needs just to be there.
	componenttest.Edit(t, config, "limit_mib: 102", "limit_mib: 1")
	componenttest.Edit(t, config, "spike_limit_mib: 25", "spike_limit_mib: 0")
	b.reload()
	componenttest.Eventually(t, func() bool { return b.post(nil, nil, "x") == http.StatusServiceUnavailable })
	b.happens("otelcol_processor_memory_limiter_refused_log_records")
	b.exposed(names)

	for _, name := range selfMonitoringUses(t, b.in) {
		if !names[name] {
			t.Errorf("the collector does not expose %s", name)
		}
	}
}

// selfMonitoringUses are the metrics of the collector that self-monitoring has
// rules about or shows.
func selfMonitoringUses(t testing.TB, in component.Input) []string {
	t.Helper()
	files, err := prometheus.New().Render(in)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for what, text := range map[string]string{
		"rules": string(files["rules/"+spec.SelfMonitoringGroup+".yml"].Data), "panels": componenttest.BuiltInDashboard(t, grafana.New(), in),
	} {
		names := regexp.MustCompile(`otelcol_\w+`).FindAllString(text, -1)
		if len(names) == 0 {
			t.Fatalf("there are no %s", what)
		}
		all = append(all, names...)
	}
	return all
}
