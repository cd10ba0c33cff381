package probe

import (
	"bytes"
	"context"
	"fmt"
	"net/url"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// Metrics is what a component exposes at /metrics.
type Metrics map[string]*dto.MetricFamily

// Metrics scrapes the component once.
func (c *Client) Metrics(ctx context.Context, address string, query url.Values) (Metrics, error) {
	body, err := c.Get(ctx, address, "/metrics", query)
	if err != nil {
		return nil, err
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("GET /metrics does not answer as expected: %w", err)
	}
	return families, nil
}

// Gauge is the value of a gauge without labels.
func (m Metrics) Gauge(name string) (float64, bool) {
	metrics := m[name].GetMetric()
	if len(metrics) == 0 {
		return 0, false
	}
	return metrics[0].GetGauge().GetValue(), true
}

// Label is the value of a label of the first series of that name; empty if
// there is none.
func (m Metrics) Label(name, label string) string {
	for _, metric := range m[name].GetMetric() {
		for _, pair := range metric.GetLabel() {
			if pair.GetName() == label {
				return pair.GetValue()
			}
		}
	}
	return ""
}
