package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func newTestDemo(t *testing.T) *demo {
	t.Helper()
	d, err := newDemo("provider", "config", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *demo) record(t *testing.T, hook receiver) {
	t.Helper()
	data, err := json.Marshal(hook)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(d.handleFile(), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestHookTellsWhatItReceived(t *testing.T) {
	var out bytes.Buffer
	server := httptest.NewServer(newHook(&out))
	defer server.Close()
	hook := receiver{PID: os.Getpid(), URL: server.URL + hookPath}

	before, err := hook.ask(t.Context())
	if err != nil || len(before.Received) != 0 {
		t.Fatalf("before: %v, %v", before, err)
	}
	for body, status := range map[string]int{
		`{`: http.StatusBadRequest,
		`{"alerts": [{"status": "firing", "labels": {"alertname": "Down"}, "annotations": {"summary": "gone"}}]}`: http.StatusOK,
	} {
		response, err := http.Post(hook.URL, "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != status {
			t.Errorf("%s: status %d, want %d", body, response.StatusCode, status)
		}
	}
	after, err := hook.ask(t.Context())
	if err != nil || len(after.Received) != 1 || !strings.HasSuffix(after.Received[0], "firing    Down  gone") {
		t.Errorf("after: %q, %v", after.Received, err)
	}
	if out.String() != after.Received[0]+"\n" {
		t.Errorf("printed %q", out.String())
	}
}

func TestRunningReceiverIsTheRecordedProcess(t *testing.T) {
	server := httptest.NewServer(newHook(&bytes.Buffer{}))
	defer server.Close()
	tests := map[string]struct {
		recorded receiver
		running  bool
	}{
		"itself":          {receiver{PID: os.Getpid(), URL: server.URL + hookPath}, true},
		"another process": {receiver{PID: os.Getpid() + 1, URL: server.URL + hookPath}, false},
		"nobody there":    {receiver{PID: os.Getpid(), URL: "http://127.0.0.1:1" + hookPath}, false},
		"never recorded":  {receiver{}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d := newTestDemo(t)
			d.record(t, test.recorded)
			got := d.runningReceiver(t.Context())
			if (got.PID != 0) != test.running {
				t.Errorf("got %+v, running should be %t", got, test.running)
			}
		})
	}
}

func TestReceiverComesBackAtItsAddress(t *testing.T) {
	first, err := listen(t.Context(), receiver{})
	if err != nil {
		t.Fatal(err)
	}
	address := first.Addr().String()
	last := receiver{URL: "http://" + address + hookPath}

	other, err := listen(t.Context(), last) // taken: any other will do
	if err != nil {
		t.Fatal(err)
	}
	other.Close()
	first.Close()
	again, err := listen(t.Context(), last)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if got := again.Addr().String(); got != address {
		t.Errorf("listens at %s, want %s", got, address)
	}
}

func TestDownWithoutDemo(t *testing.T) {
	d := newTestDemo(t)
	d.home += "/missing"
	if err := d.down(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestConfigurationIsCopied(t *testing.T) {
	d := newTestDemo(t)
	d.config = t.TempDir()
	if err := d.copyConfig(); err == nil {
		t.Error("a directory without configuration is accepted")
	}
	for name, text := range map[string]string{"main.tf": "# new", "notes.txt": "no"} {
		if err := os.WriteFile(filepath.Join(d.config, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.copyConfig(); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(d.workDir())
	if err != nil || len(entries) != 1 || entries[0].Name() != "main.tf" {
		t.Errorf("copied %v, %v", entries, err)
	}
}

func TestForeign(t *testing.T) {
	for variable, want := range map[string]bool{
		"TF_CLI_ARGS_plan=-lock=false": true,
		"TF_WORKSPACE=other":           true,
		"OPP_ENDPOINT=https://x":       true,
		"OPP_RELEASE_MIRROR=https://x": false,
		"TF_LOG=debug":                 false,
		"PATH=/bin":                    false,
	} {
		if got := foreign(variable); got != want {
			t.Errorf("%s: %t, want %t", variable, got, want)
		}
	}
}

func TestWhyThereIsNoGrafana(t *testing.T) {
	const output = "grafana 12.3.3: downloading\nError: cannot get grafana 12.3.3: no such host\n"
	if got := lastLine(output); got != "cannot get grafana 12.3.3: no such host" {
		t.Errorf("got %q", got)
	}
	d := newTestDemo(t)
	d.provider = "/bin/false"
	if d.findGrafana(t.Context()); d.hasGrafana {
		t.Error("it is there although it could not be fetched")
	}
	d.grafana = "/opt/grafana"
	if d.findGrafana(t.Context()); !d.hasGrafana {
		t.Error("one that is named is not used")
	}
}
