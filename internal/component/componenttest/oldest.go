package componenttest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
)

// ofUsers are the keys whose value has keys that users choose.
var ofUsers = []string{"labels", "annotations", "params", "external_labels", "headers", "details"}

// KnownToOldest checks that the oldest release which is supported, whose flags
// and keys are in testdata/oldest.txt, knows all that a component is given: the
// flags that it is launched with, and the keys of its YAML.
func KnownToOldest(t testing.TB, c component.Component, in component.Input) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "oldest.txt"))
	if err != nil {
		t.Fatal(err)
	}
	known := strings.Split(string(text), "\n")
	launch, err := c.Launch(in)
	if err != nil {
		t.Fatal(err)
	}
	for _, arg := range launch.Args {
		name, _, _ := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
		if !slices.Contains(known, "flag "+name) {
			t.Errorf("the oldest %s does not know the flag %s", c.Name(), arg)
		}
	}
	files, err := c.Render(in)
	if err != nil {
		t.Fatal(err)
	}
	for path, file := range files {
		if filepath.Ext(path) != ".yml" {
			continue
		}
		var document yaml.Node
		if err := yaml.Unmarshal(file.Data, &document); err != nil {
			t.Fatal(err)
		}
		for _, key := range keysOf(&document) {
			if !slices.Contains(known, "key "+key) {
				t.Errorf("the oldest %s does not know the key %q in %s", c.Name(), key, path)
			}
		}
	}
}

// keysOf are the keys of all mappings below a node.
func keysOf(node *yaml.Node) []string {
	var keys []string
	for i, child := range node.Content {
		switch {
		case node.Kind != yaml.MappingNode:
			keys = append(keys, keysOf(child)...)
		case i%2 == 0:
			keys = append(keys, child.Value)
		case !slices.Contains(ofUsers, node.Content[i-1].Value):
			keys = append(keys, keysOf(child)...)
		}
	}
	return keys
}
