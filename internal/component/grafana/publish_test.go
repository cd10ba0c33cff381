package grafana_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/grafana/grafanatest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/porttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// TestEdits saves B over what was A, in every state in which Grafana may be.
func TestEdits(t *testing.T) {
	tests := map[string]struct {
		uiEdits string
		edit    string // what somebody made of it: a panel title, "deleted", empty for nothing
		seen    bool   // the plan showed the edit
		next    string
		want    string // the panel afterwards
		code    api.Code
	}{
		"nobody edited it":            {spec.UIEditsReport, "", false, "B", "B", ""},
		"unseen, report":              {spec.UIEditsReport, "X", false, "B", "X", api.CodeChanged},
		"seen, report":                {spec.UIEditsReport, "X", true, "B", "B", ""},
		"seen, report, taken back":    {spec.UIEditsReport, "X", true, "A", "A", ""},
		"unseen, revert":              {spec.UIEditsRevert, "X", false, "B", "B", ""},
		"seen, revert":                {spec.UIEditsRevert, "X", true, "B", "B", ""},
		"unseen, keep":                {spec.UIEditsKeep, "X", false, "B", "X", api.CodeChanged},
		"seen, keep":                  {spec.UIEditsKeep, "X", true, "B", "X", api.CodeChanged},
		"keep, configuration as ever": {spec.UIEditsKeep, "X", false, "A", "X", ""},
		"keep, nobody edited it":      {spec.UIEditsKeep, "", false, "B", "B", ""},
		"somebody was faster":         {spec.UIEditsReport, "B", false, "B", "B", ""},
		"deleted":                     {spec.UIEditsReport, "deleted", false, "B", "B", ""},
		"deleted, keep":               {spec.UIEditsKeep, "deleted", false, "A", "A", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			e := attach(t)
			prev, next := dashboard("d", "A"), dashboard("d", test.next)
			prev.UIEdits, next.UIEdits = test.uiEdits, test.uiEdits
			e.must(e.publish(nil, &prev))
			next.Version = e.version("d")
			switch test.edit {
			case "":
			case "deleted":
				e.call(http.MethodDelete, "/api/dashboards/uid/d", nil)
			default:
				e.edit("d", test.edit, "")
				if test.seen {
					next.Version = e.version("d")
				}
			}
			wantCode(t, e.publish(&prev, &next), test.code)
			if got := e.panel("d"); got != test.want {
				t.Errorf("Grafana has %q, want %q", got, test.want)
			}
		})
	}
}

// TestEndOfKeeping changes what becomes of edits that were kept until now, and
// that therefore no plan has shown.
func TestEndOfKeeping(t *testing.T) {
	for name, test := range map[string]struct {
		uiEdits, next, want string
		code                api.Code
	}{
		"report":          {spec.UIEditsReport, "A", "X", ""},
		"report, changed": {spec.UIEditsReport, "B", "X", api.CodeChanged},
		"revert":          {spec.UIEditsRevert, "A", "A", ""},
	} {
		e := attach(t)
		prev, next := dashboard("d", "A"), dashboard("d", test.next)
		prev.UIEdits, next.UIEdits = spec.UIEditsKeep, test.uiEdits
		e.must(e.publish(nil, &prev))
		e.edit("d", "X", "")
		next.Version = e.version("d")
		wantCode(t, e.publish(&prev, &next), test.code)
		if got := e.panel("d"); got != test.want {
			t.Errorf("%s: Grafana has %q, want %q", name, got, test.want)
		}
	}
}

func wantCode(t *testing.T, err error, code api.Code) {
	t.Helper()
	if code == "" {
		if err != nil {
			t.Errorf("unexpected error: %v", err)
		}
	} else if !errors.Is(err, &api.Error{Code: code}) {
		t.Errorf("error %v, want code %s", err, code)
	}
}

