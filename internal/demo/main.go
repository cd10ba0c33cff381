// Command demo shows the provider at work: it applies examples/quickstart with
// the provider built here, waits for the notification to arrive, and takes
// everything away again. It changes nothing outside its own directory.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/tfcli"
)

const usage = `usage: demo [-provider FILE] [-home DIR] [-grafana DIR] COMMAND

  up        apply the quick start and show the notification that it sends
  down      destroy everything that up made
  cli       print the path of terraform or tofu, fetching OpenTofu if there is none
  opentofu  print the path of OpenTofu, fetching it if need be`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.Usage = func() { fmt.Fprintln(os.Stderr, usage) }
	provider := flags.String("provider", filepath.Join("bin", "terraform-provider-opp"), "")
	config := flags.String("config", filepath.Join("examples", "quickstart"), "")
	home := flags.String("home", "", "")
	grafana := flags.String("grafana", "", "")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	d, err := newDemo(*provider, *config, *home)
	if err != nil {
		return err
	}
	d.grafana = *grafana
	switch flags.Arg(0) {
	case "up":
		return d.up(ctx)
	case "down":
		return d.down(ctx)
	case "cli":
		return printPath(tfcli.FindOrFetch(ctx, d.provider))
	case "opentofu":
		return printPath(tfcli.OpenTofu(ctx, d.provider))
	case receiveCommand:
		return receive(ctx, os.NewFile(receiverFD, "receiver"), os.Stdout)
	}
	return errors.New(usage)
}

func printPath(cli tfcli.CLI, err error) error {
	if err == nil {
		fmt.Println(cli.Path)
	}
	return err
}
