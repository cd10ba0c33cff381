package archtest_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// maxLines bounds the length of a Go file.
const maxLines = 600

// marks are words for work that was put off. They are written so that this file has none.
var marks = []string{"TO" + "DO", "FIX" + "ME", "X" + "XX"}

var markForm = regexp.MustCompile(`\b(` + strings.Join(marks, "|") + `)\b`)

// topLevel is everything that may lie at the root.
var topLevel = []string{
	".ci", ".editorconfig", ".gitignore", ".golangci.yml", ".goreleaser.yml",
	"CHANGELOG.md", "CONTRIBUTING.md", "GNUmakefile", "LICENSE", "README.md",
	"docs", "examples", "go.mod", "go.sum", "internal", "main.go", "main_test.go", "modules", "provider", "templates",
	"terraform-registry-manifest.json", "tools",
}

func TestRepository(t *testing.T) {
	root := filepath.Join("..", "..")
	files := repositoryFiles(t, root)
	for _, complaint := range checkTopLevel(files) {
		t.Error(complaint)
	}
	module := moduleOf(t, root)
	imports := map[string]map[string]bool{}
	var lengths []int
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(file)))
		if os.IsNotExist(err) {
			continue // deleted, but not committed yet
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, complaint := range checkSource(file, string(text)) {
			t.Error(complaint)
		}
		if !isProduction(file) {
			continue
		}
		lengths = append(lengths, lines(string(text)))
		pkg := path.Dir(file)
		if imports[pkg] == nil {
			imports[pkg] = map[string]bool{}
		}
		for _, imported := range importsOf(t, file, text) {
			imports[pkg][imported] = true
		}
	}
	for _, pkg := range slices.Sorted(maps.Keys(imports)) {
		for _, complaint := range checkImports(module, pkg, slices.Sorted(maps.Keys(imports[pkg]))) {
			t.Error(complaint)
		}
	}
	slices.Sort(lengths)
	t.Logf("%d production files, median %d lines, longest %d", len(lengths), lengths[len(lengths)/2], lengths[len(lengths)-1])
}

// repositoryFiles lists what is, or could be, committed; slash-separated,
// relative to the root.
func repositoryFiles(t *testing.T, root string) []string {
	t.Helper()
	// A checkout may belong to another user than the one who tests it.
	cmd := exec.CommandContext(t.Context(), "git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("cannot list the files of the repository: git is needed: %v", err)
	}
	var files []string
	for file := range bytes.SplitSeq(bytes.TrimSuffix(out, []byte{0}), []byte{0}) {
		files = append(files, string(file))
	}
	if len(files) < 50 {
		t.Fatalf("git lists %d files: this is not the repository", len(files))
	}
	return files
}

func moduleOf(t *testing.T, root string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimPrefix(first, "module ")
}

func isProduction(file string) bool {
	return strings.HasSuffix(file, ".go") && !strings.HasSuffix(file, "_test.go") && !strings.HasPrefix(file, "tools/") &&
		!strings.Contains(file, "/testdata/") && !isTestSupport(path.Dir(file))
}

// importsOf reads every file, whatever its build tags, so that no platform
// escapes.
func importsOf(t *testing.T, file string, text []byte) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, text, parser.ImportsOnly)
	if err != nil {
		return nil // checkSource has said so
	}
	var imports []string
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		imports = append(imports, imported)
	}
	return imports
}

// checkTopLevel returns a sentence for every entry that has no place at the root.
func checkTopLevel(files []string) []string {
	strange := map[string]bool{}
	for _, file := range files {
		entry, _, _ := strings.Cut(file, "/")
		if !slices.Contains(topLevel, entry) {
			strange[entry] = true
		}
	}
	var broken []string
	for _, entry := range slices.Sorted(maps.Keys(strange)) {
		broken = append(broken, fmt.Sprintf("%s has no place at the top of the repository", entry))
	}
	return broken
}

// checkSource returns a sentence for everything about one file that is not
// allowed.
func checkSource(file, text string) []string {
	var broken []string
	if !strings.HasSuffix(file, ".sum") && !strings.HasSuffix(file, ".sum.txt") {
		for i, line := range strings.Split(text, "\n") {
			if mark := markForm.FindString(line); mark != "" {
				broken = append(broken, fmt.Sprintf("%s:%d has a %s", file, i+1, mark))
			}
		}
	}
	if !strings.HasSuffix(file, ".go") {
		return broken
	}
	if n := lines(text); n > maxLines {
		broken = append(broken, fmt.Sprintf("%s has %d lines, more than %d", file, n, maxLines))
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), file, text, parser.SkipObjectResolution)
	if err != nil {
		return append(broken, fmt.Sprintf("%s cannot be parsed: %v", file, err))
	}
	for _, declaration := range parsed.Decls {
		function, ok := declaration.(*ast.FuncDecl)
		if ok && function.Recv == nil && function.Name.Name == "init" && isProduction(file) {
			broken = append(broken, fmt.Sprintf("%s has an init function: registration is a visible list", file))
		}
	}
	return broken
}

func lines(text string) int { return strings.Count(text, "\n") }