// TestEditWhileSaving is an edit between our read and our save.
func TestEditWhileSaving(t *testing.T) {
	for uiEdits, want := range map[string]string{spec.UIEditsReport: "X", spec.UIEditsRevert: "B"} {
		e := attach(t)
		prev, next := dashboard("d", "A"), dashboard("d", "B")
		next.UIEdits = uiEdits
		e.must(e.publish(nil, &prev))
		next.Version = e.version("d")
		var once sync.Once
		edit := func() { once.Do(func() { e.edit("d", "X", "") }) }
		e.before.Store(&edit)
		err := e.publish(&prev, &next)
		if got := e.panel("d"); got != want {
			t.Errorf("%s: Grafana has %q, want %q", uiEdits, got, want)
		}
		if conflict := errors.Is(err, &api.Error{Code: api.CodeChanged}); conflict != (want == "X") {
			t.Errorf("%s: error %v", uiEdits, err)
		}
	}
}

func TestEndlessEdits(t *testing.T) {
	e := attach(t)
	prev, next := dashboard("d", "A"), dashboard("d", "B")
	next.UIEdits = spec.UIEditsRevert
	e.must(e.publish(nil, &prev))
	number := 0
	edit := func() { number++; e.edit("d", fmt.Sprint("X", number), "") }
	e.before.Store(&edit)
	wantCode(t, e.publish(&prev, &next), api.CodeChanged)
}

func TestDashboardOfSomebodyElse(t *testing.T) {
	e := attach(t)
	e.edit("d", "X", "")
	next := dashboard("d", "B")
	err := e.publish(nil, &next)
	wantCode(t, err, api.CodeRefused)
	var refused *api.Error
	if !errors.As(err, &refused) || !strings.Contains(refused.Message, `"D"`) || !strings.Contains(refused.Detail, "opp_dashboard") {
		t.Errorf("it does not tell the title and how to take it over: %+v", refused)
	}
	equal := dashboard("d", "X")
	before := e.version("d")
	e.must(e.publish(nil, &equal))
	if got := e.version("d"); got != before {
		t.Errorf("version %d, want %d: equal content is taken over as it is", got, before)
	}
	next.Version = before // the plan showed what is different
	e.must(e.publish(nil, &next))
	if got := e.panel("d"); got != "B" {
		t.Errorf("Grafana has %q", got)
	}
}

func TestPublishAgainAndDelete(t *testing.T) {
	e := attach(t)
	next := dashboard("d", "A")
	next.UIEdits, next.Annotate = spec.UIEditsKeep, true
	e.must(e.publish(nil, &next))
	before := e.version("d")
	e.must(e.publish(&next, &next))
	if got := e.version("d"); got != before {
		t.Errorf("saving again made version %d of %d", got, before)
	}
	e.edit("d", "X", "")
	e.must(e.publish(&next, nil))
	e.must(e.publish(&next, nil))
	if got := e.panel("d"); got != "" {
		t.Errorf("it is still there: %q", got)
	}
}

// TestAnnotation leaves one note for every save that wrote something.
func TestAnnotation(t *testing.T) {
	e := attach(t)
	a, b := dashboard("d", "A"), dashboard("d", "B")
	a.Annotate, b.Annotate = true, true
	e.must(e.publish(nil, &a))
	e.must(e.publish(&a, &a))
	e.must(e.publish(&a, &b))
	quiet := dashboard("quiet", "A")
	e.must(e.publish(nil, &quiet))
	notes := e.list("/api/annotations?tags=opp")
	if len(notes) != 2 {
		t.Fatalf("%d annotations, want 2: %v", len(notes), notes)
	}
	if note := notes[0].(map[string]any); note["dashboardUID"] != "d" || note["text"] != "applied by Terraform" {
		t.Errorf("annotation %v", note)
	}
}

func TestGrafanasWords(t *testing.T) {
	e := attach(t, grafanatest.ProvisionedDashboard("p.json", []byte(`{"uid": "prov", "title": "Provisioned", "panels": []}`)))
	noTitle := dashboard("d", "A")
	noTitle.ConfigJSON = `{"panels": []}`
	provisioned := dashboard("prov", "A")
	provisioned.UIEdits, provisioned.Version = spec.UIEditsRevert, 1
	for words, d := range map[string]spec.Dashboard{
		"Dashboard title cannot be empty":   noTitle,
		"Cannot save provisioned dashboard": provisioned,
	} {
		var refused *api.Error
		err := e.publish(nil, &d)
		if !errors.As(err, &refused) || refused.Code != api.CodeRefused || refused.Detail != words {
			t.Errorf("error %+v, want Grafana's words %q", err, words)
		}
	}
	var refused *api.Error
	if err := e.publish(&provisioned, nil); !errors.As(err, &refused) || refused.Detail != "provisioned dashboard cannot be deleted" {
		t.Errorf("deleting: %v", err)
	}
}

