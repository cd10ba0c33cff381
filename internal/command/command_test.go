package command_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/command"
)

func TestByHand(t *testing.T) {
	w := newWorld(t)
	if code := w.run(t); code != 0 || !strings.Contains(w.out.String(), "Terraform starts it") || !strings.Contains(w.out.String(), "components") {
		t.Errorf("without arguments: exit %d\n%s", code, w.out.String())
	}
	if code := w.run(t, "version"); code != 0 || w.out.String() != "terraform-provider-opp 1.2.3 (abcdef)\n" {
		t.Errorf("version: exit %d\n%s", code, w.out.String())
	}
	if code := w.run(t, "dance"); code != 1 || !strings.HasPrefix(w.err.String(), `Error: unknown command "dance"`) {
		t.Errorf("unknown command: exit %d\n%s", code, w.err.String())
	}
}

func TestComponentsList(t *testing.T) {
	w := newWorld(t)
	if code := w.run(t, "components", "list", "--json"); code != 0 {
		t.Fatal(w.err.String())
	}
	var got []map[string]any
	if err := json.Unmarshal(w.out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	path := func(version string) string { return filepath.Join(w.cacheDir, "prometheus", version, "prometheus") }
	want := []map[string]any{
		{"name": "prometheus", "version": "3.15.0", "pinned": false, "path": path("3.15.0"), "size": 2048.0},
		{"name": "prometheus", "version": "3.16.0", "pinned": true, "path": path("3.16.0"), "size": 2048.0},
		{"name": "alertmanager", "version": "0.31.1", "pinned": true},
		{"name": "node_exporter", "version": "1.12.1", "pinned": true},
		{"name": "loki", "version": "3.7.8", "pinned": true},
		{"name": "collector", "version": "0.160.0", "pinned": true},
		{"name": "grafana", "version": "12.3.3", "pinned": true},
		{"name": "opentofu", "version": "1.12.6", "pinned": true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if code := w.run(t, "components", "list"); code != 0 {
		t.Fatal(w.err.String())
	}
	for _, want := range []string{path("3.16.0"), "2.0 KiB", "not cached", "yes"} {
		if !strings.Contains(w.out.String(), want) {
			t.Errorf("%q is not in the table:\n%s", want, w.out.String())
		}
	}
}

func TestComponentsFetch(t *testing.T) {
	w := newWorld(t)
	w.put(t, "alertmanager", "0.31.1", "alertmanager")
	w.put(t, "opentofu", "1.12.6", "tofu")
	line := func(name, version, executable string) string {
		return name + " " + version + ": " + filepath.Join(w.cacheDir, name, version, executable) + "\n"
	}
	pinned := line("prometheus", "3.16.0", "prometheus") + line("alertmanager", "0.31.1", "alertmanager")
	tests := []struct {
		name string
		args []string
		code int
		out  string
		err  []string
	}{
		{name: "all, one of which cannot be had", code: 1, out: pinned,
			err: []string{"Error: cannot get node_exporter 1.12.1: cannot reach the release host", "put the executable at"}},
		{name: "by name", args: []string{"opentofu"}, out: line("opentofu", "1.12.6", "tofu")},
		{name: "by version", args: []string{"prometheus@3.15.0"}, out: line("prometheus", "3.15.0", "prometheus")},
		{name: "unknown name", args: []string{"kibana@1.0.0"}, code: 1,
			err: []string{"Error: cannot get kibana 1.0.0: no such component; there are prometheus, alertmanager"}},
		{name: "no version", args: []string{"prometheus@latest"}, code: 1, err: []string{`cannot get prometheus "latest": no such version`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			code := w.run(t, append([]string{"components", "fetch"}, test.args...)...)
			if code != test.code || w.out.String() != test.out {
				t.Errorf("exit %d, printed %q; want %d, %q", code, w.out.String(), test.code, test.out)
			}
			for _, want := range test.err {
				if !strings.Contains(w.err.String(), want) {
					t.Errorf("error %q, want %q in it", w.err.String(), want)
				}
			}
		})
	}
}

func TestSupervise(t *testing.T) {
	w := newWorld(t)
	var got command.SuperviseOptions
	w.deps.Supervise = func(_ context.Context, options command.SuperviseOptions) error {
		got = options
		return nil
	}
	t.Setenv("OPP_STATE_DIR", "/from/environment")
	tests := map[string]command.SuperviseOptions{
		"supervise": {StateDir: "/from/environment"},
		"supervise --state-dir /from/flag --stay": {StateDir: "/from/flag", Stay: true},
		"supervise --state-dir=":                  {},
		// The unit that is shipped starts one that stays, of the state directory in its environment.
		execStart(t): {StateDir: "/from/environment", Stay: true},
	}
	for line, want := range tests {
		if code := w.run(t, strings.Fields(line)...); code != 0 || got != want {
			t.Errorf("%s: exit %d, options %+v, want %+v", line, code, got, want)
		}
	}
}

// execStart is what the unit for systemd runs the provider with.
func execStart(t *testing.T) string {
	t.Helper()
	unit, err := os.ReadFile(filepath.Join("..", "..", "examples", "systemd", "opp-supervisor.service"))
	if err != nil {
		t.Fatal(err)
	}
	_, line, found := strings.Cut(string(unit), "\nExecStart=/usr/local/bin/terraform-provider-opp ")
	if !found {
		t.Fatalf("the unit does not start the provider:\n%s", unit)
	}
	line, _, _ = strings.Cut(line, "\n")
	return line
}

func TestServe(t *testing.T) {
	w := newWorld(t)
	dir := t.TempDir()
	token, empty := filepath.Join(dir, "token"), filepath.Join(dir, "empty")
	for path, content := range map[string]string{token: "secret\n", empty: "\n"} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		args string
		want command.ServeOptions
		err  string
	}{
		{args: "--listen unix:///run/opp.sock", want: command.ServeOptions{Network: "unix", Address: "/run/opp.sock"}},
		{args: "--listen 127.0.0.1:8700 --state-dir /s", want: command.ServeOptions{StateDir: "/s", Network: "tcp", Address: "127.0.0.1:8700"}},
		{args: "--listen [::1]:8700", want: command.ServeOptions{Network: "tcp", Address: "[::1]:8700"}},
		{args: "--listen :8700 --token-file " + token, want: command.ServeOptions{Network: "tcp", Address: ":8700", Token: "secret"}},
		{args: "--listen :8700", err: `cannot serve on ":8700": without --token-file everybody`},
		{args: "--listen 0.0.0.0:8700", err: "without --token-file everybody"},
		{args: "--listen :8700 --token-file " + empty, err: "it is empty"},
		{args: "--listen :8700 --token-file /does/not/exist", err: "cannot read the token"},
		{args: "--listen unix://opp.sock", err: "the path of a socket is absolute"},
		{args: "--listen 8700", err: "want unix:///path or host:port"},
		{args: "", err: `required flag(s) "listen" not set`},
	}
	for _, test := range tests {
		t.Run(test.args, func(t *testing.T) {
			var got command.ServeOptions
			w.deps.Serve = func(_ context.Context, options command.ServeOptions) error {
				got = options
				return nil
			}
			code := w.run(t, append([]string{"serve"}, strings.Fields(test.args)...)...)
			if (code == 0) != (test.err == "") || got != test.want || !strings.Contains(w.err.String(), test.err) {
				t.Errorf("exit %d, options %+v, error %q; want %+v, %q", code, got, w.err.String(), test.want, test.err)
			}
		})
	}
}

func TestErrorsHaveTheirDetail(t *testing.T) {
	w := newWorld(t)
	w.deps.Supervise = func(context.Context, command.SuperviseOptions) error {
		return &api.Error{Message: "cannot supervise: taken", Detail: "Stop the other one."}
	}
	if code := w.run(t, "supervise"); code != 1 || w.err.String() != "Error: cannot supervise: taken\nStop the other one.\n" {
		t.Errorf("exit %d, %q", code, w.err.String())
	}
	w.deps.Supervise = func(context.Context, command.SuperviseOptions) error { return errors.New("broken") }
	if code := w.run(t, "supervise"); code != 1 || w.err.String() != "Error: broken\n" {
		t.Errorf("exit %d, %q", code, w.err.String())
	}
}
