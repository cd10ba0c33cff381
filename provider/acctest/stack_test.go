package acctest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

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
	address := acctest.FreeAddress(t)
	port := address[strings.LastIndex(address, ":")+1:]
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
		{alertmanager, "retention", `"48h"`, flag("alertmanager", "--data.retention=48h")},
		{alertmanager, "memory", `"100MB"`, limit("alertmanager", "100MB")},
		{node, "memory", `"50MB"`, limit("node_exporter", "50MB")},
		{node, "enabled", "false", func() error {
			if _, there := e.Observe("production").Status.Components["node_exporter"]; there {
				return fmt.Errorf("node_exporter still runs")
			}
			return nil
		}},
		{extra, "self_monitoring", "false", func() error {
			if running := runningConfig(e); strings.Contains(running, "opp-prometheus") {
				return fmt.Errorf("self-monitoring still runs:\n%s", running)
			}
			return nil
		}},
	} {
		change.block[change.attribute] = change.value
		steps = append(steps, updateStep(config(), "opp_monitoring_stack.test", change.check))
	}
	steps = append(steps, importStep("opp_monitoring_stack.test", "production"), resource.TestStep{Config: config(), PlanOnly: true})
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: steps})
}

// object is the HCL of a nested attribute.
func object(a acctest.Attributes) string {
	_, body, _ := strings.Cut(a.Resource("x"), "{")
	return "{" + body
}
