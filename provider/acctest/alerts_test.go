package acctest_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

const alertRules = `
resource "opp_alert_rule" "page" {
  stack    = opp_monitoring_stack.main.name
  name     = "page"
  alert    = "Page"
  expr     = "vector(1)"
  severity = "critical"
  summary  = "value is {{ $value }}"
  labels   = { team = "db" }
}

resource "opp_alert_rule" "ticket" {
  stack    = opp_monitoring_stack.main.name
  name     = "ticket"
  alert    = "Ticket"
  expr     = "vector(1)"
  severity = "warning"
  labels   = { team = "db" }
}

resource "opp_alert_rule" "later" {
  stack = opp_monitoring_stack.main.name
  name  = "later"
  alert = "Later"
  expr  = "vector(1)"
  for   = "1h"
}
`

// alertsSource is a data source with these matchers.
func alertsSource(label string, matchers ...string) string {
	quoted := make([]string, len(matchers))
	for i, m := range matchers {
		quoted[i] = fmt.Sprintf("%q", m)
	}
	return fmt.Sprintf("data \"opp_alerts\" %q {\n  stack    = opp_monitoring_stack.main.name\n  matchers = [%s]\n}\n",
		label, strings.Join(quoted, ", "))
}

// The alerts of a stack are told with labels, state and since when, and
// matchers choose among them: as Alertmanager knows them, and without one as
// Prometheus does.
func TestAlerts(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	begun := time.Now().Add(-time.Second)
	base := e.Stack("") + alertRules
	sources := alertsSource("page", `alertname="Page"`) + alertsSource("ticket", `severity="warning"`, `team=~"d.*"`) +
		alertsSource("later", "alertname=Later") + alertsSource("both", `team="db"`) +
		alertsSource("none", `team="db"`, `alertname="Later"`) + alertsSource("all")
	alone := strings.Replace(base, "alertmanager  = { port = 0 }", "alertmanager  = { enabled = false }", 1)
	alertsAre := func(label string, want ...knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data.opp_alerts."+label, tfjsonpath.New("alerts"), knownvalue.ListExact(want))
	}
	page := alertCheck("active", begun, map[string]string{"summary": "value is 1"}, "alertname", "Page", "severity", "critical", "team", "db")
	ticket := func(state string) knownvalue.Check {
		return alertCheck(state, begun, nil, "alertname", "Ticket", "severity", "warning", "team", "db")
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: []resource.TestStep{
		{Config: base},
		{
			PreConfig: func() {
				awaitAlerts(t, e, `alertname=~"Page|Ticket|Watchdog"`, "active", "active", "active")
				silence(t, e, "Ticket")
				awaitAlerts(t, e, `alertname="Ticket"`, "suppressed")
			},
			Config: base + sources,
			ConfigStateChecks: []statecheck.StateCheck{
				alertsAre("page", page), alertsAre("ticket", ticket("suppressed")), alertsAre("later"), alertsAre("none"),
				statecheck.ExpectKnownValue("data.opp_alerts.both", tfjsonpath.New("alerts"), knownvalue.ListSizeExact(2)),
				statecheck.ExpectKnownValue("data.opp_alerts.all", tfjsonpath.New("alerts"), knownvalue.ListSizeExact(3)),
			},
		},
		{Config: base + alertsSource("bad", `severity="`), ExpectError: regexp.MustCompile(`(?i)cannot list alerts`)},
		{Config: alone},
		{
			PreConfig: func() { awaitAlerts(t, e, `alertname=~"Page|Ticket|Later"`, "active", "active", "pending") },
			Config:    alone + sources,
			ConfigStateChecks: []statecheck.StateCheck{
				alertsAre("page", page), alertsAre("ticket", ticket("active")), alertsAre("none"),
				alertsAre("later", alertCheck("pending", begun, nil, "alertname", "Later")),
			},
		},
		{Config: alone + alertsSource("bad", `severity="`), ExpectError: regexp.MustCompile(`(?i)cannot list alerts`)},
	}})
}

// alertCheck expects an alert that began after a time. labels are pairs.
func alertCheck(state string, after time.Time, annotations map[string]string, labels ...string) knownvalue.Check {
	exactly := func(texts map[string]string) knownvalue.Check {
		checks := map[string]knownvalue.Check{}
		for name, text := range texts {
			checks[name] = knownvalue.StringExact(text)
		}
		return knownvalue.MapExact(checks)
	}
	pairs := map[string]string{}
	for pair := range slices.Chunk(labels, 2) {
		pairs[pair[0]] = pair[1]
	}
	since := knownvalue.StringFunc(func(text string) error {
		at, err := time.Parse(time.RFC3339, text)
		if err == nil && (at.Before(after.Truncate(time.Second)) || at.After(time.Now())) {
			err = fmt.Errorf("since %s, want a time after %s and before now", text, after.UTC().Format(time.RFC3339))
		}
		return err
	})
	return knownvalue.ObjectExact(map[string]knownvalue.Check{
		"labels": exactly(pairs), "annotations": exactly(annotations), "state": knownvalue.StringExact(state), "since": since,
	})
}

// awaitAlerts waits until the alerts that match have these states, in any order.
// An alert that fired before Prometheus had found its Alertmanager is sent again
// a minute later.
func awaitAlerts(t *testing.T, e *acctest.Env, matcher string, want ...string) {
	t.Helper()
	acctest.Eventually(t, fmt.Sprintf("the alerts %s are %q", matcher, want), func() bool {
		alerts, err := e.Client.Alerts(context.Background(), "production", []string{matcher})
		if err != nil {
			t.Fatal(err)
		}
		var have []string
		for _, a := range alerts {
			have = append(have, a.State)
		}
		slices.Sort(have)
		return slices.Equal(have, want)
	})
}

// silence silences an alert for an hour, as somebody on call would.
func silence(t *testing.T, e *acctest.Env, alert string) {
	t.Helper()
	now := time.Now().UTC()
	body := fmt.Sprintf(`{"matchers": [{"name": "alertname", "value": %q, "isRegex": false}], "startsAt": %q, "endsAt": %q, "createdBy": "test", "comment": "test"}`,
		alert, now.Format(time.RFC3339), now.Add(time.Hour).Format(time.RFC3339))
	response, err := http.Post(e.Endpoint("production", "alertmanager")+"/api/v2/silences", "application/json", strings.NewReader(body)) //nolint:noctx // a test's own loopback request
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("cannot silence %s: %s", alert, response.Status)
	}
}
