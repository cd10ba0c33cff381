package prometheus_test

import (
	"flag"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/prometheus"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

const version = "3.16.0"

var update = flag.Bool("update", false, "write the golden files")

func promtool(t testing.TB) string {
	return componenttest.Tool(t, component.Prometheus, version, "promtool")
}

func TestRenderGolden(t *testing.T) {
	for name, state := range componenttest.States() {
		t.Run(name, func(t *testing.T) {
			c := prometheus.New()
			in := componenttest.Input(t, state)
			in.Addresses["supervisor"] = "127.0.0.1:9099"

			golden := componenttest.GoldenInput(in)
			files, err := c.Render(golden)
			if err != nil {
				t.Fatal(err)
			}
			componenttest.Golden(t, filepath.Join("testdata", name), files, *update)

			componenttest.Publish(t, c, in)
			componenttest.Run(t, promtool(t), "check", "config", filepath.Join(in.ConfigDir, "prometheus.yml"))
		})
	}
}

func TestRenderIsDeterministic(t *testing.T) {
	in := componenttest.GoldenInput(componenttest.Input(t, componenttest.Everything()))
	first, err := prometheus.New().Render(in)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		again, err := prometheus.New().Render(in)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first, again); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestRenderRefuses(t *testing.T) {
	tests := map[string]struct {
		change func(*spec.State)
		want   string
	}{
		"reserved group": {
			func(s *spec.State) { s.AlertRules[0].Group = "opp-self-monitoring" },
			`cannot render alert rule "api-down": the group "opp-self-monitoring" is reserved`,
		},
		"duration": {
			func(s *spec.State) { s.AlertRules[0].For = "soon" },
			`cannot render alert rule "api-down": for:`,
		},
		"size": {
			func(s *spec.State) { s.Stack.Prometheus.Retention.Size = "much" },
			`cannot render retention.size "much"`,
		},
		"interval": {
			func(s *spec.State) { s.ScrapeJobs[0].Interval = "often" },
			`cannot render scrape job "api": interval:`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			state := componenttest.Everything()
			tt.change(&state)
			_, err := prometheus.New().Render(component.Input{State: state})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestCheckCarriesTheParsersWords(t *testing.T) {
	c := prometheus.New()
	in := componenttest.Input(t, componenttest.Everything())
	tests := map[string]struct {
		change func(*component.Input)
		want   string
	}{
		"promql":   {func(in *component.Input) { in.State.AlertRules[0].Expr = "up ==" }, "parse error"},
		"template": {func(in *component.Input) { in.State.AlertRules[0].Summary = "{{ nonsense }}" }, `function "nonsense" not defined`},
		"scrape":   {func(in *component.Input) { in.State.ScrapeJobs[0].Timeout = "1h" }, "scrape timeout greater than scrape interval"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			bad := in
			bad.State = componenttest.Everything()
			tt.change(&bad)
			// What was good stays accepted, what is bad is looked at every time.
			for range 2 {
				good, err := c.Render(in)
				if err != nil {
					t.Fatal(err)
				}
				if err := c.Check(in, good); err != nil {
					t.Fatal(err)
				}
				files, err := c.Render(bad)
				if err != nil {
					t.Fatal(err)
				}
				if err := c.Check(bad, files); err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("error %v, want %q", err, tt.want)
				}
			}
		})
	}
}

func TestLaunchDependsOnTheStackOnly(t *testing.T) {
	full := componenttest.Input(t, componenttest.Everything())
	bare := full
	bare.State.ScrapeJobs, bare.State.AlertRules, bare.State.Channels = nil, nil, nil
	c := prometheus.New()
	a, err := c.Launch(full)
	if err != nil {
		t.Fatal(err)
	}
	b, err := c.Launch(bare)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a, b); diff != "" {
		t.Error(diff)
	}
}

func TestRetentionNeedsNoRestartWhereTheVersionCan(t *testing.T) {
	for version, inFile := range map[string]bool{"2.53.0": false, "3.10.2": false, "3.11.0": true, "3.16.0": true} {
		t.Run(version, func(t *testing.T) {
			in := componenttest.Input(t, componenttest.Everything())
			in.State.Stack.Prometheus.Version = version
			c := prometheus.New()
			launch, err := c.Launch(in)
			if err != nil {
				t.Fatal(err)
			}
			files, err := c.Render(in)
			if err != nil {
				t.Fatal(err)
			}
			args := strings.Join(launch.Args, " ")
			if got := strings.Contains(args, "retention"); got == inFile {
				t.Errorf("retention in flags is %t: %s", got, args)
			}
			if got := strings.Contains(string(files["prometheus.yml"].Data), "retention"); got != inFile {
				t.Errorf("retention in file is %t", got)
			}
			if got := strings.Contains(args, "discovery-reload-interval"); got != (version[0] == '3') {
				t.Errorf("discovery interval set: %t", got)
			}
		})
	}
}

func TestTheOldestReleaseKnowsWhatItIsGiven(t *testing.T) {
	in := componenttest.Input(t, componenttest.Everything())
	in.State.Stack.Prometheus.Version = "2.45.0"
	componenttest.KnownToOldest(t, prometheus.New(), in)
}

// A rule over logs is Loki's, even in a group of the same name.
func TestRulesOverLogsAreLeftOut(t *testing.T) {
	const logQL = `rate({a="b"} |= "c" [1m]) > 1`
	metrics, logs, other := componenttest.Rule("g", "metrics", "up == 0"), componenttest.Rule("g", "logs", logQL), componenttest.Rule("h", "other", logQL)
	logs.Source, other.Source = spec.SourceLogs, spec.SourceLogs
	state := componenttest.States()["minimal"]
	state.AlertRules = []spec.AlertRule{metrics}
	want, err := prometheus.New().Render(componenttest.GoldenInput(componenttest.Input(t, state)))
	if err != nil {
		t.Fatal(err)
	}
	state.AlertRules = []spec.AlertRule{logs, metrics, other}
	got, err := prometheus.New().Render(componenttest.GoldenInput(componenttest.Input(t, state)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rules over logs change what Prometheus reads (-want +got):\n%s", diff)
	}
}
