package grafana

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
)

// The files of the private folder.
const (
	passwordFile  = "admin_password"
	secretKeyFile = "secret_key"
	tokenFile     = "token"
)

// Prepare implements component.Preparer: it makes the administrator's password
// and the key with which Grafana encrypts its secrets. Losing either would lock
// us out, so they are made once.
func (*Component) Prepare(in component.Input) error {
	if in.State.Stack.Grafana.External() {
		return nil
	}
	for _, name := range []string{passwordFile, secretKeyFile} {
		path := filepath.Join(in.PrivateDir, name)
		if _, err := os.Stat(path); err == nil {
			continue
		}
		if err := writeOnce(path, rand.Text()+rand.Text()); err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("cannot make the %s of Grafana: %w", strings.ReplaceAll(name, "_", " "), err)
		}
	}
	return nil
}

// writeOnce makes a file that only we may read, complete or not at all. It is
// an fs.ErrExist if there is one already: linking never replaces.
func writeOnce(path, text string) error {
	written, err := writeBeside(path, text)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(written) }()
	return os.Link(written, path)
}

// replace makes a file that only we may read, or replaces it as a whole.
func replace(path, text string) error {
	written, err := writeBeside(path, text)
	if err != nil {
		return err
	}
	return os.Rename(written, path)
}

// writeBeside writes a temporary file, with mode 0600, that is safely on disk.
func writeBeside(path, text string) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// read returns the text of a file without white space around it.
func read(path string) (string, error) {
	text, err := os.ReadFile(path)
	return strings.TrimSpace(string(text)), err
}
