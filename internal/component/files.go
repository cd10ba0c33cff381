package component

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// YAML encodes a configuration the way all components write theirs.
func YAML(v any) ([]byte, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), e.Close()
}

// Digest is a fingerprint of the files at paths, of all if there are none. In
// the environment of a launch it makes a change of them restart a component
// that reads them at start only.
func (f Files) Digest(paths ...string) string {
	if len(paths) == 0 {
		paths = slices.Sorted(maps.Keys(f))
	}
	digest := sha256.New()
	for _, path := range paths {
		fmt.Fprintf(digest, "%s\x00%d\x00%s", path, len(f[path].Data), f[path].Data)
	}
	return fmt.Sprintf("sha256:%x", digest.Sum(nil))
}

// SecretPath is where the component reads a secret; empty for none.
func (in Input) SecretPath(secret *spec.Secret) string {
	if secret == nil || secret.File == "" {
		return ""
	}
	return filepath.Join(in.SecretsDir, secret.File)
}
