package prometheus

import (
	"context"

	"golang.org/x/mod/semver"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Releases in which something we use changed.
const (
	// discoveryInterval is where the reload interval of discovery may be
	// shorter than five seconds.
	discoveryInterval = "v3.0.0"
	// expandedLabels is where $x in external labels is always expanded.
	expandedLabels = "v3.0.0"
	// fileRetention is where retention in prometheus.yml works, so that a new
	// one needs no restart.
	fileRetention = "v3.11.0"
)

// VersionOf implements component.Versioned.
func (*Component) VersionOf(ctx context.Context, binary string) string {
	return component.BinaryVersion(ctx, binary)
}

func since(stack *spec.Stack, release string) bool {
	return semver.Compare("v"+stack.Prometheus.Version, release) >= 0
}
