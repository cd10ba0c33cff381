package acctest_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/alertmanager/receivertest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec/spectest"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

// Channels of every kind, with every field that there is, are applied once and
// stay as they are; and nothing that anybody sees has one of their secrets.
func TestReceiversAndTheirSecrets(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	recorder := receivertest.Start(t)
	channels := spectest.Channels(recorder.Server)
	secrets := recorder.Secrets(channels)
	config := strings.Replace(realStack, "alertmanager  = { port = 0 }", fmt.Sprintf(`alertmanager  = {
    port = 0
    smtp = { smarthost = %q, from = "a@example.com", auth_username = "u", auth_password_wo = "stack-s3cret" }
  }`, recorder.Server.Smarthost), 1)
	secrets["stack"] = "stack-s3cret"
	var all strings.Builder
	all.WriteString(config)
	for _, c := range channels {
		fmt.Fprintf(&all, "resource \"opp_notification_channel\" %q {\n  stack = opp_monitoring_stack.main.name\n  name = %q\n  matchers = [\"channel=\\\"%s\\\"\"]\n  %s\n}\n",
			c.Name, c.Name, c.Name, spectest.Block(c, func(s *spec.Secret) string { return secrets[s.File] }))
	}
	w := acctest.NewWorkspace(t, acctest.BuildProvider(t), e.StateDir, all.String())
	logFile := filepath.Join(w.Dir(), "terraform.log")
	traced := []string{"TF_LOG=TRACE", "TF_LOG_PATH=" + logFile}
	for _, args := range [][]string{
		{"plan", "-input=false", "-out=tfplan"}, {"apply", "-input=false", "tfplan"}, {"plan", "-input=false", "-detailed-exitcode"},
	} {
		code, out := w.Run(traced, args...)
		if code != 0 {
			t.Fatalf("terraform %v: exit %d\n%s", args, code, out)
		}
		leaks(t, secrets, "the output of terraform "+args[0], out)
	}
	searched := searchFiles(t, secrets, w.Dir()) + searchFiles(t, secrets, e.StateDir)
	if searched < 30 {
		t.Errorf("only %d files were searched", searched)
	}
	e.Processes("production", func(name, commandLine, environment string) {
		leaks(t, secrets, "the command line of "+name, commandLine)
		leaks(t, secrets, "the environment of "+name, environment)
	})
	w.Destroy()
}

// leaks tells which secrets a text has.
func leaks(t *testing.T, secrets map[string]string, place, text string) {
	t.Helper()
	for name, secret := range secrets {
		if strings.Contains(text, secret) {
			t.Errorf("%s has the secret %s", place, name)
		}
	}
}

// searchFiles looks for secrets in the files below a folder, and into archives
// such as plans. The configuration has them, and so have the files of secrets,
// which nobody else may read.
func searchFiles(t *testing.T, secrets map[string]string, root string) int {
	t.Helper()
	count := 0
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || filepath.Base(path) == "main.tf" {
			return err
		}
		if filepath.Base(filepath.Dir(path)) == "secrets" {
			if info, err := entry.Info(); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("the secret %s has mode %s (%v)", path, info.Mode(), err)
			}
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		count++
		leaks(t, secrets, path, string(content)+unpacked(content))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return count
}

// unpacked are the contents of an archive; nothing of what is none. A plan also
// holds the configuration, in which the test writes the secrets.
func unpacked(archive []byte) string {
	reader, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return ""
	}
	var all strings.Builder
	for _, file := range reader.File {
		if strings.HasPrefix(file.Name, "tfconfig/") {
			continue
		}
		if content, err := file.Open(); err == nil {
			_, _ = io.Copy(&all, content)
			_ = content.Close()
		}
	}
	return all.String()
}
