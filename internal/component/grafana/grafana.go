// Package grafana runs Grafana, or talks to one that runs elsewhere: its
// settings and data sources become files, dashboards go through its API.
//
// A dashboard is saved over the version that was read a moment before, never
// blindly, so that an edit by somebody else is either wanted away or reported.
package grafana

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/grafana/grafana-openapi-client-go/client/health"
	"golang.org/x/mod/semver"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Component implements component.Component, component.Preparer,
// component.Attacher, component.Homer, component.Publisher and
// component.DashboardServer. It is safe for use by several goroutines.
type Component struct {
	transport http.RoundTripper

	// access is held while the service account is made.
	access sync.Mutex
	// folders is held for writing while a folder is removed, and for reading
	// from the moment a folder was found until its dashboard is saved: Grafana
	// deletes folders with all that is in them.
	folders sync.RWMutex
}

// New returns the component.
func New() *Component {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = parallel
	// Grafana is restarted while the component lives; an old connection would
	// then fail the next request.
	transport.IdleConnTimeout = 5 * time.Second
	// One of our own listens on an address of this machine, which no proxy needs
	// to know; one that runs elsewhere may lie behind a proxy and has a name.
	transport.Proxy = func(r *http.Request) (*url.URL, error) {
		if ip := net.ParseIP(r.URL.Hostname()); ip != nil {
			return nil, nil
		}
		return http.ProxyFromEnvironment(r)
	}
	return &Component{transport: speaking{transport}}
}

// Name implements component.Component.
func (*Component) Name() string { return component.Grafana }

// Spec implements component.Component.
func (*Component) Spec(stack *spec.Stack) *spec.Component { return &stack.Grafana.Component }

// Attached implements component.Attacher.
func (*Component) Attached(stack *spec.Stack) string { return stack.Grafana.URL }

// Detach implements component.Attacher: dashboards go, with the folders that
// were made for them, data sources, and accounts that nobody could revoke.
func (c *Component) Detach(ctx context.Context, in component.Input) error {
	err := c.with(ctx, in, func(g *session) error {
		published := c.Published(in)
		in.State.Dashboards, in.State.Stack.SelfMonitoring = nil, false // none stays, so no folder has to
		for _, object := range published {
			if err := c.Publish(ctx, in, object, nil); err != nil {
				return err
			}
		}
		if err := g.deleteDataSources(ctx, wantedDataSources(in)); err != nil {
			return err
		}
		prefix := temporary(in.State.Stack.Name)
		return g.deleteAccounts(ctx, prefix, func(name string) bool { return strings.HasPrefix(name, prefix) })
	})
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil // what Grafana knows us by went after all else, in an attempt before
	case err != nil:
		return &api.Error{
			Code: api.CodeUnavailable, Cause: err,
			Message: fmt.Sprintf("cannot leave Grafana at %s: %v", in.State.Stack.Grafana.URL, err),
			Detail:  "Where it is gone for good, remove grafana from the stack, apply, and destroy again.",
		}
	}
	return nil
}

// Executable implements component.Homer.
func (*Component) Executable(home string) string {
	name := "grafana"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(home, "bin", name)
}

// Ready implements component.Component.
func (c *Component) Ready(ctx context.Context, in component.Input) error {
	_, err := c.health(ctx, in)
	return err
}

// health returns the version of a Grafana that is well.
func (c *Component) health(ctx context.Context, in component.Input) (string, error) {
	base, err := baseURL(in)
	if err != nil {
		return "", err
	}
	answer, err := c.dial(base, nil).Health.GetHealthWithParams(health.NewGetHealthParamsWithContext(ctx))
	if err != nil {
		return "", probe.Unavailable("ask Grafana how it is", err)
	}
	if answer.Payload.Database != "ok" {
		return "", probe.Unavailable("use Grafana", fmt.Errorf("its database is %q", answer.Payload.Database))
	}
	return answer.Payload.Version, nil
}

// recent refuses a Grafana that runs elsewhere and is too old for what is asked
// of it. One that keeps its version to itself is tried.
func (c *Component) recent(ctx context.Context, in component.Input) error {
	g := &in.State.Stack.Grafana
	if !g.External() {
		return nil
	}
	version, err := c.health(ctx, in)
	if err != nil || !semver.IsValid("v"+version) || semver.Compare("v"+version, "v"+spec.OldestGrafana) >= 0 {
		return err
	}
	var fields spec.FieldErrors
	fields.Add("grafana.url", "Upgrade it, or leave url out to have one run here.", "Grafana at %s is %s, and %s is the oldest that is supported", g.URL, version, spec.OldestGrafana)
	return &api.Error{Code: api.CodeInvalid, Message: fields.Error(), Fields: fields}
}

// Reload implements component.Component. A Grafana of our own reads its files
// at start only and is restarted when they change; one that runs elsewhere is
// given its data sources here.
func (c *Component) Reload(ctx context.Context, in component.Input) error {
	if !in.State.Stack.Grafana.External() {
		return nil
	}
	if err := c.recent(ctx, in); err != nil {
		return err
	}
	return c.with(ctx, in, func(g *session) error { return g.putDataSources(ctx, wantedDataSources(in)) })
}

// Verify implements component.Component: the data sources are what Grafana has
// of our configuration.
func (c *Component) Verify(ctx context.Context, in component.Input, _ component.Files, _ []string) error {
	if err := c.recent(ctx, in); err != nil {
		return err
	}
	return c.with(ctx, in, func(g *session) error {
		problems, err := g.awaitDataSources(ctx, in, provisioningLimit)
		if err != nil {
			return err
		}
		if len(problems) > 0 {
			return fmt.Errorf("grafana does not have its configuration: %s", strings.Join(problems, "; "))
		}
		return nil
	})
}
