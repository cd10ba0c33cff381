package grafana_test

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/grafana"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

var update = flag.Bool("update", false, "write the golden files")

// states are stacks with a Grafana, by name.
func states() map[string]spec.State {
	all := map[string]spec.State{}
	for name, state := range componenttest.States() {
		state.Stack.Grafana.Enabled = true
		all[name] = state
	}
	everything := all["everything"]
	everything.Stack.Grafana.AnonymousRole = "Viewer"
	everything.Stack.Grafana.RootURL = "https://example.org/grafana"
	everything.Stack.Grafana.Settings = map[string]string{"auth.google.client_id": "me", "log.level": "debug"}
	everything.Stack.Grafana.SecretSettings = map[string]*spec.Secret{"auth.google.client_secret": {File: "google"}}
	all["everything"] = everything
	hostile := all["hostile"]
	hostile.Stack.Grafana.AdminUser = "a;b#c"
	hostile.Stack.Grafana.Settings = map[string]string{
		"smtp.comment": "a # b ; c", "smtp.quotes": "a`b\"c'd", "smtp.double": `"quoted"`, "smtp.spaces": "  x  ",
		"smtp.expanded": "$__env{HOME} ${HOME}", "smtp.continued": `ends with \`, "smtp.empty": "", "smtp.backquotes": "`a`",
		"smtp.section": "[server]", "smtp.assign": "a = b",
	}
	all["hostile"] = hostile
	return all
}

// golden is an input that is the same everywhere.
func golden(t *testing.T, state spec.State) component.Input {
	t.Helper()
	in := componenttest.GoldenInput(componenttest.Input(t, state))
	in.PrivateDir = "/opp/private"
	in.Addresses[component.Grafana] = "0.0.0.0:3000"
	return in
}

func TestRender(t *testing.T) {
	for name, state := range states() {
		t.Run(name, func(t *testing.T) {
			c, in := grafana.New(), golden(t, state)
			files, err := c.Render(in)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Check(in, files); err != nil {
				t.Error(err)
			}
			componenttest.Golden(t, filepath.Join("testdata", name), files, *update)
		})
	}
}

func TestRenderHoldsNoSecret(t *testing.T) {
	c, in := grafana.New(), own(t, states()["everything"])
	password, err := os.ReadFile(filepath.Join(in.PrivateDir, "admin_password"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := c.Render(in)
	if err != nil {
		t.Fatal(err)
	}
	for path, file := range files {
		if strings.Contains(string(file.Data), string(password)) {
			t.Errorf("%s holds the password", path)
		}
	}
}

func TestDataSourcesAreReachable(t *testing.T) {
	in := golden(t, states()["minimal"])
	in.Addresses[component.Prometheus] = "[::]:9090"
	files, err := grafana.New().Render(in)
	if err != nil {
		t.Fatal(err)
	}
	if text := string(files["provisioning/datasources/opp.yml"].Data); !strings.Contains(text, "url: http://[::1]:9090\n") {
		t.Errorf("no loopback address in:\n%s", text)
	}
}

// TestDataSources are those of the components that there are, with fixed uids.
func TestDataSources(t *testing.T) {
	for _, names := range [][]string{{}, {"prometheus"}, {"prometheus", "alertmanager"}, {"prometheus", "alertmanager", "loki"}} {
		in := golden(t, states()["minimal"])
		in.Addresses = map[string]string{component.Grafana: "127.0.0.1:3000"}
		for _, name := range names {
			in.Addresses[name] = "127.0.0.1:1"
		}
		files, err := grafana.New().Render(in)
		if err != nil {
			t.Fatal(err)
		}
		var provisioned struct {
			DataSources []struct{ UID, Type string } `yaml:"datasources"`
		}
		if err := yaml.Unmarshal(files["provisioning/datasources/opp.yml"].Data, &provisioned); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, source := range provisioned.DataSources {
			if got = append(got, source.UID); source.Type != source.UID {
				t.Errorf("%s is of type %s", source.UID, source.Type)
			}
		}
		if !slices.Equal(got, names) {
			t.Errorf("%v, want %v", got, names)
		}
	}
}

func TestCheckRefusesBrokenFiles(t *testing.T) {
	for name, files := range map[string]component.Files{
		"no value":   {"grafana.ini": {Data: []byte("[server]\nnonsense\n")}},
		"open quote": {"grafana.ini": {Data: []byte("[server]\na = `b\n")}},
		"YAML":       {"provisioning/datasources/opp.yml": {Data: []byte("datasources: [")}},
	} {
		if err := grafana.New().Check(component.Input{}, files); err == nil {
			t.Errorf("%s: it is accepted", name)
		}
	}
}

