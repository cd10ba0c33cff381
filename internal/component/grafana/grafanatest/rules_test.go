package grafanatest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/grafana/grafanatest"
)

// newGrafana is a double that listens, called as its administrator.
func newGrafana(t *testing.T, options ...grafanatest.Option) api {
	t.Helper()
	server, err := grafanatest.New(options...)
	if err != nil {
		t.Fatal(err)
	}
	listening := httptest.NewServer(server)
	t.Cleanup(listening.Close)
	return api{t: t, address: listening.URL, sign: asAdmin("admin")}
}

// newToken makes a service account with a role and returns calls with its token.
func (a api) newToken(name, role string) api {
	a.t.Helper()
	id := a.must(201, "POST", "/api/serviceaccounts", fmt.Sprintf(`{"name":%q,"role":%q}`, name, role)).field("id")
	key := a.must(200, "POST", fmt.Sprintf("/api/serviceaccounts/%v/tokens", id), fmt.Sprintf(`{"name":%q}`, name)).field("key")
	return a.as(asToken(key.(string)))
}

func TestWhatWasNotRecordedIsNotFound(t *testing.T) {
	t.Parallel()
	grafana := newGrafana(t)
	for _, call := range []string{
		"GET /api/teams", "PATCH /api/dashboards/db", "POST /api/folders/x/move", "GET /api/search?sort=name",
		"GET /api/v1/provisioning/alert-rules", "GET /api/admin/settings",
	} {
		method, path, _ := strings.Cut(call, " ")
		if got := grafana.call(method, path, ""); got.status != 404 || got.field("message") != "Not found" {
			t.Errorf("%s: %d %s", call, got.status, got.text)
		}
	}
}

func TestPasswordChange(t *testing.T) {
	t.Parallel()
	grafana := newGrafana(t)
	grafana.must(200, "PUT", "/api/admin/users/1/password", `{"password":"another"}`)
	grafana.must(401, "GET", "/api/org", "")
	grafana.as(asAdmin("another")).must(200, "GET", "/api/org", "")
}

func TestRoles(t *testing.T) {
	t.Parallel()
	grafana := newGrafana(t)
	viewer, editor, admin := grafana.newToken("v", "Viewer"), grafana.newToken("e", "Editor"), grafana.newToken("a", "Admin")
	const save = `{"dashboard":{"title":"T"},"overwrite":true}`
	tests := []struct {
		call, body            string
		viewer, editor, admin int
	}{
		{"GET /api/folders", "", 200, 200, 200},
		{"POST /api/dashboards/db", save, 403, 200, 200},
		{"GET /api/datasources", "", 403, 403, 200},
		{"GET /api/serviceaccounts/search", "", 403, 403, 200},
		{"GET /api/admin/stats", "", 403, 403, 403},
		{"PUT /api/admin/users/1/password", `{"password":"x"}`, 403, 403, 403},
	}
	for _, test := range tests {
		method, path, _ := strings.Cut(test.call, " ")
		for status, who := range map[*int]api{&test.viewer: viewer, &test.editor: editor, &test.admin: admin} {
			if got := who.call(method, path, test.body); got.status != *status {
				t.Errorf("%s: %d, want %d/%d/%d: %s", test.call, got.status, test.viewer, test.editor, test.admin, got.text)
			}
		}
	}
}

func TestDeletingAFolderDeletesWhatIsInIt(t *testing.T) {
	t.Parallel()
	grafana := newGrafana(t)
	grafana.must(200, "POST", "/api/folders", `{"uid":"above","title":"Above"}`)
	grafana.must(200, "POST", "/api/folders", `{"uid":"below","title":"Below","parentUid":"above"}`)
	grafana.must(200, "POST", "/api/dashboards/db", `{"dashboard":{"uid":"in","title":"In"},"folderUid":"below"}`)
	grafana.must(200, "POST", "/api/dashboards/db", `{"dashboard":{"uid":"out","title":"Out"}}`)
	grafana.must(200, "POST", "/api/annotations", `{"dashboardUID":"in","text":"x","tags":["t"]}`)
	if list := grafana.must(200, "GET", "/api/annotations?tags=t", ""); len(list.body.([]any)) != 1 {
		t.Errorf("annotations of the dashboard: %s", list.text)
	}
	grafana.must(200, "DELETE", "/api/folders/above", "")
	grafana.must(404, "GET", "/api/folders/below", "")
	grafana.must(404, "GET", "/api/dashboards/uid/in", "")
	grafana.must(200, "GET", "/api/dashboards/uid/out", "")
	if list := grafana.must(200, "GET", "/api/annotations?tags=t", ""); len(list.body.([]any)) != 0 {
		t.Errorf("annotations of a dashboard that is gone: %s", list.text)
	}
}

// TestOneOfTheSavesWins saves over one version from many places at once.
func TestOneOfTheSavesWins(t *testing.T) {
	t.Parallel()
	grafana := newGrafana(t)
	grafana.must(200, "POST", "/api/dashboards/db", `{"dashboard":{"uid":"d","title":"D"}}`)
	const writers = 20
	statuses := make([]int, writers)
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() {
			statuses[i] = grafana.call("POST", "/api/dashboards/db",
				fmt.Sprintf(`{"dashboard":{"uid":"d","title":"D %d","version":1}}`, i)).status
		})
	}
	group.Wait()
	count := map[int]int{}
	for _, status := range statuses {
		count[status]++
	}
	if count[200] != 1 || count[412] != writers-1 {
		t.Errorf("statuses %v, want one 200 and the rest 412", count)
	}
}

func TestModelsComeBackInOneForm(t *testing.T) {
	t.Parallel()
	grafana := newGrafana(t)
	grafana.must(200, "POST", "/api/dashboards/db",
		`{"dashboard":{"uid":"d","title":" Padded ","a":1.0,"big":9007199254740993,"half":0.5,"nothing":null,"text":"<&>"}}`)
	got := grafana.must(200, "GET", "/api/dashboards/uid/d", "")
	for _, want := range []string{`"title":"Padded"`, `"a":1,`, `"big":9007199254740993`, `"half":0.5`, `"nothing":null`} {
		if !strings.Contains(got.text, want) {
			t.Errorf("no %s in %s", want, got.text)
		}
	}
	if got.field("dashboard", "text") != "<&>" {
		t.Errorf("text changed: %s", got.text)
	}
}

func TestDataSourceHealthAsksPrometheus(t *testing.T) {
	t.Parallel()
	prometheus := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "u" || password != "p" || r.URL.Path != "/api/v1/query" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	t.Cleanup(prometheus.Close)
	grafana := newGrafana(t)
	for password, status := range map[string]int{"p": 200, "wrong": 400} {
		grafana.must(200, "POST", "/api/datasources", fmt.Sprintf(
			`{"uid":%q,"name":%q,"type":"prometheus","access":"proxy","url":%q,"basicAuth":true,"basicAuthUser":"u","secureJsonData":{"basicAuthPassword":%q}}`,
			password, password, prometheus.URL, password))
		grafana.must(status, "GET", "/api/datasources/uid/"+password+"/health", "")
	}
}
