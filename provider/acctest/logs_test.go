package acctest_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

// logBlocks let a stack have logs.
const logBlocks = `
  loki      = { port = 0 }
  collector = { port = 0 }
`

// found are the entries of the last two hours that a query finds, oldest first.
func found(t *testing.T, e *acctest.Env, query string) []api.LogEntry {
	t.Helper()
	result, err := e.Client.SearchLogs(t.Context(), "production", api.LogQuery{Query: query, Since: 2 * time.Hour, Direction: api.LogsForward, Limit: api.MaxLogLimit})
	if err != nil {
		t.Fatal(err)
	}
	return result.Entries
}

// appendTo appends to a log file.
func appendTo(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// sendOTLP sends a record to the collector as the application of that name.
func sendOTLP(t *testing.T, e *acctest.Env, service, body string) {
	t.Helper()
	record := fmt.Sprintf(`{"resourceLogs": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": %q}}]},
		"scopeLogs": [{"logRecords": [{"timeUnixNano": "%d", "severityNumber": 17, "body": {"stringValue": %q}}]}]}]}`, service, time.Now().UnixNano(), body)
	response, err := http.Post(e.Endpoint("production", "collector")+"/v1/logs", "application/json", bytes.NewBufferString(record)) //nolint:noctx // a test's own loopback request
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("the collector answers %s", response.Status)
	}
}

// limitsOf is what Loki says that its limits are.
func limitsOf(t *testing.T, e *acctest.Env) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, e.Endpoint("production", "loki")+"/config/tenant/v1/limits", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Scope-OrgID", "fake")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var text bytes.Buffer
	if _, err := text.ReadFrom(response.Body); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("Loki answers %s (%v)", response.Status, err)
	}
	return text.String()
}

// A line that is written on a new stack is found, and a burst of errors rings
// the webhook.
func TestLogs(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	receiver := acctest.NewReceiver(t)
	file := filepath.Join(t.TempDir(), "api.log")
	config := e.Stack(logBlocks) + fmt.Sprintf(`
resource "opp_log_source" "api" {
  stack  = opp_monitoring_stack.main.name
  name   = "api"
  files  = { include = [%q] }
  labels = { service = "api" }
  parse  = { format = "json", timestamp = { field = "ts", layout = "2006-01-02T15:04:05.999999999Z07:00" }, severity = { field = "level" } }
  samples = [{
    line   = jsonencode({ ts = "2026-01-31T12:00:00.5Z", level = "error", user = "u1" })
    expect = { severity = "error", timestamp = "2026-01-31T12:00:00.5Z", attributes = { user = "u1" } }
  }]
}

resource "opp_log_retention" "api" {
  stack    = opp_monitoring_stack.main.name
  name     = "api"
  selector = "{service=\"api\"}"
  period   = "2d"
}

resource "opp_alert_rule" "errors" {
  stack          = opp_monitoring_stack.main.name
  name           = "errors"
  alert          = "ErrorBurst"
  source         = "logs"
  expr           = "sum by (service) (count_over_time({service=\"api\"} | detected_level=\"error\" [1h])) > 10"
  group_interval = "1s"
  severity       = "critical"
  summary        = "{{ $labels.service }}: {{ $value }} errors"
}

resource "opp_notification_channel" "oncall" {
  stack      = opp_monitoring_stack.main.name
  name       = "oncall"
  webhook    = { url = %q }
  matchers   = ["severity=\"critical\"", "service=\"api\""]
  group_wait = "1s"
}
`, file, receiver.URL)
	query := func(text string) string {
		return config + fmt.Sprintf("data \"opp_log_query\" \"q\" {\n  stack = opp_monitoring_stack.main.name\n  query = %q\n  limit = 3\n}\n", text)
	}
	const q = "data.opp_log_query.q"
	written := time.Now().UTC().Truncate(time.Second)
	line := func(n int) string {
		return fmt.Sprintf(`{"ts":%q,"level":"error","user":"u%d","msg":"boom"}`, written.Add(time.Duration(n)).Format(time.RFC3339Nano), n)
	}
	burst := func() {
		var text strings.Builder
		for n := range 20 {
			text.WriteString(line(n) + "\n")
		}
		appendTo(t, file, text.String())
		n := receiver.Await(t, "firing", "ErrorBurst")
		if a := n.Alerts[0]; !strings.HasPrefix(a.Annotations["summary"], "api: ") || a.Labels["severity"] != "critical" {
			t.Errorf("notification = %+v", n)
		}
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: []resource.TestStep{
		{
			Config: config,
			Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr("opp_monitoring_stack.main", "status", "healthy"),
				resource.TestCheckResourceAttr("opp_log_retention.api", "effective", "true"),
				resource.TestCheckNoResourceAttr("opp_log_retention.api", "oldest_entry"),
				func(*terraform.State) error { burst(); return nil },
			),
		},
		{Config: query(`{service="api"} | json | user="u7"`), ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(q, tfjsonpath.New("entries"), knownvalue.ListSizeExact(1)),
			statecheck.ExpectKnownValue(q, tfjsonpath.New("entries").AtSliceIndex(0).AtMapKey("line"), knownvalue.StringExact(line(7))),
			statecheck.ExpectKnownValue(q, tfjsonpath.New("entries").AtSliceIndex(0).AtMapKey("time"), knownvalue.StringExact(written.Add(7).Format(time.RFC3339Nano))),
			statecheck.ExpectKnownValue("opp_log_retention.api", tfjsonpath.New("oldest_entry"), knownvalue.StringExact(written.Format(time.RFC3339))),
		}},
		// The newest first, as many as asked for; fields can be searched without a parser.
		{Config: query(`{service="api"} | user=~"u1."`), ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(q, tfjsonpath.New("entries"), knownvalue.ListSizeExact(3)),
			statecheck.ExpectKnownValue(q, tfjsonpath.New("entries").AtSliceIndex(0).AtMapKey("line"), knownvalue.StringExact(line(19))),
		}},
		{Config: query(`sum(count_over_time({log_source="api"}[1h]))`), ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(q, tfjsonpath.New("vector").AtSliceIndex(0).AtMapKey("value"), knownvalue.StringExact("20")),
		}},
		{Config: query(`{service="api"} | nonsense`), PlanOnly: true, ExpectError: regexp.MustCompile(`(?s)Cannot search logs.*syntax\s+error`)},
		// Loki's words are in the plan as soon as there is a Loki.
		{
			Config: strings.Replace(config, `> 10`, `> > 10`, 1), PlanOnly: true,
			ExpectError: regexp.MustCompile(`(?s)Alert rule "production/errors".*syntax\s+error.*expr`),
		},
		{Config: config, PlanOnly: true},
	}})
}

