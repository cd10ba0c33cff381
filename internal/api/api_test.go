package api_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func TestObjectURLKeepsEveryName(t *testing.T) {
	names := []string{"plain", ".", "..", "...", "a/b", "//", "../../etc", "100%", "%2F", "ünïcode ☃", "a?b=c#d", "sp ace", "+", ";", "\x00\n", "{name}", "objects"}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			var stack, kind, object string
			mux := http.NewServeMux()
			mux.HandleFunc(api.PathObject, func(_ http.ResponseWriter, r *http.Request) {
				stack, kind, object = r.PathValue("stack"), r.PathValue("kind"), r.PathValue("name")
			})
			target := api.ObjectURL(spec.KindAlertRule, name, name)
			mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, target, nil))
			if stack != name || kind != string(spec.KindAlertRule) || object != name {
				t.Errorf("%s arrives as stack %q, kind %q, name %q", target, stack, kind, object)
			}
		})
	}
}

func TestURLsMatchTheirPatterns(t *testing.T) {
	for pattern, target := range map[string]string{
		api.PathStack:       api.ObjectURL(spec.KindStack, "production", "production"),
		api.PathObservation: api.ObservationURL("production"),
		api.PathAlerts:      api.AlertsURL("production"),
		api.PathQuery:       api.QueryURL("production"),
		api.PathRouting:     api.RoutingURL("production"),
	} {
		mux := http.NewServeMux()
		mux.HandleFunc(pattern, func(_ http.ResponseWriter, r *http.Request) {
			if got := r.PathValue("stack"); got != "production" {
				t.Errorf("%s: stack is %q", target, got)
			}
		})
		answer := httptest.NewRecorder()
		mux.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, target, nil))
		if answer.Code != http.StatusOK {
			t.Errorf("%s does not match %s", target, pattern)
		}
	}
}
