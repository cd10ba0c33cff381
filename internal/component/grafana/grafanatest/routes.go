package grafanatest

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
)

// route is one call that the recording covers.
type route struct {
	pattern string
	needs   []string // actions of which the caller must be allowed one; none: the route is public
	handle  func(*Server, *call) reply
	query   []string // the parameters that are covered
}

// call is one request by somebody.
type call struct {
	*http.Request
	who  identity
	body []byte
}

// decode reads the body; it says whether that was possible.
func (c *call) decode(into any) bool { return json.Unmarshal(c.body, into) == nil }

// routes are all calls; anything else is not found.
func routes() []route {
	const k8sDashboards = "/apis/dashboard.grafana.app/v1beta1/namespaces/default/dashboards"
	return []route{
		{"GET /api/health", nil, (*Server).health, nil},
		{"GET /metrics", nil, (*Server).metrics, nil},
		{"GET /api/org", []string{"orgs:read"}, (*Server).getOrg, nil},

		{"GET /api/folders", []string{"folders:read"}, (*Server).listFolders, []string{"parentUid"}},
		{"POST /api/folders", []string{"folders:create"}, (*Server).createFolder, nil},
		{"GET /api/folders/{uid}", []string{"folders:read"}, (*Server).getFolder, nil},
		{"PUT /api/folders/{uid}", []string{"folders:write"}, (*Server).updateFolder, nil},
		{"DELETE /api/folders/{uid}", []string{"folders:delete"}, (*Server).deleteFolder, nil},

		{"POST /api/dashboards/db", []string{"dashboards:create", "dashboards:write"}, (*Server).saveDashboard, nil},
		{"GET /api/dashboards/home", []string{"dashboards:read"}, (*Server).home, nil},
		{"GET /api/dashboards/uid/{uid}", []string{"dashboards:read"}, (*Server).getDashboard, nil},
		{"DELETE /api/dashboards/uid/{uid}", []string{"dashboards:delete"}, (*Server).deleteDashboard, nil},
		{"GET /api/dashboards/uid/{uid}/versions", []string{"dashboards:write"}, (*Server).listVersions, nil},
		{"GET /api/search", []string{"dashboards:read"}, (*Server).search,
			[]string{"tag", "type", "dashboardUIDs", "folderUIDs", "limit", "page"}},

		{"GET /api/datasources", []string{"datasources:read"}, (*Server).listDataSources, nil},
		{"POST /api/datasources", []string{"datasources:create"}, (*Server).createDataSource, nil},
		{"GET /api/datasources/name/{name}", []string{"datasources:read"}, (*Server).getDataSourceByName, nil},
		{"GET /api/datasources/uid/{uid}", []string{"datasources:read"}, (*Server).getDataSource, nil},
		{"PUT /api/datasources/uid/{uid}", []string{"datasources:write"}, (*Server).updateDataSource, nil},
		{"DELETE /api/datasources/uid/{uid}", []string{"datasources:delete"}, (*Server).deleteDataSource, nil},
		{"GET /api/datasources/uid/{uid}/health", []string{"datasources:query"}, (*Server).dataSourceHealth, nil},

		{"POST /api/serviceaccounts", []string{"serviceaccounts:create"}, (*Server).createServiceAccount, nil},
		{"GET /api/serviceaccounts/search", []string{"serviceaccounts:read"}, (*Server).searchServiceAccounts, []string{"query"}},
		{"GET /api/serviceaccounts/{id}", []string{"serviceaccounts:read"}, (*Server).getServiceAccount, nil},
		{"DELETE /api/serviceaccounts/{id}", []string{"serviceaccounts:delete"}, (*Server).deleteServiceAccount, nil},
		{"GET /api/serviceaccounts/{id}/tokens", []string{"serviceaccounts:read"}, (*Server).listTokens, nil},
		{"POST /api/serviceaccounts/{id}/tokens", []string{"serviceaccounts:write"}, (*Server).createToken, nil},
		{"DELETE /api/serviceaccounts/{id}/tokens/{token}", []string{"serviceaccounts:write"}, (*Server).deleteToken, nil},

		{"GET /api/annotations", []string{"annotations:read"}, (*Server).listAnnotations, []string{"tags"}},
		{"POST /api/annotations", []string{"annotations:create"}, (*Server).createAnnotation, nil},
		{"DELETE /api/annotations/{id}", []string{"annotations:delete"}, (*Server).deleteAnnotation, nil},

		{"POST /api/library-elements", []string{"library.panels:create"}, (*Server).createLibraryElement, nil},

		{"GET /api/admin/settings", []string{"settings:read"}, (*Server).unknown, nil},
		{"GET /api/admin/stats", []string{"server:stats:read"}, (*Server).stats, nil},
		{"PUT /api/admin/users/{id}/password", []string{"users.password:write"}, (*Server).changePassword, nil},
		{"POST /api/admin/provisioning/dashboards/reload", []string{"provisioning:reload"}, (*Server).reloadDashboards, nil},
		{"GET /api/users/lookup", []string{"users:read"}, (*Server).lookupUser, []string{"loginOrEmail"}},

		{"GET /apis", []string{"dashboards:read"}, (*Server).listAPIGroups, nil},
		{"GET " + k8sDashboards, []string{"dashboards:read"}, (*Server).k8sListDashboards, []string{"limit"}},
		{"GET " + k8sDashboards + "/{uid}", []string{"dashboards:read"}, (*Server).k8sGetDashboard, nil},
		{"GET /apis/folder.grafana.app/v1beta1/namespaces/default/folders/{uid}", []string{"folders:read"}, (*Server).k8sGetFolder, nil},
	}
}

func (s *Server) register() {
	for _, r := range routes() {
		s.mux.Handle(r.pattern, s.serve(r))
	}
	s.mux.Handle("/", s.serve(route{handle: (*Server).unknown}))
}

// serve authenticates, lets the route answer, and commits before the answer leaves.
func (s *Server) serve(route route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			fail(http.StatusBadRequest, "bad request data").write(w)
			return
		}
		answer := s.answer(route, &call{Request: r, body: body})
		if answer.unlocked != nil {
			answer = answer.unlocked()
		}
		s.config.log.Info("Request Completed", "method", r.Method, "path", r.URL.Path, "status", answer.status)
		answer.write(w)
	})
}

func (s *Server) answer(route route, c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	if route.needs != nil {
		who, refusal := s.authenticate(c.Request)
		if refusal != nil {
			return *refusal
		}
		if !who.mayOneOf(route.needs) {
			return denied(route.needs)
		}
		c.who = who
	}
	for parameter := range c.URL.Query() {
		if route.pattern != "" && !slices.Contains(route.query, parameter) {
			s.config.log.Error("the recording has no such parameter", "route", route.pattern, "parameter", parameter)
			return notFound()
		}
	}
	answer := route.handle(s, c)
	if err := s.db.commit(); err != nil {
		s.config.log.Error("cannot write the database", "error", err)
		return fail(http.StatusInternalServerError, "Internal server error")
	}
	return answer
}

func (s *Server) unknown(c *call) reply {
	s.config.log.Error("the recording has no such call", "method", c.Method, "path", c.URL.Path)
	return notFound()
}
