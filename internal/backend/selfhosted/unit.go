package selfhosted

import (
	"fmt"
	"slices"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
)

// differences says in what a unit that runs is not the one that is wanted: the
// launch spec it was started with, and the command line its process really has.
func differences(status engine.Status, wanted engine.Unit) []string {
	have := status.Unit
	var all []string
	differ := func(what, has, wants string) {
		if has != wants {
			all = append(all, fmt.Sprintf("runs with another %s than wanted: has %s, wanted %s", what, has, wants))
		}
	}
	differ("program", have.Path, wanted.Path)
	args := have.Args
	if len(status.Command) > 0 && !slices.Equal(status.Command[1:], wanted.Args) {
		args = status.Command[1:] // argv[0] is the starter's choice
	}
	if !slices.Equal(args, wanted.Args) {
		all = append(all, "runs with other flags than wanted: "+differing(args, wanted.Args))
	}
	if !slices.Equal(have.Env, wanted.Env) {
		all = append(all, "runs with another environment than wanted: "+differing(have.Env, wanted.Env))
	}
	differ("memory limit", fmt.Sprintf("%d bytes", have.MemoryLimit), fmt.Sprintf("%d bytes", wanted.MemoryLimit))
	differ("working directory", have.Dir, wanted.Dir)
	differ("log file", have.LogFile, wanted.LogFile)
	return all
}

// differing names what each list has and the other lacks, or both lists where
// the same texts are only in another order.
func differing(have, wanted []string) string {
	more, less := without(have, wanted), without(wanted, have)
	if len(more)+len(less) == 0 {
		more, less = have, wanted
	}
	return fmt.Sprintf("has %q, wanted %q", more, less)
}

func without(list, remove []string) []string {
	rest := []string{}
	for _, s := range list {
		if !slices.Contains(remove, s) {
			rest = append(rest, s)
		}
	}
	return rest
}
