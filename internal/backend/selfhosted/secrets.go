package selfhosted

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2/maybe"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
)

// PutSecret implements backend.Backend: one file of mode 0600 a value, below a
// directory of mode 0700, under a name that is never used again, so that a new
// value always shows as a changed configuration and the old one can be gone
// back to.
func (b *Backend) PutSecret(_ context.Context, stack string, key component.ObjectKey, field, value string) (string, error) {
	name, err := newSecret(b.layout(stack).secrets(), fmt.Sprintf("%s.%s.%s.*", key.Kind, key.Name, field), value)
	if err != nil {
		return "", unusableDisk(err, "cannot store secret %q of %s %q", field, key.Kind.Noun(), key.Name)
	}
	return name, nil
}

func newSecret(dir, pattern, value string) (string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	file, err := os.CreateTemp(dir, pattern)
	if err != nil {
		return "", err
	}
	return filepath.Base(file.Name()), errors.Join(file.Close(), maybe.WriteFile(file.Name(), []byte(value), 0o600))
}

// HasSecret implements backend.Backend.
func (b *Backend) HasSecret(stack, file string) bool {
	info, err := os.Stat(filepath.Join(b.layout(stack).secrets(), file))
	return err == nil && info.Mode().IsRegular() && info.Size() > 0
}

// PruneSecrets implements backend.Backend.
func (b *Backend) PruneSecrets(_ context.Context, stack string, keep map[string]bool) error {
	dir := b.layout(stack).secrets()
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot prune the secrets of stack %q: %w", stack, err)
	}
	for _, entry := range entries {
		if !keep[entry.Name()] {
			if err := os.Remove(filepath.Join(dir, entry.Name())); err != nil {
				return fmt.Errorf("cannot prune the secrets of stack %q: %w", stack, err)
			}
		}
	}
	return nil
}