// logChange is a log source in which one attribute is changed.
type logChange struct {
	before, after map[string]string
	// lines are written, by file, after the change.
	lines map[string]string
	// finds are queries that must find an entry then, without their selector.
	finds []string
	// check looks at the entries of the source.
	check func([]api.LogEntry) bool
}

// Every attribute of log sources, retentions and rules over logs, changed alone
// and in place, changes what runs. Each has an object of its own, so that all
// of them take one apply.
func TestLogAttributes(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	dir := t.TempDir()
	sources := logChanges(dir)
	retentions, limits := retentionChanges()
	rules := ruleChanges()
	config := func(changed bool) string {
		all := e.Stack(logBlocks)
		for _, name := range slices.Sorted(maps.Keys(sources)) {
			all += logObject("opp_log_source", name, sources[name].before, sources[name].after, changed)
		}
		for _, name := range slices.Sorted(maps.Keys(retentions)) {
			all += logObject("opp_log_retention", name, map[string]string{"selector": fmt.Sprintf("%q", `{service="`+name+`"}`), "period": `"2d"`}, retentions[name], changed)
		}
		for _, name := range slices.Sorted(maps.Keys(rules)) {
			all += logObject("opp_alert_rule", name, map[string]string{"source": `"logs"`, "expr": `"vector(1) > 2"`, "group": fmt.Sprintf("%q", name)}, rules[name].after, changed)
		}
		return all
	}
	var inPlace []plancheck.PlanCheck
	for kind, names := range map[string][]string{
		"opp_log_source": slices.Collect(maps.Keys(sources)), "opp_log_retention": slices.Collect(maps.Keys(retentions)), "opp_alert_rule": slices.Collect(maps.Keys(rules)),
	} {
		for _, name := range names {
			inPlace = append(inPlace, plancheck.ExpectResourceAction(kind+"."+name, plancheck.ResourceActionUpdate))
		}
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: e.Factories, Steps: []resource.TestStep{
		{Config: config(false)},
		{
			Config:           config(true),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: inPlace},
			Check: func(*terraform.State) error {
				checkLogSources(t, e, dir, sources)
				running := limitsOf(t, e)
				for name, want := range limits {
					if !strings.Contains(strings.Join(strings.Fields(running), " "), want) {
						t.Errorf("retention %s: Loki's limits lack %q:\n%s", name, want, running)
					}
				}
				all := logRules(e)
				for name, change := range rules {
					i := slices.IndexFunc(all, func(r runningRule) bool { return r.Name == name || r.Group == name })
					if (i < 0) != (change.check == nil) || i >= 0 && !change.check(all[i]) {
						t.Errorf("rule %s does not run as changed: %+v", name, all)
					}
				}
				return nil
			},
		},
		importStep("opp_log_source.mapping", "production/mapping"),
		importStep("opp_log_source.otlp", "production/otlp"),
		importStep("opp_log_retention.period", "production/period"),
		importStep("opp_alert_rule.labels", "production/labels"),
	}})
}

// logObject is a resource before its change or after it.
func logObject(kind, name string, before, after map[string]string, changed bool) string {
	attributes := acctest.Attributes{"stack": "opp_monitoring_stack.main.name", "name": fmt.Sprintf("%q", name)}
	maps.Copy(attributes, before)
	if changed {
		maps.Copy(attributes, after)
	}
	return strings.Replace(attributes.Resource(kind), `"test"`, fmt.Sprintf("%q", name), 1)
}

// checkLogSources writes the lines of all changes and waits for what they must become.
func checkLogSources(t *testing.T, e *acctest.Env, dir string, changes map[string]logChange) {
	t.Helper()
	for _, change := range changes {
		for file, lines := range change.lines {
			appendTo(t, filepath.Join(dir, file), lines)
		}
	}
	sendOTLP(t, e, "unwanted", "not to be found")
	sendOTLP(t, e, "shop", "an order")
	for name, change := range changes {
		selector := fmt.Sprintf("{log_source=%q}", name)
		for _, find := range change.finds {
			query := selector + find
			if strings.HasPrefix(find, "{") {
				query = find
			}
			acctest.Eventually(t, name+": an entry for "+query, func() bool { return len(found(t, e, query)) > 0 })
		}
		if change.check != nil {
			if entries := found(t, e, selector); !change.check(entries) {
				t.Errorf("%s: entries %+v", name, entries)
			}
		}
	}
	rendered, err := os.ReadFile(filepath.Join(e.StateDir, "stacks", "production", "current", "collector", "collector.yml"))
	if err != nil || strings.Count(string(rendered), "start_at: beginning") != 1 {
		t.Errorf("one source must begin at the beginning (%v):\n%s", err, rendered)
	}
}
