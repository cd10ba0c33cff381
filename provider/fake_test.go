package provider_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/client"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/server"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/server/servertest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider"
)

// fake is a control plane in memory whose stacks have a status and may drift.
type fake struct {
	servertest.Plane

	mu       sync.Mutex
	drift    func(*api.Observation)
	connects int
}

// Observe implements server.Plane.
func (f *fake) Observe(ctx context.Context, stack string) (*api.Observation, error) {
	o, err := f.Plane.Observe(ctx, stack)
	if err != nil {
		return nil, err
	}
	o.Status = *status(o.Stack.Desired)
	for kind, records := range o.Objects {
		for name, record := range records {
			o.Objects.Put(kind, name, asObserved(record))
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.drift != nil {
		f.drift(o)
	}
	return o, nil
}

// Put implements server.Plane. A write repairs what drifted.
func (f *fake) Put(ctx context.Context, object spec.Object, mode api.PutMode) (api.PutResult[spec.Object], error) {
	result, err := f.Plane.Put(ctx, object, mode)
	if err != nil {
		return result, err
	}
	if s, ok := object.(*spec.Stack); ok {
		result.Status = status(*s)
	}
	result.Record = asObserved(result.Record)
	f.setDrift(nil)
	return result, nil
}

// asObserved is an object as a control plane observes it: what only the component
// knows of it is added, and the text of dashboards is not sent back.
func asObserved(record api.Record[spec.Object]) api.Record[spec.Object] {
	switch stored := record.Observed.(type) {
	case *spec.Dashboard:
		d := *stored
		sum := sha256.Sum256([]byte(d.ConfigJSON))
		d.ConfigSHA256, d.ConfigJSON = hex.EncodeToString(sum[:]), ""
		d.Version, d.URL = int64(record.Revision), "http://127.0.0.1:3000/d/"+d.Name
		record.Observed = &d
	case *spec.LogRetention:
		r, effective := *stored, true
		r.Effective, r.OldestEntry = &effective, oldestEntry
		record.Observed = &r
	case *spec.Silence:
		s := *stored
		s.Begin(begins, nil)
		s.Status = s.StatusAt(begins)
		record.Observed = &s
	}
	return record
}

// begins is the present of the fake.
var begins = time.Date(2026, 1, 31, 22, 0, 0, 0, time.UTC)

// oldestEntry is what the fake finds in every log.
const oldestEntry = "2026-01-31T12:00:00Z"

func (f *fake) setDrift(change func(*api.Observation)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.drift = change
}

// fail makes all calls of a method fail; none if the error is nil.
func (f *fake) fail(method string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.Intercept = func(_ context.Context, call servertest.Call) error {
		if call.Method == method {
			return err
		}
		return nil
	}
}

func status(s spec.Stack) *api.StackStatus {
	result := &api.StackStatus{Status: api.StatusHealthy, Endpoints: map[string]string{}, Components: map[string]api.ComponentStatus{}}
	for _, c := range s.Components() {
		if !c.Enabled {
			continue
		}
		if c.Name == "grafana" && s.Grafana.External() {
			result.Endpoints[c.Name] = s.Grafana.URL
			result.Components[c.Name] = api.ComponentStatus{Version: "12.3.3", Status: api.StatusHealthy}
			continue
		}
		limit, _ := spec.ParseSize(c.Memory)
		result.Endpoints[c.Name] = fmt.Sprintf("http://%s:%d", c.ListenAddress, c.Port)
		result.Components[c.Name] = api.ComponentStatus{
			Version: c.Version, Status: api.StatusHealthy, MemoryLimit: limit, MemoryLimitKind: "cgroup2",
			MemoryUsed: int64(len(result.Components) + 1),
		}
	}
	return result
}

// factories serve the provider over the fake.
func (f *fake) factories() map[string]func() (tfprotov6.ProviderServer, error) {
	connect := func(provider.Config) (*client.Client, error) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.connects++
		return client.New(client.InProcess(server.New(f, server.Options{})), "http://in.process", ""), nil
	}
	return map[string]func() (tfprotov6.ProviderServer, error){
		"opp": func() (tfprotov6.ProviderServer, error) { return provider.NewServer("test", connect), nil },
	}
}

// test runs the steps with the real Terraform.
func (f *fake) test(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: f.factories(), Steps: steps})
}

// puts are the writes of the objects of that name so far.
func (f *fake) puts(name string) []servertest.Call {
	var found []servertest.Call
	for _, call := range f.Calls() {
		if call.Method == "Put" && call.Name == name {
			found = append(found, call)
		}
	}
	return found
}

const stack = `
resource "opp_monitoring_stack" "main" {
  name = "production"
}
`

// rule is an opp_alert_rule of the stack above.
func rule(label string, attributes ...string) string {
	return fmt.Sprintf("resource \"opp_alert_rule\" %q {\n  stack = opp_monitoring_stack.main.name\n  expr = \"up == 0\"\n  %s\n}\n",
		label, strings.Join(attributes, "\n  "))
}
