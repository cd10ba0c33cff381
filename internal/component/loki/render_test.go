package loki_test

import (
	"flag"
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

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

func TestRenderIsDeterministic(t *testing.T) {
	in := componenttest.GoldenInput(componenttest.Input(t, componenttest.Everything()))
	first, err := loki.New().Render(in)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		again, err := loki.New().Render(in)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first, again); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestRenderRefuses(t *testing.T) {
	for want, change := range map[string]func(*component.Input){
		"cannot render limits.yml: loki.retention":               func(in *component.Input) { in.State.Stack.Loki.Retention = "long" },
		`cannot render log retention "audit": period`:            func(in *component.Input) { in.State.LogRetentions[0].Period = "long" },
		`cannot render alert rule "api-errors": for`:             func(in *component.Input) { rule(&in.State, "api-errors").For = "long" },
		"cannot render the rules over logs: evaluation_interval": func(in *component.Input) { in.State.Stack.Prometheus.EvaluationInterval = "often" },
		`cannot render loki.yml: cannot listen on "127.0.0.1"`:   func(in *component.Input) { in.Addresses[component.Loki] = "127.0.0.1" },
		`cannot render loki.yml: cannot listen on "127.0.0.1:x"`: func(in *component.Input) { in.Addresses["loki/grpc"] = "127.0.0.1:x" },
		`cannot render loki.yml: cannot keep files in "/a,b"`:    func(in *component.Input) { in.ConfigDir = "/a,b" },
	} {
		in := componenttest.GoldenInput(componenttest.Input(t, componenttest.Everything()))
		change(&in)
		if _, err := loki.New().Render(in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	for want, change := range map[string]func(*component.Input){
		`function "nonsense" not defined`: func(in *component.Input) { rule(&in.State, "api-errors").Summary = "{{ nonsense }}" },
		"invalid label name":              func(in *component.Input) { rule(&in.State, "api-errors").Labels = map[string]string{"a.b": "x"} },
	} {
		in := componenttest.GoldenInput(componenttest.Input(t, componenttest.Everything()))
		change(&in)
		files, err := loki.New().Render(in)
		if err != nil {
			t.Fatal(err)
		}
		if err := loki.New().Check(in, files); err == nil || !strings.Contains(err.Error(), "fake/availability.yml") || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// What fragments change must not restart Loki; what loki.yml says must, because
// it is read at start only.
func TestLaunchFollowsTheConfiguration(t *testing.T) {
	full := componenttest.Input(t, componenttest.Everything())
	launch := func(change func(*component.Input)) component.Launch {
		in := full
		in.State, in.Addresses = full.State.Clone(), maps.Clone(full.Addresses)
		change(&in)
		l, err := loki.New().Launch(in)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	before := launch(func(*component.Input) {})
	if diff := cmp.Diff([]string{full.Addresses[component.Loki], full.Addresses["loki/grpc"]}, before.Listen); diff != "" {
		t.Error(diff)
	}
	for name, change := range map[string]func(*component.Input){
		"fragments": func(in *component.Input) {
			in.State.AlertRules, in.State.LogRetentions, in.State.LogSources = nil, nil, nil
		},
		"retention":           func(in *component.Input) { in.State.Stack.Loki.Retention = "1d" },
		"evaluation interval": func(in *component.Input) { in.State.Stack.Prometheus.EvaluationInterval = "1m" },
	} {
		if diff := cmp.Diff(before, launch(change)); diff != "" {
			t.Errorf("%s restart Loki: %s", name, diff)
		}
	}
	for name, change := range map[string]func(*component.Input){
		"port":            func(in *component.Input) { in.Addresses[component.Loki] = "127.0.0.1:1" },
		"alertmanager":    func(in *component.Input) { delete(in.Addresses, component.Alertmanager) },
		"external labels": func(in *component.Input) { in.State.Stack.Prometheus.ExternalLabels = nil },
		"grafana": func(in *component.Input) {
			in.State.Stack.Grafana.Enabled, in.Addresses[component.Grafana] = true, "127.0.0.1:3000"
		},
	} {
		if cmp.Equal(before.Env, launch(change).Env) {
			t.Errorf("another %s does not restart Loki", name)
		}
	}
}

func TestAlertsLinkToGrafana(t *testing.T) {
	for want, change := range map[string]func(*spec.Grafana){
		"http://127.0.0.1:3100":        func(*spec.Grafana) {},
		"http://127.0.0.1:3000":        func(g *spec.Grafana) { g.Enabled = true },
		"https://example.org/grafana/": func(g *spec.Grafana) { g.Enabled, g.RootURL = true, "https://example.org/grafana/" },
		"https://elsewhere.org":        func(g *spec.Grafana) { g.Enabled, g.URL = true, "https://elsewhere.org" },
	} {
		in := componenttest.GoldenInput(componenttest.Input(t, componenttest.Everything()))
		in.Addresses[component.Grafana] = "127.0.0.1:3000"
		change(&in.State.Stack.Grafana)
		files, err := loki.New().Render(in)
		if err != nil {
			t.Fatal(err)
		}
		var config struct {
			Ruler struct {
				URL    string `yaml:"external_url"`
				Source string `yaml:"datasource_uid"`
			} `yaml:"ruler"`
		}
		if err := yaml.Unmarshal(files["loki.yml"].Data, &config); err != nil {
			t.Fatal(err)
		}
		want = strings.TrimSuffix(want, "/")
		if config.Ruler.URL != want || (config.Ruler.Source == "loki") != in.State.Stack.Grafana.Enabled {
			t.Errorf("alerts link to %v, want %s", config.Ruler, want)
		}
	}
}
