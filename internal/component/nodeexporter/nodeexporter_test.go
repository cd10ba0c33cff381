package nodeexporter_test

import (
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/nodeexporter"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/porttest"
)

func TestRunsAndTellsItsVersion(t *testing.T) {
	const version = "1.12.1"
	c := nodeexporter.New()
	in := componenttest.Input(t, componenttest.Everything())
	files := componenttest.Publish(t, c, in)
	if len(files) != 0 {
		t.Errorf("it has files: %v", files)
	}
	componenttest.Start(t, c, in, componenttest.Tool(t, component.NodeExporter, version, "node_exporter"))
	if err := c.Reload(t.Context(), in); err != nil {
		t.Error(err)
	}
	if err := c.Verify(t.Context(), in, files, nil); err != nil {
		t.Error(err)
	}
	report := componenttest.Observe(t, c, in, files)
	if got := report.Versions[component.NodeExporter]; got != version {
		t.Errorf("version %q, want %q", got, version)
	}

	in.Addresses[component.NodeExporter] = porttest.Address(t)
	if c.Ready(t.Context(), in) == nil {
		t.Error("an exporter that does not answer is ready")
	}
	if c.Observe(t.Context(), in, files, report) == nil {
		t.Error("an exporter that does not answer was observed")
	}
}

func TestTheOldestReleaseKnowsWhatItIsGiven(t *testing.T) {
	componenttest.KnownToOldest(t, nodeexporter.New(), componenttest.Input(t, componenttest.Everything()))
}