// TestRefusalsOfEverySort are answers that no recording has, in the forms that
// Grafana and what stands before it use.
func TestRefusalsOfEverySort(t *testing.T) {
	e := attach(t)
	for name, test := range map[string]struct {
		status       int
		body, detail string
	}{
		"forbidden":        {http.StatusForbidden, `{"title": "Access denied", "message": "You'll need additional permissions"}`, "You'll need additional permissions"},
		"too large":        {http.StatusRequestEntityTooLarge, `{"message": "request is too large: limit is 3145728"}`, "request is too large: limit is 3145728"},
		"too large, proxy": {http.StatusRequestEntityTooLarge, "<h1>413 Request Entity Too Large</h1>", "<h1>413 Request Entity Too Large</h1>"},
		"unprocessable":    {http.StatusUnprocessableEntity, `{"message": "spec.panels: Invalid value"}`, "spec.panels: Invalid value"},
		"without words":    {http.StatusForbidden, "", "Forbidden"},
	} {
		answer := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(test.status)
			_, _ = w.Write([]byte(test.body))
		})
		e.instead.Store(&answer)
		d := dashboard("d", "A")
		var refused *api.Error
		if err := e.publish(nil, &d); !errors.As(err, &refused) || refused.Code != api.CodeRefused || refused.Detail != test.detail {
			t.Errorf("%s: error %+v", name, err)
		}
	}
}

// TestTitleTaken is how Grafana refused two dashboards of one title in a folder
// until version 11: with the status of a conflict that is none.
func TestTitleTaken(t *testing.T) {
	e := attach(t)
	answer := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusPreconditionFailed)
		_, _ = w.Write([]byte(`{"status": "name-exists", "message": "A dashboard with the same name in the folder already exists"}`))
	})
	e.instead.Store(&answer)
	d := dashboard("d", "A")
	var refused *api.Error
	if err := e.publish(nil, &d); !errors.As(err, &refused) || refused.Code != api.CodeRefused || !strings.Contains(refused.Detail, "same name") {
		t.Errorf("error %+v, want Grafana's words", err)
	}
}

// TestBusy is a Grafana whose database is locked for a moment, and then for good.
func TestBusy(t *testing.T) {
	e := attach(t)
	for name, failures := range map[string]int{"a": 2, "b": 1000} {
		answered := 0
		answer := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if answered++; answered == failures {
				e.instead.Store(nil)
			}
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = w.Write([]byte(`{"message": "Failed to save dashboard"}`))
		})
		e.instead.Store(&answer)
		d := dashboard(name, "A")
		err := e.publish(nil, &d)
		if failures == 2 {
			e.must(err)
			continue
		}
		wantCode(t, err, api.CodeUnavailable)
		if !strings.Contains(fmt.Sprint(err), "Failed to save dashboard") || answered > 10 {
			t.Errorf("after %d attempts: %v", answered, err)
		}
	}
}

// TestFolderMadeMeanwhile is a folder that another save makes between our look
// and our request: what Grafana says to that depends on its version and database.
func TestFolderMadeMeanwhile(t *testing.T) {
	for _, status := range []int{http.StatusConflict, http.StatusPreconditionFailed, http.StatusInternalServerError} {
		e := attach(t)
		made := true
		e.others.Store("POST /api/folders", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if made {
				e.call(http.MethodPost, "/api/folders", map[string]any{"uid": e.folderUID("Platform"), "title": "Platform"})
			}
			w.WriteHeader(status)
		}))
		d := dashboard("d", "A")
		d.Folder = "Platform"
		if err := e.publish(nil, &d); err != nil {
			t.Errorf("%d: %v", status, err)
		}
		made = false
		d = dashboard("other", "A")
		d.Folder = "Other"
		if err := e.publish(nil, &d); err == nil {
			t.Errorf("%d: saved without a folder", status)
		}
	}
}

