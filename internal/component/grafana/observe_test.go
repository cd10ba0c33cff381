package grafana_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/porttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// wantDrift compares beginnings of sentences.
func wantDrift(t *testing.T, report *component.Report, want ...string) {
	t.Helper()
	got := componenttest.Sentences(report)
	if !slices.EqualFunc(got, want, strings.HasPrefix) {
		t.Errorf("drift:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestObserve(t *testing.T) {
	e := attach(t)
	e.in.State.Stack.SelfMonitoring = true
	same, edited, kept := dashboard("a", "A"), dashboard("b", "B"), dashboard("c", "C")
	deleted, moved := dashboard("d", "D"), dashboard("e", "E")
	kept.UIEdits, moved.Folder = spec.UIEditsKeep, "Platform"
	e.in.State.Dashboards = []spec.Dashboard{same, edited, kept, deleted, moved}
	e.must(e.c.Reload(t.Context(), e.in))
	for _, object := range e.c.Published(e.in) {
		e.must(e.c.Publish(t.Context(), e.in, nil, object))
	}
	report := componenttest.Observe(t, e.c, e.in, nil)
	wantDrift(t, report)
	if report.Versions[component.Grafana] == "" {
		t.Error("it does not tell the version")
	}
	for _, d := range report.Observed.Dashboards {
		if want := e.in.State.Stack.Grafana.URL + "/d/" + d.Name; d.Version != 1 || d.URL != want {
			t.Errorf("%s: version %d, URL %s, want %s", d.Name, d.Version, d.URL, want)
		}
	}

	e.edit("b", "X", "")
	e.edit("c", "X", "")
	e.call(http.MethodDelete, "/api/dashboards/uid/d", nil)
	e.edit("e", "E", "")
	e.call(http.MethodDelete, "/api/dashboards/uid/opp-monitoring-stack", nil)
	e.call(http.MethodDelete, "/api/datasources/uid/alertmanager", nil)
	report = componenttest.Observe(t, e.c, e.in, nil)
	wantDrift(t, report,
		`dashboard b: panel "B"`,
		"dashboard d: deleted in Grafana",
		`dashboard e: moved from folder "Platform" to the root`,
		`stack production: grafana: dashboard "opp-monitoring-stack": deleted in Grafana`,
		`stack production: grafana: data source "alertmanager" is missing`)
	if got := report.Observed.Dashboards[3]; got.Version != 0 {
		t.Errorf("a deleted dashboard has version %d", got.Version)
	}
	described := deleted
	e.must(e.c.Describe(t.Context(), e.in, &described))
	if described.Version != 0 {
		t.Errorf("described as version %d", described.Version)
	}
	e.must(e.c.Describe(t.Context(), e.in, &edited))
	if edited.Version != 2 || !strings.HasSuffix(edited.URL, "/d/b") {
		t.Errorf("described as version %d at %s", edited.Version, edited.URL)
	}
}

// TestUnreadableDashboard is one that Grafana does not give us: it does not keep
// the others from being observed.
func TestUnreadableDashboard(t *testing.T) {
	e := attach(t)
	newer, edited := dashboard("a", "A"), dashboard("b", "B")
	e.in.State.Dashboards = []spec.Dashboard{newer, edited}
	e.must(e.c.Reload(t.Context(), e.in))
	e.must(e.publish(nil, &newer))
	e.must(e.publish(nil, &edited))
	e.edit("b", "X", "")
	const words = "dashboard api version not supported, use /apis/dashboard.grafana.app/v2beta1/namespaces/default/dashboards/a instead"
	e.others.Store("GET /api/dashboards/uid/a", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotAcceptable)
		_, _ = fmt.Fprintf(w, `{"message": %q}`, words)
	}))
	wantDrift(t, componenttest.Observe(t, e.c, e.in, nil), "dashboard a: cannot be read: "+words, `dashboard b: panel "B"`)
	wantCode(t, e.publish(&newer, &newer), api.CodeRefused)
}

// TestDataSourcesElsewhere gives them to a Grafana that has one of that name.
func TestDataSourcesElsewhere(t *testing.T) {
	e := attach(t)
	if code, _ := e.call(http.MethodPost, "/api/datasources", map[string]any{
		"uid": "theirs", "name": "Prometheus", "type": "prometheus", "access": "proxy", "url": "http://127.0.0.1:1", "isDefault": true,
	}); code != http.StatusOK {
		t.Fatalf("making theirs answers %d", code)
	}
	if err := e.c.Verify(t.Context(), e.in, nil, nil); err == nil {
		t.Error("verified without data sources")
	}
	e.must(e.c.Reload(t.Context(), e.in))
	e.must(e.c.Verify(t.Context(), e.in, nil, nil))
	if _, theirs := e.call(http.MethodGet, "/api/datasources/uid/theirs", nil); theirs["isDefault"] != true || theirs["url"] != "http://127.0.0.1:1" {
		t.Errorf("theirs was changed: %v", theirs)
	}
	e.in.Addresses[component.Prometheus] = "127.0.0.1:2"
	if err := e.c.Verify(t.Context(), e.in, nil, nil); err == nil || !strings.Contains(err.Error(), "http://127.0.0.1:2") {
		t.Errorf("verified another address: %v", err)
	}
	e.must(e.c.Reload(t.Context(), e.in))
	e.must(e.c.Verify(t.Context(), e.in, nil, nil))
}

