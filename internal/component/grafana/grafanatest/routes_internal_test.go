package grafanatest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"testing"
)

// unrecorded are the calls that the product does not make: one of tests, to have
// what dashboards of the corpus refer to, and what Prometheus scrapes.
var unrecorded = []string{"POST /api/library-elements", "GET /metrics"}

// The double knows no call and no parameter of which the recording does not tell
// what Grafana answers: what the product calls is recorded.
func TestEveryCallIsRecorded(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/grafana-" + Version + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var recording struct {
		Exchanges []struct {
			Request struct{ Method, Path string }
		}
	}
	if err := json.Unmarshal(text, &recording); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	for _, r := range routes() {
		mux.Handle(r.pattern, http.NotFoundHandler())
	}
	parameters := map[string][]string{}
	for _, x := range recording.Exchanges {
		request := httptest.NewRequest(x.Request.Method, x.Request.Path, nil)
		_, pattern := mux.Handler(request)
		parameters[pattern] = append(parameters[pattern], "")
		for parameter := range request.URL.Query() {
			parameters[pattern] = append(parameters[pattern], parameter)
		}
	}
	for _, r := range routes() {
		recorded := parameters[r.pattern]
		if (recorded == nil) != slices.Contains(unrecorded, r.pattern) {
			t.Errorf("%s is recorded: %t", r.pattern, recorded != nil)
			continue
		}
		for _, parameter := range r.query {
			if !slices.Contains(recorded, parameter) {
				t.Errorf("%s is not recorded with %q", r.pattern, parameter)
			}
		}
	}
}