// TestFailedSaveLeavesNothing saves dashboards that Grafana stores before it
// fails: one of their library panels is not there.
func TestFailedSaveLeavesNothing(t *testing.T) {
	e := attach(t)
	broken := func(title string) spec.Dashboard {
		d := dashboard("d", "A")
		d.Folder = "Platform"
		d.ConfigJSON = fmt.Sprintf(`{"title": %q, "panels": [{"type": "row", "panels": [{"id": 1, "libraryPanel": {"uid": "lib", "name": "L"}}]}]}`, title)
		return d
	}
	folder := func() int {
		code, _ := e.call(http.MethodGet, "/api/folders/"+e.folderUID("Platform"), nil)
		return code
	}
	fails := func(prev, next *spec.Dashboard) {
		t.Helper()
		var refused *api.Error
		if err := e.publish(prev, next); !errors.As(err, &refused) || !strings.Contains(refused.Message, "Error while connecting library panels") {
			t.Errorf("error %v, want Grafana's words", err)
		}
	}
	created := broken("New")
	fails(nil, &created)
	if code, _ := e.call(http.MethodGet, "/api/dashboards/uid/d", nil); code != http.StatusNotFound || folder() != http.StatusNotFound {
		t.Errorf("reading the dashboard answers %d, its folder %d", code, folder())
	}

	sound := dashboard("d", "A")
	e.must(e.publish(nil, &sound))
	fails(&sound, &created)
	if got := e.panel("d"); got != "A" || e.meta("d", "folderUid") != "" {
		t.Errorf("the panel is %q in folder %v", got, e.meta("d", "folderUid"))
	}

	if code, body := e.call(http.MethodPost, "/api/library-elements", map[string]any{
		"uid": "lib", "name": "L", "kind": 1, "model": map[string]any{"type": "stat"},
	}); code != http.StatusOK {
		t.Fatalf("making the library panel answers %d: %v", code, body)
	}
	e.must(e.publish(&sound, &created))

	// What is refused at once must not leave a folder either.
	noTitle := dashboard("e", "A")
	noTitle.Folder, noTitle.ConfigJSON = "Other", `{"panels": []}`
	wantCode(t, e.publish(nil, &noTitle), api.CodeRefused)
	if code, _ := e.call(http.MethodGet, "/api/folders/"+e.folderUID("Other"), nil); code != http.StatusNotFound {
		t.Errorf("reading the folder answers %d", code)
	}
}

// TestDetach leaves a Grafana that runs elsewhere, and what others have there.
func TestDetach(t *testing.T) {
	e := attach(t)
	e.in.State.Stack.SelfMonitoring = true
	a, b := dashboard("a", "A"), dashboard("b", "B")
	c := dashboard("c", "C")
	a.Folder, b.Folder, c.Folder = "Platform", "Shared", "Platform"
	e.in.State.Dashboards = []spec.Dashboard{a, b, c}
	e.must(e.c.Reload(t.Context(), e.in))
	for _, object := range e.c.Published(e.in) {
		e.must(e.c.Publish(t.Context(), e.in, nil, object))
	}
	e.edit("theirs", "X", e.folderUID("Shared"))
	if code, _ := e.call(http.MethodPost, "/api/datasources", map[string]any{
		"uid": "loki", "name": "Loki", "type": "loki", "access": "proxy", "url": "http://127.0.0.1:1",
	}); code != http.StatusOK {
		t.Fatalf("making a data source answers %d", code)
	}
	e.in.Addresses[component.Loki] = "127.0.0.1:2"
	_, err := e.c.Credentials(t.Context(), e.in, time.Minute)
	e.must(err)
	e.must(e.c.Detach(t.Context(), e.in))
	if _, left := e.call(http.MethodGet, "/api/serviceaccounts/search", nil); left["totalCount"] != 0.0 {
		t.Errorf("service accounts are left: %v", left)
	}
	for path, want := range map[string]int{
		"/api/dashboards/uid/a": http.StatusNotFound, "/api/dashboards/uid/b": http.StatusNotFound,
		"/api/dashboards/uid/opp-monitoring-stack": http.StatusNotFound,
		"/api/dashboards/uid/theirs":               http.StatusOK,
		"/api/folders/" + e.folderUID("Platform"):  http.StatusNotFound, "/api/folders/" + e.folderUID("Monitoring"): http.StatusNotFound,
		"/api/folders/" + e.folderUID("Shared"): http.StatusOK,
		"/api/datasources/uid/prometheus":       http.StatusNotFound, "/api/datasources/uid/alertmanager": http.StatusNotFound,
		"/api/datasources/uid/loki": http.StatusOK,
	} {
		if code, _ := e.call(http.MethodGet, path, nil); code != want {
			t.Errorf("%s answers %d, want %d", path, code, want)
		}
	}
	e.must(e.c.Detach(t.Context(), e.in))
	url := e.in.State.Stack.Grafana.URL
	e.in.State.Stack.Grafana.URL = "http://" + porttest.Address(t)
	wantCode(t, e.c.Detach(t.Context(), e.in), api.CodeUnavailable)
	e.in.State.Stack.Grafana.URL = url
	e.in.State.Stack.Grafana.Password.File = "gone"
	e.must(e.c.Detach(t.Context(), e.in)) // destroyed before, up to the last step
}