// TestDataSourceOfSomebodyElse is one that has our uid and goes elsewhere.
func TestDataSourceOfSomebodyElse(t *testing.T) {
	e := attach(t)
	theirs := map[string]any{
		"uid": "prometheus", "name": "Prometheus", "type": "prometheus", "access": "proxy", "url": "http://127.0.0.1:1", "isDefault": true,
	}
	if code, _ := e.call(http.MethodPost, "/api/datasources", theirs); code != http.StatusOK {
		t.Fatalf("making theirs answers %d", code)
	}
	var refused *api.Error
	if err := e.c.Reload(t.Context(), e.in); !errors.As(err, &refused) || refused.Code != api.CodeRefused ||
		!strings.Contains(refused.Message, `named "Prometheus"`) || !strings.Contains(refused.Detail, `"Prometheus (production)"`) {
		t.Errorf("error %+v", refused)
	}
	if _, now := e.call(http.MethodGet, "/api/datasources/uid/prometheus", nil); now["url"] != "http://127.0.0.1:1" {
		t.Errorf("theirs goes to %v", now["url"])
	}
}

func TestCredentials(t *testing.T) {
	e := attach(t)
	made, err := e.c.Credentials(t.Context(), e.in, time.Minute)
	e.must(err)
	if made.URL != e.in.State.Stack.Grafana.URL || made.Username != "" || made.Password != "" {
		t.Errorf("made %+v", made)
	}
	works := func() bool {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, made.URL+"/api/folders", nil)
		e.must(err)
		request.Header.Set("Authorization", "Bearer "+made.Token)
		answer, err := http.DefaultClient.Do(request)
		e.must(err)
		return answer.Body.Close() == nil && answer.StatusCode == http.StatusOK
	}
	if !works() {
		t.Error("the token does not work")
	}
	e.must(e.c.Revoke(t.Context(), e.in, made.ID))
	if works() {
		t.Error("the token works after it was revoked")
	}
	e.must(e.c.Revoke(t.Context(), e.in, made.ID))
	wantCode(t, e.c.Revoke(t.Context(), e.in, "x"), api.CodeNotFound)
}

func TestReadAnyDashboard(t *testing.T) {
	e := attach(t)
	e.edit("d", "X", "")
	got, err := e.c.Dashboard(t.Context(), e.in, "d")
	e.must(err)
	if got.Title != "D" || got.Version != 1 || got.Folder != "" || !strings.HasSuffix(got.URL, "/d/d") {
		t.Errorf("got %+v", got)
	}
	for _, key := range []string{`"id": `, `"uid"`, `"version"`} {
		if head, _, _ := strings.Cut(got.ConfigJSON, `"panels"`); strings.Contains(head, key) {
			t.Errorf("it holds %s:\n%s", key, got.ConfigJSON)
		}
	}
	taken := spec.Dashboard{Stack: "production", Name: "d", ConfigJSON: got.ConfigJSON, UIEdits: spec.UIEditsReport}
	e.must(e.publish(nil, &taken))
	if e.version("d") != 1 {
		t.Error("what was read is saved again")
	}
	_, err = e.c.Dashboard(t.Context(), e.in, "nope")
	wantCode(t, err, api.CodeNotFound)
}

func TestWrongPassword(t *testing.T) {
	e := attach(t)
	e.in.State.Stack.Grafana.Username = "nobody"
	d := dashboard("d", "A")
	wantCode(t, e.publish(nil, &d), api.CodeRefused)
	e.in.State.Stack.Grafana.Password.File = filepath.Join("not", "there")
	if err := e.publish(nil, &d); err == nil || !strings.Contains(err.Error(), "cannot read what Grafana") {
		t.Errorf("without a password: %v", err)
	}
}

func TestNobodyAnswers(t *testing.T) {
	e := attach(t)
	e.in.State.Stack.Grafana.URL = "http://" + porttest.Address(t)
	d := dashboard("d", "A")
	wantCode(t, e.publish(nil, &d), api.CodeUnavailable)
	wantCode(t, e.c.Ready(t.Context(), e.in), api.CodeUnavailable)
}

// TestTooOld is a Grafana that runs elsewhere: it is not given anything.
func TestTooOld(t *testing.T) {
	for version, refused := range map[string]bool{"9.5.21": true, "10.0.0": false, "13.1.0-pre": false, "": false} {
		asked := 0
		old := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/api/health" {
				asked++
				w.WriteHeader(http.StatusForbidden)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprintf(w, `{"database": "ok", "version": %q}`, version)
		}))
		t.Cleanup(old.Close)
		e := attach(t)
		e.in.State.Stack.Grafana.URL = old.URL
		for what, err := range map[string]error{"verify": e.c.Verify(t.Context(), e.in, nil, nil), "reload": e.c.Reload(t.Context(), e.in)} {
			fault := (*api.Error)(nil)
			told := errors.As(err, &fault) && len(fault.Fields) == 1 && fault.Fields[0].Path == "grafana.url"
			if told != refused || (asked == 0) != refused {
				t.Errorf("%q, %s: %v after %d other requests", version, what, err, asked)
			}
		}
	}
}
