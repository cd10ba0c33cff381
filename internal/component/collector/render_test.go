package collector_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

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

// released are the components of ours that the official contrib release has as
// well, of the same modules. Users may run that one.
var released = []string{
	"extensions file_storage", "extensions health_check",
	"receivers file_log", "receivers journald", "receivers otlp",
	"processors attributes", "processors batch", "processors filter", "processors memory_limiter", "processors resource", "processors transform",
	"exporters debug", "exporters nop", "exporters otlp_http",
}

// TestRenderedForTheReleaseAsWell: nothing is used that only our own build has.
func TestRenderedForTheReleaseAsWell(t *testing.T) {
	for name, state := range states() {
		files, err := collector.New().Render(componenttest.GoldenInput(componenttest.Input(t, state)))
		if err != nil {
			t.Fatal(err)
		}
		var config map[string]yaml.Node
		if err := yaml.Unmarshal(files["collector.yml"].Data, &config); err != nil {
			t.Fatal(err)
		}
		for _, section := range []string{"extensions", "receivers", "processors", "exporters"} {
			var parts map[string]any
			part := config[section]
			if err := part.Decode(&parts); err != nil || len(parts) == 0 {
				t.Fatalf("%s: %s: %v", name, section, err)
			}
			for id := range parts {
				kind, _, _ := strings.Cut(id, "/")
				if !slices.Contains(released, section+" "+kind) {
					t.Errorf("%s: the official release has no %s %s", name, section, kind)
				}
			}
		}
	}
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