func TestFolders(t *testing.T) {
	e := attach(t)
	a, b := dashboard("a", "A"), dashboard("b", "B")
	a.Folder, b.Folder = "Platform", "Platform"
	e.must(e.publish(nil, &a))
	e.must(e.publish(nil, &b))
	uid := e.meta("a", "folderUid").(string)
	if uid == "" || uid != e.meta("b", "folderUid") || !strings.HasPrefix(uid, "opp-") || len(uid) > 40 {
		t.Fatalf("folder %q", uid)
	}
	exists := func() bool {
		code, _ := e.call(http.MethodGet, "/api/folders/"+uid, nil)
		return code == http.StatusOK
	}
	moved := a
	moved.Folder = "Other"
	e.must(e.publish(&a, &moved))
	if got := e.meta("a", "folderTitle"); got != "Other" || !exists() {
		t.Errorf("moved to %v, the folder of the other is there: %v", got, exists())
	}
	e.edit("foreign", "X", uid)
	e.must(e.publish(&b, nil))
	if !exists() || e.panel("foreign") != "X" {
		t.Fatal("a folder was removed with a dashboard of somebody else")
	}
	e.must(e.publish(nil, &b))
	e.call(http.MethodDelete, "/api/dashboards/uid/foreign", nil)
	e.must(e.publish(&b, nil))
	if exists() {
		t.Error("the folder is there without dashboards")
	}
	other := e.meta("a", "folderUid").(string)
	if code, _ := e.call(http.MethodPut, "/api/folders/"+other, map[string]any{"title": "Renamed", "overwrite": true}); code != http.StatusOK {
		t.Fatalf("renaming answers %d", code)
	}
	again := moved
	again.UIEdits = spec.UIEditsRevert
	e.must(e.publish(&moved, &again))
	if got := e.meta("a", "folderTitle"); got != "Other" {
		t.Errorf("the folder is called %v", got)
	}
}

func TestFolderOfSomebodyElse(t *testing.T) {
	e := attach(t)
	if code, _ := e.call(http.MethodPost, "/api/folders", map[string]any{"uid": "theirs", "title": "Platform"}); code != http.StatusOK {
		t.Fatalf("making the folder answers %d", code)
	}
	d := dashboard("d", "A")
	d.Folder = "Platform"
	e.must(e.publish(nil, &d))
	if got := e.meta("d", "folderUid"); got != "theirs" {
		t.Errorf("it is in %v", got)
	}
	e.must(e.publish(&d, nil))
	if code, _ := e.call(http.MethodGet, "/api/folders/theirs", nil); code != http.StatusOK {
		t.Error("the folder of somebody else was removed")
	}
}

func TestManySavesAtOnce(t *testing.T) {
	e := attach(t)
	const count = 100
	errs := make([]error, count)
	var wait sync.WaitGroup
	for i := range count {
		wait.Go(func() {
			d := dashboard(fmt.Sprint("d", i), "A")
			d.Folder = fmt.Sprint("Folder ", i%3)
			errs[i] = e.publish(nil, &d)
		})
	}
	wait.Wait()
	e.must(errors.Join(errs...))
	for i := range count {
		if e.panel(fmt.Sprint("d", i)) != "A" {
			t.Fatalf("dashboard %d is not there", i)
		}
	}
}
