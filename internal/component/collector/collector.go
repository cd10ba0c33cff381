// Package collector turns log sources into a running OpenTelemetry Collector,
// which reads files, the journal and the logs of containers, takes what
// applications send, and hands all of it to Loki.
//
// What is read is in a queue on disk before the place in the file is noted, so
// that neither a crash of the collector nor an absence of Loki loses lines.
package collector

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Ports that the collector binds besides the one that takes logs.
const (
	metricsPort = "metrics"
	healthPort  = "health"
)

// Component implements component.Component, component.Binder,
// component.Follower, component.Forgetter, component.HangUpReloader,
// component.Preparer and component.Settler.
type Component struct{ probe *probe.Client }

// New returns the component.
func New() *Component { return &Component{probe: probe.New()} }

// Name implements component.Component.
func (*Component) Name() string { return component.Collector }

// Spec implements component.Component.
func (*Component) Spec(stack *spec.Stack) *spec.Component { return &stack.Collector.Component }

// Binds implements component.Binder.
func (*Component) Binds() []string { return []string{metricsPort, healthPort} }

// Follows implements component.Follower: a label becomes an index label only
// once Loki knows it.
func (*Component) Follows() []string { return []string{component.Loki} }

// ReloadsOnHangUp implements component.HangUpReloader.
func (*Component) ReloadsOnHangUp() {}

// searchPath is where the collector looks for journalctl.
const searchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin"

// Launch implements component.Component. The second configuration makes the
// health check answer with the text of the first, as it was when it was loaded:
// that is how the collector tells what it runs.
func (*Component) Launch(in component.Input) (component.Launch, error) {
	path := filepath.Join(in.ConfigDir, configFile)
	if strings.ContainsAny(path, "${}") {
		return component.Launch{}, fmt.Errorf("cannot launch the collector: it cannot read %q, because of the $ or braces in that path", path)
	}
	return component.Launch{
		Args: []string{
			"--config=file:" + path,
			"--config=yaml:extensions::health_check::response_body::healthy: ${file:" + path + "}",
			// Without it lines wait in memory, with their place in the file noted already.
			"--feature-gates=stanza.synchronousLogEmitter",
		},
		Env: []string{searchPath},
		Listen: []string{
			in.Addresses[component.Collector], further(in, metricsPort), further(in, healthPort),
		},
	}, nil
}

// Ready implements component.Component.
func (c *Component) Ready(ctx context.Context, in component.Input) error {
	_, err := c.probe.Get(ctx, further(in, healthPort), "/", nil)
	return err
}

// further is the address of one of the further ports.
func further(in component.Input, port string) string {
	return in.Addresses[component.Collector+"/"+port]
}
