package acctest_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/alertmanager/receivertest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec/spectest"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

// otherSecrets has the secrets of everything but channels.
const otherSecrets = `
resource "opp_scrape_job" "basic" {
  stack      = opp_monitoring_stack.main.name
  name       = "basic"
  targets    = ["127.0.0.1:9"]
  basic_auth = { username = "u", password_wo = "s3cret-of-basic-auth" }
}

resource "opp_scrape_job" "bearer" {
  stack           = opp_monitoring_stack.main.name
  name            = "bearer"
  targets         = ["127.0.0.1:9"]
  bearer_token_wo = "s3cret-of-bearer-token"
}

resource "opp_monitoring_stack" "main" {
  name          = "production"
  prometheus    = { port = 0 }
  node_exporter = { enabled = false }
  alertmanager = {
    port = 0
    smtp = {
      smarthost = %q, from = "a@example.com", auth_username = "u"
      auth_password_wo = "s3cret-of-smtp", auth_secret_wo = "s3cret-of-cram"
      tls_config = { cert = %q, key_wo = %q }
    }
  }
  %s
}
`

// Channels of every kind, with every field that there is, are applied once and
// stay as they are; and nothing that anybody sees has one of their secrets, or
// one of any other object.
func TestReceiversAndTheirSecrets(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	recorder := receivertest.Start(t)
	channels := spectest.Channels(recorder.Server)
	secrets := recorder.Secrets(channels)
	var all strings.Builder
	fmt.Fprintf(&all, otherSecrets, recorder.Server.Smarthost, recorder.Server.Cert, recorder.Key, e.Grafana(`settings_wo = { "smtp.password" = "s3cret-of-grafana" }`))
	for _, c := range channels {
		fmt.Fprintf(&all, "resource \"opp_notification_channel\" %q {\n  stack = opp_monitoring_stack.main.name\n  name = %q\n  matchers = [\"channel=\\\"%s\\\"\"]\n  %s\n}\n",
			c.Name, c.Name, c.Name, spectest.Block(c, func(s *spec.Secret) string { return secrets[s.File] }))
	}
	w := acctest.NewWorkspace(t, acctest.BuildProvider(t), e.StateDir, all.String())
	everyWriteOnly(t, w, all.String())
	logFile := filepath.Join(w.Dir(), "terraform.log")
	traced := []string{"TF_LOG=TRACE", "TF_LOG_PATH=" + logFile}
	said := ""
	for _, args := range [][]string{
		{"plan", "-input=false", "-out=tfplan"}, {"apply", "-input=false", "tfplan"}, {"plan", "-input=false", "-detailed-exitcode"},
	} {
		code, out := w.Run(traced, args...)
		if code != 0 {
			t.Fatalf("terraform %v: exit %d\n%s", args, code, out)
		}
		said += out
	}
	for name, secret := range onDisk(t, e) { // also those that nobody wrote, such as Grafana's
		secrets[name] = secret
	}
	for _, word := range []string{"basic-auth", "bearer-token", "smtp", "cram", "grafana"} {
		if !slices.Contains(slices.Collect(maps.Values(secrets)), "s3cret-of-"+word) {
			t.Errorf("the secret of %s is in no file", word)
		}
	}
	if len(secrets) < 40 {
		t.Errorf("only %d secrets are looked for", len(secrets))
	}
	leaks(t, secrets, "what Terraform said", said)
	if searched := nobodySees(t, e, w, "production", secrets); searched < 30 {
		t.Errorf("only %d files were searched", searched)
	}
	w.Destroy()
}

// everyWriteOnly checks that a configuration sets every write-only attribute that
// there is in every type of resource. What it sets is looked for everywhere.
func everyWriteOnly(t *testing.T, w *acctest.Workspace, config string) {
	t.Helper()
	// TestGrafanaElsewhere looks for those of a Grafana that runs elsewhere.
	elsewhere := []string{"token_wo", "password_wo"}
	of := map[string]string{}
	for _, resource := range strings.Split(config, "\nresource \"")[1:] {
		name, text, _ := strings.Cut(resource, "\"")
		of[name] += text
	}
	code, out := w.Run(nil, "providers", "schema", "-json")
	_, types, _ := strings.Cut(out, `"resource_schemas":{`)
	types, _, _ = strings.Cut(types, `"data_source_schemas":{`)
	count := 0
	for _, one := range regexp.MustCompile(`"opp_\w+":\{"version"`).FindAllStringIndex(types, -1) {
		name, schema, _ := strings.Cut(types[one[0]+1:], `"`)
		if end := strings.Index(schema, `"opp_`); end >= 0 {
			schema = schema[:end]
		}
		for _, match := range regexp.MustCompile(`"(\w+_wo)":\{`).FindAllStringSubmatch(schema, -1) {
			count++
			isSet := regexp.MustCompile(`\b` + match[1] + `(\s*=|\\":)`).MatchString(of[name])
			if !isSet && (name != "opp_monitoring_stack" || !slices.Contains(elsewhere, match[1])) {
				t.Errorf("the configuration does not set %s of %s", match[1], name)
			}
		}
	}
	if code != 0 || count < 100 {
		t.Fatalf("%d attributes are write-only, exit %d", count, code)
	}
}

// nobodySees looks for secrets in the files of a workspace and of the stacks, and
// in what is told of the processes. It returns how many files it searched.
func nobodySees(t *testing.T, e *acctest.Env, w *acctest.Workspace, stack string, secrets map[string]string) int {
	t.Helper()
	e.Processes(stack, func(name, commandLine, environment string) {
		leaks(t, secrets, "the command line of "+name, commandLine)
		leaks(t, secrets, "the environment of "+name, environment)
	})
	return searchFiles(t, secrets, w.Dir()) + searchFiles(t, secrets, e.StateDir)
}

// onDisk are the contents of the files of secrets, by their names.
func onDisk(t *testing.T, e *acctest.Env) map[string]string {
	t.Helper()
	written, err := filepath.Glob(filepath.Join(e.StateDir, "stacks", "*", "secrets", "*"))
	if err != nil {
		t.Fatal(err)
	}
	made, err := filepath.Glob(filepath.Join(e.StateDir, "stacks", "*", "private", "*", "*"))
	if err != nil || len(written) == 0 || len(made) == 0 {
		t.Fatalf("%d secrets are on disk, %d were made (%v)", len(written), len(made), err)
	}
	found := map[string]string{}
	for _, file := range slices.Concat(written, made) {
		if strings.HasSuffix(file, "_user") {
			continue // the name that belongs to a password is none
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found[filepath.Base(file)] = strings.TrimSpace(string(content))
	}
	return found
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
// those that were written and those that a component made, which nobody else may read.
func searchFiles(t *testing.T, secrets map[string]string, root string) int {
	t.Helper()
	count := 0
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || filepath.Base(path) == "main.tf" {
			return err
		}
		dir := filepath.Dir(path)
		if filepath.Base(dir) == "secrets" || filepath.Base(filepath.Dir(dir)) == "private" {
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
