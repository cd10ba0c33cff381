package grafana_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/grafana"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/grafana/grafanatest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/porttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// dashboard is one with a panel of that title.
func dashboard(name, panel string) spec.Dashboard {
	return spec.Dashboard{
		Stack: "production", Name: name, UIEdits: spec.UIEditsReport, Lint: spec.LintWarn,
		ConfigJSON: fmt.Sprintf(`{"id": 99, "version": 77, "uid": "other", "title": %q, "schemaVersion": 41, "panels": [
			{"id": 1, "type": "timeseries", "title": %q, "gridPos": {"h": 8, "w": 12, "x": 0, "y": 0}, "targets": [{"refId": "A", "expr": "up"}]}]}`,
			strings.ToUpper(name), panel),
	}
}

func unmarshal(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatal(err)
	}
}

// own is the input of a stack that runs its own Grafana, prepared.
func own(t *testing.T, state spec.State) component.Input {
	t.Helper()
	in := componenttest.Input(t, state)
	in.PrivateDir = t.TempDir()
	in.Addresses[component.Grafana] = porttest.Address(t)
	if err := grafana.New().Prepare(in); err != nil {
		t.Fatal(err)
	}
	return in
}

// elsewhere is a Grafana that runs already, with a stack that is attached to it.
type elsewhere struct {
	t  *testing.T
	c  *grafana.Component
	in component.Input
	// before, if set, is called before every save arrives; instead answers it.
	before  atomic.Pointer[func()]
	instead atomic.Pointer[http.HandlerFunc]
	// others are answers to other requests of ours: "METHOD path" → http.HandlerFunc.
	others sync.Map
}

func attach(t *testing.T, options ...grafanatest.Option) *elsewhere {
	t.Helper()
	double, err := grafanatest.New(options...)
	if err != nil {
		t.Fatal(err)
	}
	e := &elsewhere{t: t, c: grafana.New()}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path == "/api/dashboards/db" && r.Header.Get("X-Person") == "" {
			if hook := e.before.Load(); hook != nil {
				(*hook)()
			}
			if answer := e.instead.Load(); answer != nil {
				(*answer)(w, r)
				return
			}
		}
		if answer, ok := e.others.Load(r.Method + " " + r.URL.Path); ok && r.Header.Get("X-Person") == "" {
			answer.(http.HandlerFunc)(w, r)
			return
		}
		double.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	state := spec.State{Stack: spec.DefaultStack("production")}
	state.Stack.SelfMonitoring = false
	state.Stack.Grafana.Enabled = true
	state.Stack.Grafana.URL, state.Stack.Grafana.Username = server.URL, "admin"
	state.Stack.Grafana.Password = &spec.Secret{File: "password"}
	e.in = componenttest.Input(t, state)
	if err := os.WriteFile(filepath.Join(e.in.SecretsDir, "password"), []byte("admin\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return e
}

// folderUID is that of the folder we make for a title.
func (e *elsewhere) folderUID(title string) string {
	return fmt.Sprintf("opp-%x", sha256.Sum256([]byte("production\x00"+title)))[:24]
}

// publish hands a change to the component.
func (e *elsewhere) publish(prev, next *spec.Dashboard) error {
	return publish(e.t.Context(), e.c, e.in, prev, next)
}

func publish(ctx context.Context, c *grafana.Component, in component.Input, prev, next *spec.Dashboard) error {
	var before, after spec.Object
	if prev != nil {
		before = prev
	}
	if next != nil {
		after = next
	}
	return c.Publish(ctx, in, before, after)
}

func (e *elsewhere) must(err error) {
	e.t.Helper()
	if err != nil {
		e.t.Fatal(err)
	}
}

// call is what a person does in the browser.
func (e *elsewhere) call(method, path string, body any) (int, map[string]any) {
	e.t.Helper()
	code, read := e.ask(method, path, body)
	var decoded map[string]any
	_ = json.Unmarshal(read, &decoded)
	return code, decoded
}

// list reads an answer that is a list.
func (e *elsewhere) list(path string) []any {
	e.t.Helper()
	_, read := e.ask(http.MethodGet, path, nil)
	var decoded []any
	e.must(json.Unmarshal(read, &decoded))
	return decoded
}

func (e *elsewhere) ask(method, path string, body any) (int, []byte) {
	e.t.Helper()
	text, err := json.Marshal(body)
	e.must(err)
	request, err := http.NewRequestWithContext(e.t.Context(), method, e.in.State.Stack.Grafana.URL+path, strings.NewReader(string(text)))
	e.must(err)
	request.SetBasicAuth("admin", "admin")
	request.Header.Set("X-Person", "yes")
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	e.must(err)
	defer func() { _ = answer.Body.Close() }()
	read, err := io.ReadAll(answer.Body)
	e.must(err)
	return answer.StatusCode, read
}

// edit saves a dashboard with that panel title, in the folder of that uid.
func (e *elsewhere) edit(name, panel, folderUID string) {
	e.t.Helper()
	var model map[string]any
	d := dashboard(name, panel)
	e.must(json.Unmarshal([]byte(d.ConfigJSON), &model))
	delete(model, "id")
	delete(model, "version")
	model["uid"] = name
	if code, body := e.call(http.MethodPost, "/api/dashboards/db", map[string]any{
		"dashboard": model, "overwrite": true, "folderUid": folderUID,
	}); code != http.StatusOK {
		e.t.Fatalf("the edit answers %d: %v", code, body)
	}
}

// panel is the title of the panel that Grafana has, empty if it has no such dashboard.
func (e *elsewhere) panel(name string) string {
	e.t.Helper()
	code, body := e.call(http.MethodGet, "/api/dashboards/uid/"+name, nil)
	if code == http.StatusNotFound {
		return ""
	}
	panels := body["dashboard"].(map[string]any)["panels"].([]any)
	return panels[0].(map[string]any)["title"].(string)
}

// meta is a field of what Grafana says about a dashboard.
func (e *elsewhere) meta(name, field string) any {
	e.t.Helper()
	_, body := e.call(http.MethodGet, "/api/dashboards/uid/"+name, nil)
	return body["meta"].(map[string]any)[field]
}

func (e *elsewhere) version(name string) int64 { return int64(e.meta(name, "version").(float64)) }
