package loki_test

import (
	"flag"
	"path/filepath"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/loki"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

const version = "3.7.8"

var update = flag.Bool("update", false, "write the golden files")

func binary(t testing.TB) string { return componenttest.Tool(t, component.Loki, version, "loki") }

// states are all states, with Loki.
func states() map[string]spec.State {
	all := componenttest.States()
	for name, state := range all {
		state.Stack.Loki.Enabled = true
		all[name] = state
	}
	return all
}

func TestRenderGolden(t *testing.T) {
	for name, state := range states() {
		t.Run(name, func(t *testing.T) {
			c, in := loki.New(), componenttest.Input(t, state)
			files, err := c.Render(componenttest.GoldenInput(in))
			if err != nil {
				t.Fatal(err)
			}
			componenttest.Golden(t, filepath.Join("testdata", name), files, *update)

			componenttest.Publish(t, c, in)
			componenttest.Run(t, binary(t), "-config.file="+filepath.Join(in.ConfigDir, "loki.yml"), "-verify-config")
		})
	}
}
