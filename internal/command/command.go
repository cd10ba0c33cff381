// Package command is the command line of the provider binary run by hand.
// Terraform itself starts the binary as a plugin and sees nothing of it.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/artifact"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/client"
)

// Deps is what the commands work with; main fills it in.
type Deps struct {
	// Connect opens the control plane: the one at endpoint, or without an
	// endpoint the one in this process over stateDir. All may be empty.
	Connect func(stateDir, endpoint, token string) (*client.Client, error)
	// Supervise runs the supervisor until ctx ends or nothing is left to do.
	Supervise func(ctx context.Context, options SuperviseOptions) error
	// Serve runs the control plane as a server until ctx ends.
	Serve func(ctx context.Context, options ServeOptions) error
	// Artifacts opens the component cache; progress may be called from several
	// goroutines at once.
	Artifacts func(progress func(artifact.Event)) (*artifact.Cache, error)

	Version, Commit string
	Out, Err        io.Writer
}

// Exit codes of the program.
const (
	exitOK        = 0
	exitError     = 1
	exitDifferent = 2 // something is unhealthy or drifted
)

// errDifferent ends status when what runs is not as it should be. It has been
// said already, so nothing is printed for it.
var errDifferent = errors.New("not healthy or drifted")

const about = `terraform-provider-opp is a Terraform provider. Terraform starts it; to use it, write

  terraform {
    required_providers {
      opp = { source = "openpolicyplatform/opp" }
    }
  }

and run "terraform init". Run by hand, it has the commands below.`

// New makes the root command with all its subcommands.
func New(deps Deps) *cobra.Command {
	root := &cobra.Command{
		Use:           "terraform-provider-opp",
		Short:         "A monitoring platform as Terraform resources",
		Long:          about,
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetOut(deps.Out)
	root.SetErr(deps.Err)
	root.AddCommand(newComponents(deps), newStatus(deps), newSupervise(deps), newServe(deps), newVersion(deps))
	return root
}

// Execute runs a command of New and returns the program's exit code: 0, 1 after
// an error, which it prints, or 2 when status found something unhealthy or
// drifted.
func Execute(ctx context.Context, root *cobra.Command) int {
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errDifferent):
		return exitDifferent
	}
	fmt.Fprintf(root.ErrOrStderr(), "Error: %v\n", err)
	var known *api.Error
	if errors.As(err, &known) && known.Detail != "" {
		fmt.Fprintln(root.ErrOrStderr(), known.Detail)
	}
	return exitError
}

func newVersion(deps Deps) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of the provider",
		Args:  cobra.NoArgs,
		Run: func(cmd *cobra.Command, _ []string) {
			fmt.Fprintf(cmd.OutOrStdout(), "terraform-provider-opp %s (%s)\n", deps.Version, deps.Commit)
		},
	}
}

// stateDirFlag adds --state-dir and returns how to read it.
func stateDirFlag(cmd *cobra.Command) func() string {
	return envFlag(cmd, "state-dir", "OPP_STATE_DIR", "directory of the local state (default $XDG_STATE_HOME/opp)")
}

// envFlag adds a flag that an environment variable stands in for, and returns
// how to read it. The variable is no default of the flag, so that help reads
// the same everywhere.
func envFlag(cmd *cobra.Command, name, variable, usage string) func() string {
	value := cmd.Flags().String(name, "", usage+" [$"+variable+"]")
	return func() string {
		if cmd.Flags().Changed(name) {
			return *value
		}
		return os.Getenv(variable)
	}
}
