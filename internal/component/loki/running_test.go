package loki_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/loki"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// bench is a running Loki.
type bench struct {
	testing.TB
	c       *loki.Component
	in      component.Input
	files   component.Files
	process *componenttest.Process
}

func start(t testing.TB, state spec.State, extra ...string) *bench {
	t.Helper()
	b := &bench{TB: t, c: loki.New(), in: componenttest.Input(t, state)}
	b.files = componenttest.Publish(t, b.c, b.in)
	b.process = componenttest.Start(t, b.c, b.in, binary(t), extra...)
	b.verify(nil)
	return b
}

func (b *bench) verify(changed []string) {
	b.Helper()
	if err := b.c.Verify(b.Context(), b.in, b.files, changed); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) observe() *component.Report {
	b.Helper()
	return componenttest.Observe(b, b.c, b.in, b.files)
}

// want compares the report with the desired state after change, and the drift
// sentences.
func (b *bench) want(report *component.Report, change func(*spec.State), drift ...string) {
	b.Helper()
	componenttest.Want(b, b.in, report, func(s *spec.State) {
		for i := range s.LogRetentions {
			s.LogRetentions[i].Effective = ptr(true)
		}
		if change != nil {
			change(s)
		}
	}, drift...)
}

func ptr[T any](v T) *T { return &v }

// change renders the state after a change, publishes it and waits until it runs.
func (b *bench) change(change func(*spec.State)) {
	b.Helper()
	change(&b.in.State)
	b.in.State.Sort()
	b.files = componenttest.Publish(b, b.c, b.in)
	b.verify([]string{"limits.yml", "fake/x.yml"})
}

// record is a log record.
type record struct {
	age        time.Duration
	severity   string
	body       string
	attributes map[string]string
}

// resourceLogs are the records of a resource, in OTLP's own words.
func resourceLogs(resource map[string]string, records ...record) any {
	type value struct {
		String string `json:"stringValue"`
	}
	type attribute struct {
		Key   string `json:"key"`
		Value value  `json:"value"`
	}
	attributes := func(of map[string]string) []attribute {
		all := []attribute{}
		for k, v := range of {
			all = append(all, attribute{k, value{v}})
		}
		return all
	}
	sent := []map[string]any{}
	for _, r := range records {
		sent = append(sent, map[string]any{
			"timeUnixNano": strconv.FormatInt(time.Now().Add(-r.age).UnixNano(), 10),
			"severityText": r.severity, "body": value{r.body}, "attributes": attributes(r.attributes),
		})
	}
	return map[string]any{
		"resource":  map[string]any{"attributes": attributes(resource)},
		"scopeLogs": []any{map[string]any{"logRecords": sent}},
	}
}

// push sends records as the collector does; it returns how Loki answers.
func (b *bench) push(resource map[string]string, records ...record) (int, string) {
	b.Helper()
	return b.post(resourceLogs(resource, records...))
}

func (b *bench) post(logs ...any) (int, string) {
	b.Helper()
	body, err := json.Marshal(map[string]any{"resourceLogs": logs})
	if err != nil {
		b.Fatal(err)
	}
	answer, err := http.Post("http://"+b.in.Addresses[component.Loki]+"/otlp/v1/logs", "application/json", bytes.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	words, err := io.ReadAll(answer.Body)
	if err != nil {
		b.Fatal(err)
	}
	return answer.StatusCode, string(words)
}

// log is push for records that Loki has to take.
func (b *bench) log(resource map[string]string, records ...record) {
	b.Helper()
	if status, words := b.push(resource, records...); status != http.StatusNoContent {
		b.Fatalf("Loki answers %d: %s", status, words)
	}
}

// search returns the entries of the last three days.
func (b *bench) search(query string) []api.LogEntry {
	b.Helper()
	result, err := b.c.SearchLogs(b.Context(), b.in, api.LogQuery{Query: query, Since: 72 * time.Hour, Limit: 1000, Direction: api.LogsForward})
	if err != nil {
		b.Fatal(err)
	}
	return result.Entries
}

// lines are the lines of the entries.
func (b *bench) lines(query string) []string {
	b.Helper()
	lines := []string{}
	for _, e := range b.search(query) {
		lines = append(lines, e.Line)
	}
	return lines
}

func TestRunsWhatIsRendered(t *testing.T) {
	for name, state := range states() {
		t.Run(name, func(t *testing.T) {
			b := start(t, state)
			report := b.observe()
			b.want(report, nil)
			if report.Versions[component.Loki] != version {
				t.Errorf("version %q", report.Versions[component.Loki])
			}
		})
	}
}
