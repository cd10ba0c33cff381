package command

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
)

func newStatus(deps Deps) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "status [STACK]",
		Short: "Show how stacks are and what was changed by hand",
		Long: `Show how a stack is, or without a name how all stacks are, and what was changed by hand.

The exit code is 0 if everything is healthy and as written, 2 if not, and 1 after an error.`,
		Args: cobra.MaximumNArgs(1),
	}
	stateDir := stateDirFlag(cmd)
	endpoint := envFlag(cmd, "endpoint", "OPP_ENDPOINT", "URL of a control plane that runs as a server; the token is read from $OPP_TOKEN")
	asJSON := cmd.Flags().Bool("json", false, "print JSON: an object if a stack is named, else a list")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		plane, err := deps.Connect(stateDir(), endpoint(), os.Getenv("OPP_TOKEN"))
		if err != nil {
			return err
		}
		names := args
		if len(names) == 0 {
			if names, err = plane.Stacks(cmd.Context()); err != nil {
				return err
			}
		}
		observations := []*api.Observation{}
		var failed []error // one stack that cannot be read hides none of the others
		for _, name := range names {
			observation, err := plane.Observe(cmd.Context(), name)
			if err != nil {
				failed = append(failed, err)
				continue
			}
			observations = append(observations, observation)
		}
		if len(observations) == 0 && len(failed) > 0 {
			return errors.Join(failed...)
		}
		if err := printStatus(cmd.OutOrStdout(), observations, *asJSON, len(args) > 0); err != nil {
			return err
		}
		if len(failed) > 0 {
			return errors.Join(failed...)
		}
		if slices.ContainsFunc(observations, different) {
			return errDifferent
		}
		return nil
	}
	return cmd
}

func printStatus(out io.Writer, observations []*api.Observation, asJSON, named bool) error {
	switch {
	case asJSON && named:
		return printJSON(out, observations[0])
	case asJSON:
		return printJSON(out, observations)
	case len(observations) == 0:
		fmt.Fprintln(out, "There are no stacks.")
	}
	for i, observation := range observations {
		if i > 0 {
			fmt.Fprintln(out)
		}
		printStack(out, observation)
	}
	return nil
}

// different says whether a stack is not as it should be.
func different(o *api.Observation) bool {
	return o.Status.Status != api.StatusHealthy || len(o.Warnings) > 0 || len(drift(o)) > 0
}

func printStack(out io.Writer, o *api.Observation) {
	status := o.Status
	targets := "targets unknown"
	if status.TargetsUp >= 0 {
		targets = fmt.Sprintf("%d of %d targets up", status.TargetsUp, status.Targets)
	}
	fmt.Fprintf(out, "%s: %s, %s, %d rules, %d alerts firing\n",
		o.Stack.Desired.Name, status.Status, targets, status.Rules, status.AlertsFiring)
	t := newTable(out, "Component", "Version", "Status", "Memory", "Limit", "Address")
	for _, name := range slices.Sorted(maps.Keys(status.Components)) {
		c := status.Components[name]
		t.AppendRow(table.Row{name, c.Version, c.Status, memoryUsed(c), memoryLimit(c), status.Endpoints[name]})
	}
	t.Render()
	printList(out, "Drift", drift(o))
	printList(out, "Warnings", o.Warnings)
}

func memoryUsed(c api.ComponentStatus) string {
	if c.MemoryUsed == 0 {
		return "unknown"
	}
	return formatBytes(c.MemoryUsed)
}

func memoryLimit(c api.ComponentStatus) string {
	if c.MemoryLimit == 0 {
		return "none"
	}
	return formatBytes(c.MemoryLimit) + " (" + c.MemoryLimitKind + ")"
}

func printList(out io.Writer, title string, sentences []string) {
	if len(sentences) == 0 {
		return
	}
	fmt.Fprintf(out, "%s:\n", title)
	for _, sentence := range sentences {
		fmt.Fprintf(out, "  - %s\n", sentence)
	}
}
