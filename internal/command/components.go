package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/artifact"
)

// row is one line of components list.
type row struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	// Pinned is the version that this provider was tested with.
	Pinned bool `json:"pinned"`
	// Path of the executable, and its size in bytes; empty if it is not cached.
	Path string `json:"path,omitempty"`
	Size int64  `json:"size,omitempty"`
}

func newComponents(deps Deps) *cobra.Command {
	cmd := &cobra.Command{Use: "components", Short: "Show and fetch the executables of components"}
	cmd.AddCommand(newComponentsList(deps), newComponentsFetch(deps))
	return cmd
}

func newComponentsList(deps Deps) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the pinned and the cached versions",
		Args:  cobra.NoArgs,
	}
	asJSON := cmd.Flags().Bool("json", false, "print JSON")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		cache, err := deps.Artifacts(nil)
		if err != nil {
			return err
		}
		rows, err := listComponents(cache)
		if err != nil {
			return err
		}
		if *asJSON {
			return printJSON(cmd.OutOrStdout(), rows)
		}
		printComponents(cmd.OutOrStdout(), rows)
		return nil
	}
	return cmd
}

func listComponents(cache *artifact.Cache) ([]row, error) {
	rows := []row{}
	for _, pin := range cache.Pinned() {
		versions, err := cache.Versions(pin.Name)
		if err != nil {
			return nil, err
		}
		cached := len(versions)
		if !slices.Contains(versions, pin.Version) {
			versions = append(versions, pin.Version)
		}
		for i, version := range versions {
			r := row{Name: pin.Name, Version: version, Pinned: version == pin.Version}
			if i < cached {
				r.Path = cache.Path(pin.Name, version)
				info, err := os.Stat(r.Path)
				if err != nil {
					return nil, fmt.Errorf("cannot look at %s %s: %w", pin.Name, version, err)
				}
				r.Size = info.Size()
			}
			rows = append(rows, r)
		}
	}
	return rows, nil
}

func printComponents(out io.Writer, rows []row) {
	t := newTable(out, "Component", "Version", "Pinned", "Cached at", "Size")
	for _, r := range rows {
		pinned, path, size := "", "not cached", ""
		if r.Pinned {
			pinned = "yes"
		}
		if r.Path != "" {
			path, size = r.Path, formatBytes(r.Size)
		}
		t.AppendRow(table.Row{r.Name, r.Version, pinned, path, size})
	}
	t.Render()
}

func newComponentsFetch(deps Deps) *cobra.Command {
	return &cobra.Command{
		Use:   "fetch [NAME[@VERSION]…]",
		Short: "Fetch executables into the cache, by default the pinned version of every component",
		RunE: func(cmd *cobra.Command, args []string) error {
			fetched, err := fetch(cmd, deps, args)
			for _, line := range fetched {
				fmt.Fprintln(cmd.OutOrStdout(), line)
			}
			return err
		},
	}
}

// fetch gets what args ask for and returns a line for each that is there. One
// that fails does not keep the others away.
func fetch(cmd *cobra.Command, deps Deps, args []string) (fetched []string, err error) {
	progress := newReporter(cmd.ErrOrStderr())
	// Results are printed only after the bars are finished: both may go to the
	// same terminal.
	defer progress.Close()
	cache, err := deps.Artifacts(progress.Event)
	if err != nil {
		return nil, err
	}
	var failed []error
	for _, pin := range wanted(cache.Pinned(), args) {
		path, err := cache.Get(cmd.Context(), pin.Name, pin.Version)
		if err != nil {
			progress.Failed(pin.Name)
			failed = append(failed, err)
			continue
		}
		fetched = append(fetched, fmt.Sprintf("%s %s: %s", pin.Name, pin.Version, path))
	}
	return fetched, errors.Join(failed...)
}

// wanted is what the arguments of fetch ask for. A name that nobody knows
// stays, so that the cache says so.
func wanted(pins []artifact.Pin, args []string) []artifact.Pin {
	if len(args) == 0 {
		return slices.DeleteFunc(pins, func(p artifact.Pin) bool { return p.OnDemand })
	}
	var all []artifact.Pin
	for _, arg := range args {
		name, version, given := strings.Cut(arg, "@")
		known := slices.IndexFunc(pins, func(p artifact.Pin) bool { return p.Name == name })
		if !given && known >= 0 {
			version = pins[known].Version
		}
		all = append(all, artifact.Pin{Name: name, Version: version})
	}
	return all
}

// newTable makes a table in the house style.
func newTable(out io.Writer, header ...any) table.Writer {
	t := table.NewWriter()
	t.SetOutputMirror(out)
	t.SetStyle(table.StyleLight)
	t.AppendHeader(header)
	return t
}

func printJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false) // PromQL is full of < and >
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
