package command_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/client"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/server/servertest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func record[T any](object T) api.Record[T] {
	return api.Record[T]{Desired: object, Observed: object, Drift: []string{}, Revision: 1}
}

// healthy is a stack without drift.
func healthy(name string) *api.Observation {
	return &api.Observation{
		Stack: record(spec.Stack{Name: name, Engine: "process"}),
		Status: api.StackStatus{
			Status:    api.StatusHealthy,
			Endpoints: map[string]string{"prometheus": "http://127.0.0.1:9090"},
			Components: map[string]api.ComponentStatus{
				"prometheus": {Version: "3.16.0", Status: api.StatusHealthy, MemoryLimit: 512 << 20, MemoryLimitKind: "cgroup2", MemoryUsed: 64 << 20},
			},
			TargetsUp: 3, Targets: 4, Rules: 12, AlertsFiring: 1,
		},
		Objects: api.Records{spec.KindAlertRule: {
			"down": record[spec.Object](&spec.AlertRule{Stack: name, Name: "down", Expr: "up < 1", Labels: map[string]string{}}),
		}},
	}
}

// plane answers for the given stacks as a control plane does.
func plane(t *testing.T, observations ...*api.Observation) http.Handler {
	t.Helper()
	answer := func(w http.ResponseWriter, value any) {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(value); err != nil {
			t.Error(err)
		}
	}
	mux := http.NewServeMux()
	list := api.StackList{Stacks: []string{}}
	for _, o := range observations {
		name := o.Stack.Desired.Name
		list.Stacks = append(list.Stacks, name)
		mux.HandleFunc("GET "+api.StackURL(name)+"/observation", func(w http.ResponseWriter, _ *http.Request) { answer(w, o) })
	}
	mux.HandleFunc("GET "+api.PathStacks, func(w http.ResponseWriter, _ *http.Request) { answer(w, list) })
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		err := &api.Error{Code: api.CodeNotFound, Message: "cannot find the stack"}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(err.HTTPStatus())
		answer(w, err)
	})
	return mux
}

func TestStatusOfTheOthers(t *testing.T) {
	w := newWorld(t)
	w.serve(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == api.StackURL("broken")+"/observation" {
			http.Error(rw, `{"code":"internal","message":"cannot read stack \"broken\""}`, http.StatusInternalServerError)
			return
		}
		plane(t, healthy("broken"), healthy("main")).ServeHTTP(rw, r)
	}))
	if code := w.run(t, "status"); code != 1 || !strings.Contains(w.out.String(), "main: healthy") || !strings.Contains(w.err.String(), `cannot read stack "broken"`) {
		t.Errorf("exit code %d\n%s%s", code, &w.out, &w.err)
	}
}

func TestStatusExitCode(t *testing.T) {
	tests := []struct {
		name   string
		change func(*api.Observation)
		code   int
		want   string // in the output
	}{
		{name: "healthy", change: func(*api.Observation) {}, code: 0, want: "main: healthy, 3 of 4 targets up, 12 rules, 1 alerts firing"},
		{name: "unhealthy", change: func(o *api.Observation) { o.Status.Status = api.StatusUnhealthy }, code: 2, want: "main: unhealthy"},
		{name: "not asked", change: func(o *api.Observation) { o.Warnings = []string{"prometheus does not answer"}; o.Status.TargetsUp = -1 },
			code: 2, want: "targets unknown"},
		{name: "drift of the stack", change: func(o *api.Observation) { o.Stack.Drift = []string{"prometheus: not running (exit 137)"} },
			code: 2, want: "Drift:\n  - prometheus: not running (exit 137)\n"},
		{name: "drift of an object", change: func(o *api.Observation) {
			servertest.Alter(o, "down", func(r *api.Record[spec.AlertRule]) {
				r.Drift = []string{"loaded twice"}
			})
		}, code: 2, want: `  - alert rule "down": loaded twice` + "\n"},
		{name: "another value runs", change: func(o *api.Observation) {
			servertest.Alter(o, "down", func(r *api.Record[spec.AlertRule]) {
				r.Observed.Expr = "up < 2"
			})
		}, code: 2, want: `  - alert rule "down": expr is "up < 2", not "up < 1"` + "\n"},
		{name: "a value is gone", change: func(o *api.Observation) {
			servertest.Alter(o, "down", func(r *api.Record[spec.AlertRule]) {
				r.Desired.Labels = map[string]string{"team": "a"}
			})
		}, code: 2, want: `  - alert rule "down": labels.team is not set, not "a"` + "\n"},
		{name: "absent in another form", change: func(o *api.Observation) {
			servertest.Alter(o, "down", func(r *api.Record[spec.AlertRule]) {
				r.Observed.Labels = nil
			})
		}, code: 0, want: "main: healthy"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			o := healthy("main")
			test.change(o)
			w.serve(plane(t, o))
			if code := w.run(t, "status", "main"); code != test.code || w.err.Len() > 0 {
				t.Errorf("exit %d, want %d: %s", code, test.code, w.err.String())
			}
			if !strings.Contains(w.out.String(), test.want) {
				t.Errorf("%q is not in\n%s", test.want, w.out.String())
			}
		})
	}
}