func TestElsewhereHasNoFiles(t *testing.T) {
	state := states()["minimal"]
	state.Stack.Grafana.URL = "https://grafana.example.org"
	c, in := grafana.New(), golden(t, state)
	files, err := c.Render(in)
	if err != nil || len(files) != 0 {
		t.Errorf("files %v, error %v", files, err)
	}
	if got := c.Attached(&in.State.Stack); got != "https://grafana.example.org" {
		t.Errorf("attached to %q", got)
	}
	if err := c.Prepare(in); err != nil {
		t.Errorf("it prepares what runs elsewhere: %v", err)
	}
}

// TestLaunch changes the stack, which restarts Grafana, and fragments, which do not.
func TestLaunch(t *testing.T) {
	c, in := grafana.New(), golden(t, states()["everything"])
	in.Binary = filepath.FromSlash("/opp/grafana/bin/grafana")
	launch := func() component.Launch {
		t.Helper()
		l, err := c.Launch(in)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	before := launch()
	want := "server --homepath " + filepath.FromSlash("/opp/grafana") + " --config " + filepath.Join(in.ConfigDir, "grafana.ini")
	if got := strings.Join(before.Args, " "); got != want {
		t.Errorf("args %q, want %q", got, want)
	}
	in.State.AlertRules, in.State.Dashboards = nil, []spec.Dashboard{dashboard("a", "A")}
	if got := launch(); got.Env[0] != before.Env[0] {
		t.Error("fragments change how it is started")
	}
	in.State.Stack.Grafana.Settings = maps.Clone(in.State.Stack.Grafana.Settings)
	in.State.Stack.Grafana.Settings["log.level"] = "warn"
	if got := launch(); got.Env[0] == before.Env[0] {
		t.Error("a setting does not change how it is started")
	}
}

func TestPrepareOnce(t *testing.T) {
	c := grafana.New()
	in := component.Input{State: spec.State{Stack: spec.DefaultStack("production")}, PrivateDir: t.TempDir()}
	contents := func() map[string]string {
		t.Helper()
		if err := c.Prepare(in); err != nil {
			t.Fatal(err)
		}
		entries, err := os.ReadDir(in.PrivateDir)
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]string{}
		for _, entry := range entries {
			info, err := entry.Info()
			if err != nil {
				t.Fatal(err)
			}
			if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
				t.Errorf("%s has mode %v", entry.Name(), info.Mode())
			}
			text, err := os.ReadFile(filepath.Join(in.PrivateDir, entry.Name()))
			if err != nil {
				t.Fatal(err)
			}
			all[entry.Name()] = string(text)
		}
		return all
	}
	first := contents()
	if len(first) != 3 || first["admin_user"] != "admin" || len(first["admin_password"]) < 32 || first["admin_password"] == first["secret_key"] {
		t.Fatalf("it made %d files", len(first))
	}
	if !maps.Equal(first, contents()) {
		t.Error("the second time made something else")
	}
	in.PrivateDir = t.TempDir()
	if maps.Equal(first, contents()) {
		t.Error("it is the same for everybody")
	}
}
