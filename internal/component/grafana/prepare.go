package grafana

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// The files of the private folder.
const (
	passwordFile  = "admin_password"
	secretKeyFile = "secret_key"
	tokenFile     = "token"
	refusedFile   = "admin_password_refused" // as of its time
	adminFile     = "admin_user"             // whom Grafana made when it started for the first time
)

// Prepare implements component.Preparer: it makes the administrator's password
// and the key with which Grafana encrypts its secrets. Losing either would lock
// us out, so they are made once.
func (*Component) Prepare(in component.Input) error {
	if in.State.Stack.Grafana.External() {
		return nil
	}
	for name, text := range map[string]string{
		passwordFile: rand.Text() + rand.Text(), secretKeyFile: rand.Text() + rand.Text(), adminFile: in.State.Stack.Grafana.AdminUser,
	} {
		path := filepath.Join(in.PrivateDir, name)
		if _, err := os.Stat(path); err == nil {
			continue
		}
		if err := writeOnce(path, text); err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("cannot make the %s of Grafana: %w", strings.ReplaceAll(name, "_", " "), err)
		}
	}
	return nil
}

// checkAdmin refuses another administrator than the one that Grafana has made:
// it would not make or rename anybody, and nobody could log in.
func checkAdmin(in component.Input) error {
	made, err := read(filepath.Join(in.PrivateDir, adminFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot read who is the administrator of Grafana: %w", err)
	}
	if wanted := in.State.Stack.Grafana.AdminUser; wanted != made {
		var fields spec.FieldErrors
		fields.Add("grafana.admin_user", "Keep "+strconv.Quote(made)+", and make further users in Grafana.",
			"%q cannot become the administrator: Grafana made %q when it started for the first time", wanted, made)
		return &api.Error{Code: api.CodeInvalid, Message: fields.Error(), Fields: fields}
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
