package provider

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/client"
)

// NewServer is the provider as Terraform talks to it.
func NewServer(version string, connect func(Config) (*client.Client, error)) tfprotov6.ProviderServer {
	framework := providerserver.NewProtocol6(New(version, connect)())()
	return server{framework, newSpreader(framework)}
}

// server keeps the plugin framework from holding on to the context of every
// request, and with it to everything that was logged and decoded for it, until
// Terraform stops the provider: 15 KB a request and, with a thousand objects,
// most of the memory and a third of the time of a plan. The requests that there
// is one of for every object are those that matter.
type server struct {
	tfprotov6.ProviderServer
	spreader
}

// ValidateResourceConfig implements tfprotov6.ProviderServer.
func (s server) ValidateResourceConfig(
	ctx context.Context, request *tfprotov6.ValidateResourceConfigRequest,
) (*tfprotov6.ValidateResourceConfigResponse, error) {
	ctx, end := lend(ctx)
	defer end()
	config, err := s.spread(request.TypeName, request.Config)
	if err != nil {
		return nil, err
	}
	spread := *request
	spread.Config = config
	return s.ProviderServer.ValidateResourceConfig(ctx, &spread)
}

// UpgradeResourceState implements tfprotov6.ProviderServer.
func (s server) UpgradeResourceState(
	ctx context.Context, request *tfprotov6.UpgradeResourceStateRequest,
) (*tfprotov6.UpgradeResourceStateResponse, error) {
	ctx, end := lend(ctx)
	defer end()
	return s.ProviderServer.UpgradeResourceState(ctx, request)
}

// ReadResource implements tfprotov6.ProviderServer.
func (s server) ReadResource(
	ctx context.Context, request *tfprotov6.ReadResourceRequest,
) (*tfprotov6.ReadResourceResponse, error) {
	ctx, end := lend(ctx)
	defer end()
	return s.ProviderServer.ReadResource(ctx, request)
}

// PlanResourceChange implements tfprotov6.ProviderServer.
func (s server) PlanResourceChange(
	ctx context.Context, request *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	ctx, end := lend(ctx)
	defer end()
	config, err := s.spread(request.TypeName, request.Config)
	if err != nil {
		return nil, err
	}
	spread := *request
	spread.Config = config
	return s.ProviderServer.PlanResourceChange(ctx, &spread)
}

// ApplyResourceChange implements tfprotov6.ProviderServer.
func (s server) ApplyResourceChange(
	ctx context.Context, request *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	ctx, end := lend(ctx)
	defer end()
	return s.ProviderServer.ApplyResourceChange(ctx, request)
}

// lent is a context that can be taken back: whoever keeps it then keeps an
// ended context and nothing else.
type lent struct {
	from atomic.Pointer[context.Context]
}

// lend returns ctx under another name and what takes it back.
func lend(ctx context.Context) (context.Context, func()) {
	l := &lent{}
	l.from.Store(&ctx)
	return l, func() { l.from.Store(&ended) }
}

// ended is what a context is after its request.
var ended = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

func (l *lent) now() context.Context { return *l.from.Load() }

// Deadline implements context.Context.
func (l *lent) Deadline() (time.Time, bool) { return l.now().Deadline() }

// Done implements context.Context.
func (l *lent) Done() <-chan struct{} { return l.now().Done() }

// Err implements context.Context.
func (l *lent) Err() error { return l.now().Err() }

// Value implements context.Context.
func (l *lent) Value(key any) any { return l.now().Value(key) }
