package grafana_test

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/grafana"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/grafana/grafanatest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// start starts Grafana as an engine does and returns how to end it.
func start(t *testing.T, c *grafana.Component, in component.Input) (stop func()) {
	t.Helper()
	launch, err := c.Launch(in)
	if err != nil {
		t.Fatal(err)
	}
	var output bytes.Buffer
	process := exec.Command(in.Binary, launch.Args...)
	process.Env = launch.Env
	process.Stdout, process.Stderr = &output, &output
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	ended := false
	stop = func() {
		if !ended {
			ended = true
			_ = process.Process.Signal(syscall.SIGTERM)
			_ = process.Wait()
		}
	}
	t.Cleanup(func() {
		stop()
		if t.Failed() {
			t.Logf("Grafana said:\n%s", output.String())
		}
	})
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if err = c.Ready(t.Context(), in); err == nil {
			return stop
		}
		if time.Now().After(deadline) {
			t.Fatalf("Grafana is not ready: %v", err)
		}
	}
}

// changePassword is what an administrator does in the browser.
func changePassword(t *testing.T, admin api.GrafanaCredentials, password string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, admin.URL+"/api/admin/users/1/password",
		strings.NewReader(`{"password": "`+password+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth(admin.Username, admin.Password)
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("changing the password answers %s", answer.Status)
	}
}

// TestOwnGrafana runs one from a home directory: the real one where there is one.
func TestOwnGrafana(t *testing.T) {
	c := grafana.New()
	state := spec.State{Stack: spec.DefaultStack("production")}
	state.Stack.Grafana.Enabled = true
	d := dashboard("d", "A")
	d.Folder, d.Annotate = "Platform", true
	state.Dashboards = []spec.Dashboard{d}
	in := own(t, state)
	in.Binary = c.Executable(grafanatest.Home(t))
	if _, err := os.Stat(in.Binary); err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	files := componenttest.Publish(t, c, in)
	stop := start(t, c, in)
	must(c.Verify(t.Context(), in, files, nil))
	for _, object := range c.Published(in) {
		must(c.Publish(t.Context(), in, nil, object))
	}
	wantDrift(t, componenttest.Observe(t, c, in, files))
	token := filepath.Join(in.PrivateDir, "token")
	first, err := os.ReadFile(token)
	must(err)
	made, err := c.Credentials(t.Context(), in, time.Minute)
	must(err)
	password, err := os.ReadFile(filepath.Join(in.PrivateDir, "admin_password"))
	must(err)
	if made.Username != "admin" || made.Password != string(password) || made.URL != "http://"+in.Addresses[component.Grafana] {
		t.Errorf("credentials of %q at %s", made.Username, made.URL)
	}
	must(c.Revoke(t.Context(), in, made.ID))

	stop()
	if c.Ready(t.Context(), in) == nil {
		t.Error("a Grafana that ended is ready")
	}
	start(t, c, in)
	wantDrift(t, componenttest.Observe(t, c, in, files))
	if second, err := os.ReadFile(token); err != nil || !bytes.Equal(first, second) {
		t.Errorf("another token after a restart, error %v", err)
	}

	// It has made its administrator, and makes no other one.
	renamed := in
	renamed.State.Stack.Grafana.AdminUser = "root"
	again, err := c.Render(renamed)
	must(err)
	var refused *api.Error
	if err := c.Check(renamed, again); !errors.As(err, &refused) || len(refused.Fields) != 1 || refused.Fields[0].Path != "grafana.admin_user" {
		t.Errorf("another administrator: %v", err)
	}

	// A token that Grafana does not know is replaced, with the account it was of.
	must(os.WriteFile(token, []byte("glsa_unknown"), 0o600))
	wantDrift(t, componenttest.Observe(t, c, in, files))
	if second, err := os.ReadFile(token); err != nil || !strings.HasPrefix(string(second), "glsa_") || string(second) == "glsa_unknown" {
		t.Errorf("token %q, error %v", second, err)
	}

	// Somebody changed the password, and then the token is gone too.
	changePassword(t, made, "another")
	made, err = c.Credentials(t.Context(), in, time.Minute)
	must(err)
	if made.Username != "" || made.Password != "" || made.Token == "" {
		t.Errorf("where the password was changed, credentials are of %q", made.Username)
	}
	must(c.Revoke(t.Context(), in, made.ID))

	// It is not tried again at once, even if it would do, for who fails often is locked out.
	changePassword(t, api.GrafanaCredentials{URL: made.URL, Username: "admin", Password: "another"}, string(password))
	for _, want := range []string{"", "admin"} {
		if made, err = c.Credentials(t.Context(), in, time.Minute); err != nil || made.Username != want {
			t.Errorf("credentials of %q, want %q (%v)", made.Username, want, err)
		}
		must(c.Revoke(t.Context(), in, made.ID))
		ago := time.Now().Add(-time.Hour)
		must(os.Chtimes(filepath.Join(in.PrivateDir, "admin_password_refused"), ago, ago))
	}
	changePassword(t, made, "another")
	must(os.Remove(token))
	if err := c.Verify(t.Context(), in, files, nil); err == nil || !strings.Contains(err.Error(), "does not take the password") {
		t.Errorf("with another password: %v", err)
	}
	if _, err := os.Stat(token); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a token was written: %v", err)
	}
}
