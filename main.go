// Command terraform-provider-opp is the Terraform provider for monitoring
// platforms. Terraform starts it as a plugin; run by hand it has commands for
// operators (see terraform-provider-opp help).
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"syscall"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/artifact"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/client"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/command"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/controlplane/local"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/server"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/supervisor"
	"github.com/openpolicyplatform/terraform-provider-opp/provider"
)

// version and commit are set by the linker.
var (
	version = "dev"
	commit  = "none"
)

const (
	address = "registry.terraform.io/openpolicyplatform/opp"
	// magicCookie is what Terraform sets when it starts a plugin.
	magicCookie = "TF_PLUGIN_MAGIC_COOKIE"
)

func main() {
	attached := slices.Contains(os.Args[1:], "-debug") || slices.Contains(os.Args[1:], "--debug")
	if os.Getenv(magicCookie) == "" && !attached {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		code := command.Execute(ctx, command.New(dependencies()))
		stop()
		os.Exit(code)
	}
	quiet()
	eager()
	connect := func(c provider.Config) (*client.Client, error) { return connect(c.StateDir, c.Endpoint, c.Token) }
	var options []tf6server.ServeOpt
	if attached {
		options = append(options, tf6server.WithManagedDebug())
	}
	err := tf6server.Serve(address, func() tfprotov6.ProviderServer { return provider.NewServer(version, connect) }, options...)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// quiet keeps the plugin framework from writing trace messages that nobody asked
// for: Terraform would throw them away, after they took a third of the time of
// a large plan.
func quiet() {
	for _, name := range []string{"TF_LOG", "TF_LOG_PROVIDER", "TF_LOG_SDK"} {
		if os.Getenv(name) != "" {
			return
		}
	}
	_ = os.Setenv("TF_LOG_SDK", "ERROR")
}

// eager lets the garbage collector run a quarter as often, unless somebody says
// otherwise: a plugin lives for seconds and its memory stays small, but it
// shares the processors with Terraform and the components.
func eager() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
}

func connect(stateDir, endpoint, token string) (*client.Client, error) {
	return local.Connect(local.Config{StateDir: stateDir, Version: version}, endpoint, token)
}

func dependencies() command.Deps {
	return command.Deps{
		Connect:   connect,
		Supervise: supervise,
		Serve:     serve,
		Artifacts: func(progress func(artifact.Event)) (*artifact.Cache, error) {
			return artifact.New(artifact.Config{Progress: progress})
		},
		Version: version, Commit: commit, Out: os.Stdout, Err: os.Stderr,
	}
}

func supervise(ctx context.Context, options command.SuperviseOptions) error {
	stateDir, err := local.StateDir(options.StateDir)
	if err != nil {
		return err
	}
	return supervisor.Run(ctx, supervisor.Config{StateDir: stateDir, Version: version, Stay: options.Stay})
}

func serve(ctx context.Context, options command.ServeOptions) error {
	plane, err := local.Open(local.Config{StateDir: options.StateDir, Version: version})
	if err != nil {
		return err
	}
	listener, err := server.Listen(options.Network, options.Address)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", options.Address, err)
	}
	return server.Serve(ctx, listener, server.New(plane, server.Options{Token: options.Token}))
}