func TestStatusTable(t *testing.T) {
	w := newWorld(t)
	w.serve(plane(t, healthy("main"), healthy("other")))
	if code := w.run(t, "status"); code != 0 {
		t.Fatal(w.err.String())
	}
	for _, want := range []string{"main: healthy", "other: healthy", "prometheus", "3.16.0", "64.0 MiB", "512.0 MiB (cgroup2)", "http://127.0.0.1:9090"} {
		if !strings.Contains(w.out.String(), want) {
			t.Errorf("%q is not in\n%s", want, w.out.String())
		}
	}
	w.serve(plane(t))
	if code := w.run(t, "status"); code != 0 || w.out.String() != "There are no stacks.\n" {
		t.Errorf("exit %d, %q", code, w.out.String())
	}
}

func TestStatusJSON(t *testing.T) {
	w := newWorld(t)
	main := healthy("main")
	main.Status.Status = api.StatusUnhealthy
	w.serve(plane(t, main))

	if code := w.run(t, "status", "main", "--json"); code != 2 {
		t.Errorf("exit %d", code)
	}
	var one api.Observation
	if err := json.Unmarshal(w.out.Bytes(), &one); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(*main, one); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(w.out.String(), "up < 1") {
		t.Error("PromQL is escaped")
	}

	w.run(t, "status", "--json")
	var all []api.Observation
	if err := json.Unmarshal(w.out.Bytes(), &all); err != nil || len(all) != 1 {
		t.Errorf("%v: %s", err, w.out.String())
	}
	w.serve(plane(t))
	if code := w.run(t, "status", "--json"); code != 0 || w.out.String() != "[]\n" {
		t.Errorf("no stacks: exit %d, %q", code, w.out.String())
	}
}

func TestStatusFailure(t *testing.T) {
	w := newWorld(t)
	w.serve(plane(t))
	if code := w.run(t, "status", "gone"); code != 1 || w.err.String() != "Error: cannot find the stack\n" {
		t.Errorf("exit %d, %q", code, w.err.String())
	}
}

func TestStatusConnects(t *testing.T) {
	w := newWorld(t)
	var got []string
	w.deps.Connect = func(stateDir, endpoint, token string) (*client.Client, error) {
		got = []string{stateDir, endpoint, token}
		return client.New(transport{plane(t)}, "http://plane", token), nil
	}
	t.Setenv("OPP_STATE_DIR", "/s")
	t.Setenv("OPP_ENDPOINT", "https://env.example")
	t.Setenv("OPP_TOKEN", "secret")
	w.run(t, "status")
	if diff := cmp.Diff([]string{"/s", "https://env.example", "secret"}, got); diff != "" {
		t.Error(diff)
	}
	w.run(t, "status", "--endpoint", "unix:///run/opp.sock", "--state-dir", "/t")
	if diff := cmp.Diff([]string{"/t", "unix:///run/opp.sock", "secret"}, got); diff != "" {
		t.Error(diff)
	}
}
