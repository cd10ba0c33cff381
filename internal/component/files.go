package component

import (
	"bytes"
	"path/filepath"

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

// SecretPath is where the component reads a secret; empty for none.
func (in Input) SecretPath(secret *spec.Secret) string {
	if secret == nil || secret.File == "" {
		return ""
	}
	return filepath.Join(in.SecretsDir, secret.File)
}
