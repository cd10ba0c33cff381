package prometheus

import (
	"testing"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// A plan right after an apply is empty, so an observation waits for as long as
// discovery may take.
func TestObservationWaitsForDiscovery(t *testing.T) {
	const throttled = 5 * time.Second
	for version, slow := range map[string]bool{"2.45.0": true, "2.55.1": true, "3.0.0": false, "3.16.0": false} {
		stack := spec.DefaultStack("production")
		stack.Prometheus.Version = version
		if got := observeLimit(&stack) > throttled; got != slow {
			t.Errorf("version %s: waits longer than %s: %t, want %t", version, throttled, got, slow)
		}
	}
}
