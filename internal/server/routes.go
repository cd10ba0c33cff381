package server

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// access says who may use a route.
type access int

const (
	tokenHolders access = iota
	everyone
)

// route is one line of the API.
type route struct {
	// pattern is method and path as net/http has them.
	pattern string
	access  access
	// handle returns the body of the answer, nil for none.
	handle func(*request) (any, error)
}

var routes = []route{
	{"GET " + api.PathHealth, everyone, health},
	{"GET " + api.PathStacks, tokenHolders, listStacks},
	{"PUT " + api.PathStack, tokenHolders, put},
	{"DELETE " + api.PathStack, tokenHolders, remove},
	{"GET " + api.PathObject, tokenHolders, get},
	{"PUT " + api.PathObject, tokenHolders, put},
	{"DELETE " + api.PathObject, tokenHolders, remove},
	{"GET " + api.PathObservation, tokenHolders, observe},
	{"GET " + api.PathAlerts, tokenHolders, listAlerts},
	{"POST " + api.PathRouting, tokenHolders, routing},
	{"GET " + api.PathQuery, tokenHolders, query},
	{"GET " + api.PathLogs, tokenHolders, searchLogs},
	{"GET " + api.PathLogQL, tokenHolders, checkLogQL},
	{"GET " + api.PathDashboard, tokenHolders, dashboard},
	{"POST " + api.PathGrafanaCredentials, tokenHolders, makeCredentials},
	{"DELETE " + api.PathGrafanaCredential, tokenHolders, revokeCredentials},
	{"/", tokenHolders, unknown},
}

func health(*request) (any, error) { return nil, nil }

func listStacks(r *request) (any, error) {
	stacks, err := r.plane.Stacks(r.Context())
	if stacks == nil {
		stacks = []string{}
	}
	return api.StackList{Stacks: stacks}, err
}

func put(r *request) (any, error) {
	id, err := r.identity()
	if err != nil {
		return nil, err
	}
	mode := api.PutMode(r.URL.Query().Get("mode"))
	if mode != api.PutCreate && mode != api.PutUpdate {
		return nil, invalid("cannot put %s: mode is %q, not %q or %q", id, mode, api.PutCreate, api.PutUpdate)
	}
	object, err := r.object(id)
	if err != nil {
		return nil, err
	}
	return r.plane.Put(r.Context(), object, mode)
}

func get(r *request) (any, error) {
	id, err := r.identity()
	if err != nil {
		return nil, err
	}
	return r.plane.Get(r.Context(), id.kind, id.stack, id.name)
}

func remove(r *request) (any, error) {
	id, err := r.identity()
	if err != nil {
		return nil, err
	}
	force := false
	if text := r.URL.Query().Get("force"); text != "" {
		if force, err = strconv.ParseBool(text); err != nil {
			return nil, invalid("cannot delete %s: force is %q, not true or false", id, text)
		}
	}
	return r.plane.Delete(r.Context(), id.kind, id.stack, id.name, force)
}

func observe(r *request) (any, error) {
	return r.plane.Observe(r.Context(), r.PathValue("stack"))
}

func listAlerts(r *request) (any, error) {
	alerts, err := r.plane.Alerts(r.Context(), r.PathValue("stack"), r.URL.Query()["matcher"])
	if alerts == nil {
		alerts = []api.Alert{}
	}
	return api.AlertList{Alerts: alerts}, err
}

func routing(r *request) (any, error) {
	var query api.RoutingQuery
	if err := json.NewDecoder(r.Body).Decode(&query); err != nil {
		return nil, invalid("cannot tell whom alerts of stack %q reach: the body is not such a question: %v", r.PathValue("stack"), err)
	}
	result, err := r.plane.Routing(r.Context(), r.PathValue("stack"), query)
	if result.Routes == nil {
		result.Routes = []api.NotificationRoute{}
	}
	if result.EscalatesTo == nil {
		result.EscalatesTo = []api.EscalationStep{}
	}
	return result, err
}

func query(r *request) (any, error) {
	return r.plane.Query(r.Context(), r.PathValue("stack"), r.URL.Query().Get("query"))
}

func searchLogs(r *request) (any, error) {
	query, err := api.ParseLogQuery(r.URL.Query())
	if err != nil {
		return nil, invalid("cannot search the logs of stack %q: %v", r.PathValue("stack"), err)
	}
	result, err := r.plane.SearchLogs(r.Context(), r.PathValue("stack"), query)
	if result.Entries == nil {
		result.Entries = []api.LogEntry{}
	}
	if result.Vector == nil {
		result.Vector = []api.Sample{}
	}
	return result, err
}

func checkLogQL(r *request) (any, error) {
	return nil, r.plane.CheckLogQL(r.Context(), r.PathValue("stack"), r.URL.Query().Get("expr"))
}

func dashboard(r *request) (any, error) {
	return r.plane.Dashboard(r.Context(), r.PathValue("stack"), r.PathValue("uid"))
}

func makeCredentials(r *request) (any, error) {
	text := r.URL.Query().Get("lifetime")
	lifetime, err := time.ParseDuration(text)
	if err != nil || lifetime <= 0 {
		return nil, invalid("cannot make credentials for stack %q: lifetime is %q, not a duration", r.PathValue("stack"), text)
	}
	return r.plane.GrafanaCredentials(r.Context(), r.PathValue("stack"), lifetime)
}

func revokeCredentials(r *request) (any, error) {
	return nil, r.plane.RevokeGrafanaCredentials(r.Context(), r.PathValue("stack"), r.PathValue("id"))
}

// unknown answers what no other route matches. It is not CodeNotFound: a
// caller must never take a wrong address for an object that is gone.
func unknown(r *request) (any, error) {
	return nil, &api.Error{
		Code:    api.CodeInvalid,
		Message: "cannot " + r.Method + " " + strconv.Quote(r.URL.Path) + ": the API has no such path or method",
		Detail:  "Check the endpoint, and that provider and control plane have the same version.",
	}
}

// identity is what the URL says about an object.
type identity struct {
	kind        spec.Kind
	stack, name string
}

// String names the object in a sentence.
func (id identity) String() string { return id.kind.Noun() + " " + strconv.Quote(id.name) }

// identity reads the object's identity from the path.
func (r *request) identity() (identity, error) {
	stack, kind := r.PathValue("stack"), spec.Kind(r.PathValue("kind"))
	if kind == "" {
		return identity{spec.KindStack, stack, stack}, nil
	}
	if kind == spec.KindStack || spec.New(kind) == nil {
		return identity{}, invalid("cannot %s object of stack %q: there is no kind %q", verbs[r.Method], stack, kind)
	}
	return identity{kind, stack, r.PathValue("name")}, nil
}

var verbs = map[string]string{http.MethodGet: "get", http.MethodPut: "put", http.MethodDelete: "delete"}
