package collector_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/collector"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// version is the one that the tests run.
const version = "0.160.0"

var update = flag.Bool("update", false, "write the golden files")

func binary(t testing.TB) string {
	return componenttest.Tool(t, component.Collector, version, "otelcol")
}

// states are those that have a collector.
func states() map[string]spec.State {
	states := map[string]spec.State{}
	for name, state := range componenttest.States() {
		state.Stack.Loki.Enabled, state.Stack.Collector.Enabled = true, true
		states[name] = state
	}
	return states
}

// TestGoldens also lets the collector itself read every golden file.
func TestGoldens(t *testing.T) {
	for name, state := range states() {
		t.Run(name, func(t *testing.T) {
			in := componenttest.GoldenInput(componenttest.Input(t, state))
			c := collector.New()
			files, err := c.Render(in)
			if err != nil {
				t.Fatal(err)
			}
			dir := filepath.Join("testdata", name)
			componenttest.Golden(t, dir, files, *update)
			golden, err := os.ReadFile(filepath.Join(dir, "collector.yml.golden"))
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "collector.yml")
			if err := os.WriteFile(path, golden, 0o600); err != nil {
				t.Fatal(err)
			}
			componenttest.Run(t, binary(t), "validate", "--config=file:"+path)
		})
	}
}
