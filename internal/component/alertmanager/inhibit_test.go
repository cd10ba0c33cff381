package alertmanager_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Who mutes whom, told by the real Alertmanager: severities unless the stack says
// otherwise, causes their effects where the labels are the same.
func TestWhoMutesWhom(t *testing.T) {
	sink := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer sink.Close()
	all := componenttest.Webhook("all")
	all.Webhook.URL, all.GroupWait = sink.URL, "0s"
	databaseDown := spec.Correlation{Stack: "production", Name: "database-down", Dependency: &spec.Dependency{
		Cause: "DatabaseDown", Effects: []string{"ApiSlow", "ApiErrors"}, On: []string{"cluster"},
	}}
	spec.WithDefaults(&databaseDown)
	b := start(t, spec.State{Stack: spec.DefaultStack("production"), Channels: []spec.Channel{all}, Correlations: []spec.Correlation{databaseDown}}, nil)
	firing := map[string]map[string]string{}
	alert := func(id string, labels map[string]string) {
		labels["id"] = id
		firing[id] = labels
	}
	for _, severity := range []string{spec.SeverityCritical, spec.SeverityWarning, spec.SeverityInfo} {
		alert(severity+" of one", map[string]string{"alertname": "Disk", "instance": "a", "severity": severity})
		alert(severity+" of nobody", map[string]string{"alertname": "Disk", "severity": severity})
	}
	alert("warning of another", map[string]string{"alertname": "Disk", "instance": "b", "severity": spec.SeverityWarning})
	alert("info of another", map[string]string{"alertname": "Disk", "instance": "b", "severity": spec.SeverityInfo})
	alert("another alert", map[string]string{"alertname": "Memory", "instance": "a", "severity": spec.SeverityInfo})
	alert("cause", map[string]string{"alertname": "DatabaseDown", "cluster": "x"})
	alert("effect", map[string]string{"alertname": "ApiSlow", "cluster": "x"})
	alert("effect elsewhere", map[string]string{"alertname": "ApiSlow", "cluster": "y"})

	differ := ""
	t.Cleanup(func() {
		if differ != "" {
			t.Logf("muted (-want +got):\n%s", differ)
		}
	})
	muted := func(want ...string) {
		t.Helper()
		slices.Sort(want)
		componenttest.Eventually(t, func() bool {
			b.post(firing)
			var seen []struct {
				Labels map[string]string `json:"labels"`
				Status struct {
					InhibitedBy []string `json:"inhibitedBy"`
				} `json:"status"`
			}
			b.get("/api/v2/alerts", &seen)
			got := []string{}
			for _, a := range seen {
				if len(a.Status.InhibitedBy) > 0 {
					got = append(got, a.Labels["id"])
				}
			}
			slices.Sort(got)
			differ = cmp.Diff(want, got)
			return differ == ""
		})
	}
	muted("warning of one", "info of one", "info of another", "effect")
	b.in.State.Stack.Alertmanager.SeverityInhibition = false
	b.files = componenttest.Publish(t, b.c, b.in)
	b.reload()
	muted("effect")
}
