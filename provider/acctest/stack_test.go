package acctest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/artifact"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/porttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

// Every attribute of a stack, changed alone and in place, changes what runs.
func TestStackAttributes(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	prometheus := acctest.Attributes{"port": "0"}
	alertmanager := acctest.Attributes{"port": "0"}
	node := acctest.Attributes{"port": "0"}
	extra := acctest.Attributes{}
	config := func() string {
		stack := acctest.Attributes{"name": `"production"`, "prometheus": object(prometheus), "alertmanager": object(alertmanager), "node_exporter": object(node)}
		for name, value := range extra {
			stack[name] = value
		}
		return e.Provider() + stack.Resource("opp_monitoring_stack") + "data \"opp_monitoring_stack\" \"read\" {\n  name = opp_monitoring_stack.test.name\n}\n"
	}
	flag := func(component, want string) func() error {
		return func() error {
			units, err := e.Engine().List(t.Context(), "production/"+component)
			if err != nil || len(units) != 1 || !strings.Contains(strings.Join(units[0].Command, " "), want) {
				return fmt.Errorf("%s runs as %+v, want %q (%v)", component, units, want, err)
			}
			return nil
		}
	}
	contains := func(text string) func() error {
		return func() error {
			if running := runningConfig(e); !strings.Contains(running, text) {
				return fmt.Errorf("the running configuration lacks %q:\n%s", text, running)
			}
			return nil
		}
	}
	limit := func(component, size string) func() error {
		return func() error {
			want, err := spec.ParseSize(size)
			if got := e.Observe("production").Status.Components[component].MemoryLimit; got != want || err != nil {
				return fmt.Errorf("memory limit of %s = %d, want %d (%v)", component, got, want, err)
			}
			return nil
		}
	}
	freePort := func() string {
		address := porttest.Address(t)
		return address[strings.LastIndex(address, ":")+1:]
	}
	port, alertmanagerPort, nodePort := freePort(), freePort(), freePort()
	runsFrom := func(component, path string) func() error {
		return func() error {
			units, err := e.Engine().List(t.Context(), "production/"+component)
			if err != nil || len(units) != 1 || units[0].Unit.Path != path {
				return fmt.Errorf("%s runs as %+v, want %s (%v)", component, units, path, err)
			}
			return nil
		}
	}
	gone := func(component string) func() error {
		return func() error {
			if _, there := e.Observe("production").Status.Components[component]; there {
				return fmt.Errorf("%s is still told of", component)
			}
			if units, err := e.Engine().List(t.Context(), "production/"+component); err != nil || len(units) > 0 {
				return fmt.Errorf("%s still runs: %+v (%v)", component, units, err)
			}
			return nil
		}
	}
	prometheusPath, alertmanagerPath, nodePath := ownBinary(t, "prometheus"), ownBinary(t, "alertmanager"), ownBinary(t, "node_exporter")
	steps := []resource.TestStep{{
		Config: config(),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue("opp_monitoring_stack.test", tfjsonpath.New("id"), knownvalue.StringExact("production")),
			statecheck.ExpectKnownValue("opp_monitoring_stack.test", tfjsonpath.New("status"), knownvalue.StringExact("healthy")),
			statecheck.ExpectKnownValue("opp_monitoring_stack.test", tfjsonpath.New("drift"), knownvalue.ListSizeExact(0)),
			statecheck.ExpectKnownValue("opp_monitoring_stack.test", tfjsonpath.New("endpoints"), knownvalue.MapSizeExact(3)),
			statecheck.ExpectKnownValue("opp_monitoring_stack.test", tfjsonpath.New("components").AtMapKey("prometheus").AtMapKey("version"), knownvalue.StringExact("3.16.0")),
			statecheck.ExpectKnownValue("data.opp_monitoring_stack.read", tfjsonpath.New("status"), knownvalue.StringExact("healthy")),
		},
	}}
	for _, change := range []struct {
		block            acctest.Attributes
		attribute, value string
		check            func() error
	}{
		{prometheus, "scrape_interval", `"7s"`, contains("scrape_interval: 7s")},
		{prometheus, "evaluation_interval", `"8s"`, contains("evaluation_interval: 8s")},
		{prometheus, "external_labels", `{ cluster = "one" }`, contains("cluster: one")},
		{prometheus, "retention", `{ time = "2d", size = "300MB" }`, contains("time: 2d")},
		{prometheus, "memory", `"300MB"`, limit("prometheus", "300MB")},
		{prometheus, "port", port, flag("prometheus", ":"+port)},
		{prometheus, "listen_address", `"127.0.0.2"`, flag("prometheus", "127.0.0.2:"+port)},
		{prometheus, "path", fmt.Sprintf("%q", prometheusPath), runsFrom("prometheus", prometheusPath)},
		{alertmanager, "retention", `"48h"`, flag("alertmanager", "--data.retention=48h")},
		{alertmanager, "memory", `"100MB"`, limit("alertmanager", "100MB")},
		{alertmanager, "port", alertmanagerPort, contains("127.0.0.1:" + alertmanagerPort)},
		{alertmanager, "listen_address", `"127.0.0.2"`, contains("127.0.0.2:" + alertmanagerPort)},
		{alertmanager, "path", fmt.Sprintf("%q", alertmanagerPath), runsFrom("alertmanager", alertmanagerPath)},
		{node, "memory", `"50MB"`, limit("node_exporter", "50MB")},
		{node, "port", nodePort, flag("node_exporter", ":"+nodePort)},
		{node, "listen_address", `"127.0.0.2"`, flag("node_exporter", "127.0.0.2:"+nodePort)},
		{node, "path", fmt.Sprintf("%q", nodePath), runsFrom("node_exporter", nodePath)},
		{node, "enabled", "false", gone("node_exporter")},
		{extra, "self_monitoring", "false", func() error {
			if running := runningConfig(e); strings.Contains(running, "opp-prometheus") {
				return fmt.Errorf("self-monitoring still runs:\n%s", running)
			}
			return nil
		}},
		{alertmanager, "enabled", "false", func() error {
			if running := runningConfig(e); strings.Contains(running, "alertmanagers:") {
				return fmt.Errorf("alerts still have somewhere to go:\n%s", running)
			}
			return gone("alertmanager")()
		}},
		{prometheus, "enabled", "false", gone("prometheus")},
	} {
		change.block[change.attribute] = change.value
		steps = append(steps, updateStep(config(), "opp_monitoring_stack.test", change.check))
	}
	steps = append(steps, importStep("opp_monitoring_stack.test", "production"), resource.TestStep{Config: config(), PlanOnly: true})
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: steps})
}

// ownBinary copies a component's executable out of the artifact cache.
func ownBinary(t *testing.T, component string) string {
	t.Helper()
	cache, err := artifact.New(artifact.Config{})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(cache.Pinned(), func(p artifact.Pin) bool { return p.Name == component })
	cached, err := cache.Get(t.Context(), component, cache.Pinned()[i].Version)
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(cached)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), component)
	if err := os.WriteFile(path, content, 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// object is the HCL of a nested attribute.
func object(a acctest.Attributes) string {
	_, body, _ := strings.Cut(a.Resource("x"), "{")
	return "{" + body
}
