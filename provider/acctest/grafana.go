package acctest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/grafana/grafanatest"
)

// Grafana is the block of a stack that runs a Grafana: the real one where there
// is one, else its double. extra is put into it. It gets more memory than by
// default, because a real one shall not fail tests by it.
func (e *Env) Grafana(extra string) string {
	e.t.Helper()
	if e.grafanaHome == "" {
		e.grafanaHome = grafanatest.Home(e.t)
	}
	return fmt.Sprintf("  grafana = {\n    port   = 0\n    memory = \"1GB\"\n    path   = %q\n    %s\n  }\n", e.grafanaHome, extra)
}

// Person is an administrator who uses a Grafana by hand.
type Person struct {
	env                     *Env
	url, username, password string
}

// Person logs in to the Grafana of a stack.
func (e *Env) Person(stack string) *Person {
	e.t.Helper()
	made, err := e.Client.GrafanaCredentials(e.t.Context(), stack, time.Minute)
	if err == nil {
		err = e.Client.RevokeGrafanaCredentials(e.t.Context(), stack, made.ID)
	}
	if err != nil {
		e.t.Fatal(err)
	}
	return &Person{env: e, url: made.URL, username: made.Username, password: made.Password}
}

// URL of the Grafana.
func (p *Person) URL() string { return p.url }

// Username of the person, and Password.
func (p *Person) Username() string { return p.username }

// Password of the person.
func (p *Person) Password() string { return p.password }

// Ask sends a request and returns the status and the body.
func (p *Person) Ask(method, path string, body any) (int, []byte) {
	p.env.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		p.env.t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(p.env.t.Context(), method, p.url+path, bytes.NewReader(text))
	if err != nil {
		p.env.t.Fatal(err)
	}
	request.SetBasicAuth(p.username, p.password)
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		p.env.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	read, err := io.ReadAll(answer.Body)
	if err != nil {
		p.env.t.Fatal(err)
	}
	return answer.StatusCode, read
}

// Do sends a request that must succeed and decodes the answer into into, unless
// that is nil.
func (p *Person) Do(method, path string, body, into any) {
	p.env.t.Helper()
	status, read := p.Ask(method, path, body)
	if status/100 != 2 {
		p.env.t.Fatalf("%s %s answers %d: %s", method, path, status, read)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(read, into); err != nil {
		p.env.t.Fatalf("%s %s: %v: %s", method, path, err, read)
	}
}

// Has tells whether Grafana answers a path, and not that there is no such thing.
func (p *Person) Has(path string) bool {
	p.env.t.Helper()
	status, read := p.Ask(http.MethodGet, path, nil)
	if status != http.StatusOK && status != http.StatusNotFound {
		p.env.t.Fatalf("%s answers %d: %s", path, status, read)
	}
	return status == http.StatusOK
}

// Dashboard is a dashboard as Grafana has it.
type Dashboard struct {
	Dashboard map[string]any
	Meta      struct {
		Version                int
		FolderUID, FolderTitle string
	}
}

// Dashboard reads one.
func (p *Person) Dashboard(uid string) Dashboard {
	p.env.t.Helper()
	var d Dashboard
	p.Do(http.MethodGet, "/api/dashboards/uid/"+uid, nil, &d)
	return d
}

// Save saves a dashboard in a folder, empty for the root.
func (p *Person) Save(model map[string]any, folderUID string) {
	p.env.t.Helper()
	p.Do(http.MethodPost, "/api/dashboards/db", map[string]any{"dashboard": model, "folderUid": folderUID}, nil)
}

// Edit changes a dashboard where it is.
func (p *Person) Edit(uid string, change func(model map[string]any)) {
	p.env.t.Helper()
	d := p.Dashboard(uid)
	change(d.Dashboard)
	p.Save(d.Dashboard, d.Meta.FolderUID)
}

// Delete deletes a dashboard.
func (p *Person) Delete(uid string) {
	p.env.t.Helper()
	p.Do(http.MethodDelete, "/api/dashboards/uid/"+uid, nil, nil)
}

// Folder makes a folder.
func (p *Person) Folder(uid, title string) {
	p.env.t.Helper()
	p.Do(http.MethodPost, "/api/folders", map[string]any{"uid": uid, "title": title}, nil)
}
