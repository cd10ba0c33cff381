package dashboard_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/dashboard"
)

// large is a sound dashboard of two megabytes.
func large() string {
	var panels []string
	for i := range 3500 {
		panels = append(panels, fmt.Sprintf(`{"id": %d, "type": "timeseries", "title": "Requests of service %d", "gridPos": {"x": %d, "y": %d, "w": 12, "h": 8},
 "datasource": {"type": "prometheus", "uid": "prometheus"},
 "fieldConfig": {"defaults": {"unit": "reqps", "custom": {"lineWidth": 1, "fillOpacity": 10}}, "overrides": []},
 "options": {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": true}},
 "targets": [{"refId": "A", "expr": "sum by (handler) (rate(http_requests_total{job=\"api-%d\"}[$__rate_interval]))"}]}`,
			i+1, i, i%2*12, i/2*8, i))
	}
	return `{"title": "Large", "schemaVersion": 41, "panels": [` + strings.Join(panels, ",") + "]}"
}

func BenchmarkLarge(b *testing.B) {
	text := large()
	other := strings.Replace(text, `"reqps"`, `"short"`, 1)
	d, err := dashboard.Parse(text)
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("%d bytes", len(text))
	for name, do := range map[string]func(){
		"parse":     func() { _, _ = dashboard.Parse(text) },
		"lint":      func() { dashboard.Lint(d, stackContext) },
		"same":      func() { dashboard.Equal(text, text) },
		"equal":     func() { dashboard.Equal(text, text+" ") },
		"different": func() { dashboard.Equal(text, other) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				do()
			}
		})
	}
}
