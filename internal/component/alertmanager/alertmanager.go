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

// Component implements component.Component, component.Alerter and, for
// silences, component.Publisher.
type Component struct{ probe *probe.Client }

// likeTheBinary makes upstream's parsers accept what the binary accepts by
// default, UTF-8 matchers included: upstream keeps that choice in a global,
// which starts out stricter.
var likeTheBinary = sync.OnceFunc(func() {
	compat.InitFromFlags(slog.New(slog.DiscardHandler), featurecontrol.NoopFlags{})
})

// New returns the component.
func New() *Component {
	likeTheBinary()
	return &Component{probe: probe.New()}
}

// Name implements component.Component.
func (*Component) Name() string { return component.Alertmanager }

// Spec implements component.Component.
func (*Component) Spec(stack *spec.Stack) *spec.Component { return &stack.Alertmanager.Component }

// Launch implements component.Component. One instance needs no cluster, and
// none of its ports.
func (*Component) Launch(in component.Input) (component.Launch, error) {
	address := in.Addresses[component.Alertmanager]
	args := []string{
		"--config.file=" + place(in),
		"--storage.path=" + in.DataDir,
		"--web.listen-address=" + address,
		"--cluster.listen-address=",
		// What it told, and the silences, are on disk after a minute, if it is killed.
		"--data.maintenance-interval=1m",
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
	return component.Launch{Args: args, Listen: []string{address}}, nil
}

// Ready implements component.Component.
func (c *Component) Ready(ctx context.Context, in component.Input) error {
	_, err := c.probe.Get(ctx, in.Addresses[component.Alertmanager], "/-/ready", nil)
	return err
}

// Reload implements component.Component.
func (c *Component) Reload(ctx context.Context, in component.Input) error {
	return c.probe.Reload(ctx, component.Alertmanager, in.Addresses[component.Alertmanager])
}
