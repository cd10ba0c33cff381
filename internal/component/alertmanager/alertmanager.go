// Package alertmanager turns notification channels into a running
// Alertmanager: each channel becomes a receiver and a route to it, below a root
// route that leads to the default channel.
package alertmanager

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/alertmanager/featurecontrol"
	"github.com/prometheus/alertmanager/matcher/compat"
	"github.com/prometheus/common/model"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Component is the Alertmanager of a stack, or the first of several. It
// implements component.Component, component.Alerter and, for silences,
// component.Publisher.
type Component struct{ node }

// Replica is a further Alertmanager of a stack, which tells the first what it
// told and hears of it. What the first holds it holds too.
type Replica struct{ node }

// node is one Alertmanager, the number-th from 1.
type node struct {
	probe  *probe.Client
	number int
}

// likeTheBinary makes upstream's parsers accept what the binary accepts by
// default, UTF-8 matchers included: upstream keeps that choice in a global,
// which starts out stricter.
var likeTheBinary = sync.OnceFunc(func() {
	compat.InitFromFlags(slog.New(slog.DiscardHandler), featurecontrol.NoopFlags{})
})

// New returns the component.
func New() *Component {
	likeTheBinary()
	return &Component{node{probe.New(), 1}}
}

// Replicas returns all further Alertmanagers that a stack may have.
func Replicas() []component.Component {
	likeTheBinary()
	var all []component.Component
	for number := 2; number <= spec.MaxAlertmanagers; number++ {
		all = append(all, &Replica{node{probe.New(), number}})
	}
	return all
}

// Of implements component.Replica.
func (*Replica) Of() string { return component.Alertmanager }

// Name implements component.Component.
func (c *node) Name() string { return component.AlertmanagerName(c.number) }

func (c *node) address(in component.Input) string { return in.Addresses[c.Name()] }

// Spec implements component.Component.
func (c *node) Spec(stack *spec.Stack) *spec.Component { return stack.Alertmanager.Replica(c.number) }

// VersionOf implements component.Versioned. Those of one stack run the same
// binary, so the first alone is asked.
func (*Component) VersionOf(ctx context.Context, binary string) string {
	return component.BinaryVersion(ctx, binary)
}

// clusterPort is where Alertmanagers tell each other what they told.
const clusterPort = "cluster"

// Binds implements component.Binder. One that is alone does not use the port.
func (*node) Binds() []string { return []string{clusterPort} }

// Launch implements component.Component. One instance needs no cluster, and
// none of its ports.
func (c *node) Launch(in component.Input) (component.Launch, error) {
	address := c.address(in)
	args := []string{
		"--config.file=" + place(in),
		"--storage.path=" + in.DataDir,
		"--web.listen-address=" + address,
	}
	launch := component.Launch{Listen: []string{address}}
	if in.State.Stack.Alertmanager.Replicas > 1 {
		own := in.Addresses[c.Name()+"/"+clusterPort]
		args = append(args, "--cluster.listen-address="+own)
		launch.Listen = append(launch.Listen, own)
		for number := 1; number <= int(in.State.Stack.Alertmanager.Replicas); number++ {
			if number != c.number {
				args = append(args, "--cluster.peer="+in.Addresses[component.AlertmanagerName(number)+"/"+clusterPort])
			}
		}
	} else {
		args = append(args, "--cluster.listen-address=")
	}
	// What it told, and the silences, are on disk after a minute, if it is killed.
	args = append(args, "--data.maintenance-interval=1m")
	if in.State.Stack.Alertmanager.TellsReceivers() {
		args = append(args, "--enable-feature=receiver-name-in-metrics")
	}
	if url := in.State.Stack.Alertmanager.ExternalURL; url != "" {
		// Without a prefix of its own it would serve below the URL's path, where
		// nobody here looks for it.
		args = append(args, "--web.external-url="+url, "--web.route-prefix=/")
	}
	if text := in.State.Stack.Alertmanager.Retention; text != "" {
		keep, err := model.ParseDuration(text)
		if err != nil {
			return component.Launch{}, fmt.Errorf("cannot launch alertmanager: retention: %w", err)
		}
		// The flag takes Go's durations, which know no days.
		args = append(args, "--data.retention="+time.Duration(keep).String())
	}
	launch.Args = args
	return launch, nil
}

// Ready implements component.Component.
func (c *node) Ready(ctx context.Context, in component.Input) error {
	_, err := c.probe.Get(ctx, c.address(in), "/-/ready", nil)
	return err
}

// Reload implements component.Component.
func (c *node) Reload(ctx context.Context, in component.Input) error {
	return c.probe.Reload(ctx, c.Name(), c.address(in))
}
