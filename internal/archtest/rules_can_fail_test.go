package archtest_test

import (
	"strings"
	"testing"
)

func TestCheckImports(t *testing.T) {
	const module = "example.org/m"
	tests := map[string]struct {
		pkg, imports string
		want         string // empty: allowed
	}{
		"spec is a leaf":                     {"internal/spec", module + "/internal/api", "internal/spec must not import internal/api"},
		"api sees spec":                      {"internal/api", module + "/internal/spec", ""},
		"standard library":                   {"internal/spec", "net/http", ""},
		"component to engine":                {"internal/component/prometheus", module + "/internal/engine", "must not import internal/engine"},
		"component to component":             {"internal/component/prometheus", module + "/internal/component/alertmanager", "must not import internal/component/alertmanager"},
		"engine to component":                {"internal/engine/process", module + "/internal/component", "must not import internal/component"},
		"engine to supervisor":               {"internal/engine/process", module + "/internal/supervisor", ""},
		"provider to control plane":          {"provider/stack", module + "/internal/controlplane", "must not import internal/controlplane"},
		"provider to client":                 {"provider/stack", module + "/internal/client", ""},
		"provider to provider":               {"provider", module + "/provider/stack", ""},
		"control plane to provider":          {"internal/controlplane", module + "/provider", "must not import provider"},
		"control plane to Terraform":         {"internal/controlplane", "github.com/hashicorp/terraform-plugin-framework/types", "must not import github.com/hashicorp/terraform-plugin-framework/types"},
		"production code to test support":    {"internal/store/bbolt", module + "/internal/store/storetest", "test support package internal/store/storetest"},
		"below a test support package":       {"internal/backend", module + "/internal/backendtest/fake", "test support package internal/backendtest/fake"},
		"test support sees everything":       {"internal/store/storetest", module + "/provider", ""},
		"a package nobody has thought about": {"internal/fresh", "fmt", "internal/fresh has no import rule"},
		"main sees everything":               {".", module + "/internal/controlplane", ""},
		"a name that only begins alike":      {"internal/apis", "fmt", "internal/apis has no import rule"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := strings.Join(checkImports(module, test.pkg, []string{test.imports}), "; ")
			if test.want == "" && got != "" || !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestCheckSource(t *testing.T) {
	long := "package x\n" + strings.Repeat("\n", maxLines)
	tests := map[string]struct {
		file, text string
		want       string
	}{
		"fine":                  {"internal/x/x.go", "package x\n\nfunc a() {}\n", ""},
		"init":                  {"internal/x/x.go", "package x\n\nfunc init() {}\n", "has an init function"},
		"init method":           {"internal/x/x.go", "package x\n\ntype t int\n\nfunc (t) init() {}\n", ""},
		"init in a test":        {"internal/x/x_test.go", "package x\n\nfunc init() {}\n", ""},
		"too long":              {"internal/x/x.go", long, "has 601 lines"},
		"too long for a test":   {"internal/x/x_test.go", long, "has 601 lines"},
		"long, but not Go":      {"go.sum", long, ""},
		"something left to do":  {"README.md", "a\n" + marks[0] + ": more\n", "README.md:2 has a " + marks[0]},
		"part of a longer word": {"README.md", "MAS" + marks[0] + "N\n", ""},
		"does not parse":        {"internal/x/x.go", "pack x", "cannot be parsed"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := strings.Join(checkSource(test.file, test.text), "; ")
			if test.want == "" && got != "" || !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestCheckTopLevel(t *testing.T) {
	if got := checkTopLevel([]string{"go.mod", "internal/spec/doc.go", "utils/x.go", "utils/y.go", "notes.md"}); len(got) != 2 {
		t.Errorf("got %q, want two complaints", got)
	}
}
