// Package archtest keeps the shape of the repository: which package may import
// which, what lies at the top, how long files are. The checks are functions
// over plain data, and tested themselves.
package archtest_test

import (
	"fmt"
	"slices"
	"strings"
)

// rule says what the production code of some packages may import from this
// module. Packages are relative to the module; "." is its root; a trailing
// "/..." means the package and everything below.
type rule struct {
	of  string
	may []string
}

// rules are looked up in order; the first that fits a package is its rule. A
// package without a rule is an error, so that nobody forgets to think.
var rules = []rule{
	// The leaves.
	{of: "internal/dashboard"},
	{of: "internal/logpipeline"},
	{of: "internal/spec", may: []string{"internal/dashboard", "internal/logpipeline"}},
	{of: "internal/api", may: []string{"internal/spec"}},
	{of: "internal/fault"},
	{of: "internal/artifact"},

	// The provider knows Terraform and nothing of monitoring; what it needs is
	// injected by main.
	{of: "provider/...", may: []string{"provider/...", "internal/api", "internal/client", "internal/dashboard", "internal/spec"}},

	// The wire.
	{of: "internal/client", may: []string{"internal/api", "internal/spec"}},
	{of: "internal/server", may: []string{"internal/api", "internal/spec"}},

	// The store knows documents, not monitoring.
	{of: "internal/store/...", may: []string{"internal/store", "internal/fault"}},

	// Components and engines meet in plain data, in the backend.
	{of: "internal/component/...", may: []string{
		"internal/component", "internal/component/probe", "internal/component/rulegroup", "internal/api", "internal/dashboard",
		"internal/logpipeline", "internal/spec",
	}},
	{of: "internal/engine/...", may: []string{"internal/engine", "internal/supervisor"}},
	{of: "internal/supervisor", may: []string{"internal/engine", "internal/fault"}},
	{of: "internal/backend", may: []string{"internal/api", "internal/component", "internal/spec"}},
	{of: "internal/backend/...", may: []string{
		"internal/api", "internal/backend", "internal/component", "internal/engine", "internal/fault", "internal/spec",
	}},

	// The use cases see no implementation; their composition root sees every
	// one, and no Terraform.
	{of: "internal/controlplane", may: []string{
		"internal/api", "internal/backend", "internal/component", "internal/fault", "internal/server", "internal/spec", "internal/store",
	}},
	{of: "internal/controlplane/...", may: []string{
		"internal/api", "internal/artifact", "internal/backend/...", "internal/client", "internal/component/...",
		"internal/controlplane/...", "internal/engine/...", "internal/fault", "internal/server", "internal/spec",
		"internal/store/...", "internal/supervisor",
	}},

	// The command line.
	{of: "internal/command", may: []string{"internal/api", "internal/artifact", "internal/client", "internal/spec"}},
	{of: ".", may: []string{"internal/...", "provider"}},

	// Programs of the repository itself.
	{of: "internal/tfcli", may: []string{"internal/artifact"}},
	{of: "internal/demo", may: []string{"internal/tfcli"}},
	{of: "internal/docgen", may: []string{"internal/tfcli"}},
	{of: "internal/bench/...", may: []string{"..."}},
}

// foreign says which packages may import a family of modules of others.
var foreign = []struct {
	family string
	may    []string
}{
	{family: "github.com/hashicorp/terraform-", may: []string{".", "provider/..."}},
	{family: "go.etcd.io/bbolt", may: []string{"internal/store/bbolt"}},
	{family: "github.com/spf13/cobra", may: []string{".", "internal/command"}},
}

// checkImports returns a sentence for every import of pkg that the rules
// forbid. pkg is relative to module; imports are full paths.
func checkImports(module, pkg string, imports []string) []string {
	if isTestSupport(pkg) {
		return nil
	}
	i := slices.IndexFunc(rules, func(r rule) bool { return matches(r.of, pkg) })
	if i < 0 {
		return []string{fmt.Sprintf("package %s has no import rule: add one to internal/archtest", pkg)}
	}
	var broken []string
	for _, path := range imports {
		own, ours := strings.CutPrefix(path, module+"/")
		switch {
		case ours && isTestSupport(own):
			broken = append(broken, fmt.Sprintf("package %s must not import the test support package %s", pkg, own))
		case ours && !anyMatches(rules[i].may, own):
			broken = append(broken, fmt.Sprintf("package %s must not import %s", pkg, own))
		}
		for _, f := range foreign {
			if strings.HasPrefix(path, f.family) && !anyMatches(f.may, pkg) {
				broken = append(broken, fmt.Sprintf("package %s must not import %s", pkg, path))
			}
		}
	}
	return broken
}

// isTestSupport says whether a package, or one that it lies in, exists for tests only.
func isTestSupport(pkg string) bool {
	return slices.ContainsFunc(strings.Split(pkg, "/"), func(name string) bool { return strings.HasSuffix(name, "test") })
}

func anyMatches(patterns []string, pkg string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return matches(pattern, pkg) })
}

func matches(pattern, pkg string) bool {
	if pattern == "..." {
		return true
	}
	if tree, ok := strings.CutSuffix(pattern, "/..."); ok {
		return pkg == tree || strings.HasPrefix(pkg, tree+"/")
	}
	return pkg == pattern
}
