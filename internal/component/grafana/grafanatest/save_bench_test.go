//go:build unix

package grafanatest_test

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkSave saves new dashboards of 20 KB in a process that keeps them.
func BenchmarkSave(b *testing.B) {
	const panel = `{"type":"timeseries","title":"P","gridPos":{"h":8,"w":12,"x":0,"y":0},"targets":[{"refId":"A","expr":"up"}]}`
	panels := strings.Repeat(panel+",", 20_000/len(panel)) + panel
	grafana := install(b).start()
	for i := 0; b.Loop(); i++ {
		grafana.must(200, "POST", "/api/dashboards/db", fmt.Sprintf(`{"dashboard":{"uid":"d%d","title":"D","panels":[%s]}}`, i, panels))
	}
}
