// Command terraform-provider-opp is the Terraform provider for monitoring
// platforms. Terraform starts it as a plugin; run by hand it has commands for
// operators (see terraform-provider-opp help).
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/client"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/controlplane/local"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/supervisor"
	"github.com/openpolicyplatform/terraform-provider-opp/provider"
)

// version is set by the linker.
var version = "dev"

func main() {
	if len(os.Args) == 4 && os.Args[1] == "supervise" {
		if err := supervisor.Run(context.Background(), supervisor.Config{StateDir: os.Args[3], Version: version}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	debug := flag.Bool("debug", false, "serve for a debugger")
	flag.Parse()
	connect := func(c provider.Config) (*client.Client, error) {
		return local.Connect(local.Config{StateDir: c.StateDir, Version: version}, c.Endpoint, c.Token)
	}
	err := providerserver.Serve(context.Background(), provider.New(version, connect), providerserver.ServeOpts{
		Address: "registry.terraform.io/openpolicyplatform/opp", Debug: *debug,
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
