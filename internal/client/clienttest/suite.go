// Package clienttest is the contract between client and server: one suite that
// has to pass over every transport.
package clienttest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/client"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/server"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/server/servertest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Connect serves the handler and returns a client for it that sends the token.
// What it starts, t.Cleanup ends.
type Connect func(t *testing.T, handler http.Handler, token string) *client.Client

// Run tests one transport.
func Run(t *testing.T, connect Connect) {
	for name, test := range map[string]func(*testing.T, *fixture){
		"Calls":         testCalls,
		"Kinds":         testKinds,
		"Errors":        testErrors,
		"HostileNames":  testHostileNames,
		"EmptyNames":    testEmptyNames,
		"Cancel":        testCancel,
		"Deadline":      testDeadline,
		"LargeAnswer":   testLargeAnswer,
		"LargeRequest":  testLargeRequest,
		"Concurrent":    testConcurrent,
		"Secrets":       testSecrets,
		"Panic":         testPanic,
		"RetryOfReads":  testRetryOfReads,
		"WritesAreOnce": testWritesAreOnce,
		"Token":         testToken,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fixture{connect: connect, plane: &servertest.Plane{}}
			f.Client = f.client(t, token, token)
			test(t, f)
		})
	}
}

// token is the right one in the suite.
const token = "correct-horse-battery-staple"

// fixture is a client of a served plane.
type fixture struct {
	*client.Client
	connect Connect
	plane   *servertest.Plane
	log     lockedBuffer
}

// client connects to the plane behind a server that wants one token, with another.
func (f *fixture) client(t *testing.T, wanted, sent string) *client.Client {
	logger := slog.New(slog.NewTextHandler(&f.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	return f.connect(t, server.New(f.plane, server.Options{Token: wanted, Logger: logger}), sent)
}

// fails lets every call of the plane fail from now on.
func (f *fixture) fails(err error) {
	f.plane.Intercept = func(context.Context, servertest.Call) error { return err }
}

// everyCall makes each call of the client once and hands its error to check.
func (f *fixture) everyCall(ctx context.Context, check func(name string, err error)) {
	_, err := client.Put(ctx, f.Client, spec.KindAlertRule, "production", "down", api.PutCreate, rule("down"))
	check("Put", err)
	_, err = f.Delete(ctx, spec.KindAlertRule, "production", "down", false)
	check("Delete", err)
	_, err = f.Observe(ctx, "production")
	check("Observe", err)
	_, err = f.Stacks(ctx)
	check("Stacks", err)
	_, err = f.Alerts(ctx, "production", nil)
	check("Alerts", err)
	_, err = f.SearchLogs(ctx, "production", api.LogQuery{Query: "{}"})
	check("SearchLogs", err)
	check("CheckLogQL", f.CheckLogQL(ctx, "production", "{}"))
	_, err = f.Routing(ctx, "production", api.RoutingQuery{})
	check("Routing", err)
	_, err = f.Query(ctx, "production", "up")
	check("Query", err)
}

func rule(name string) spec.AlertRule {
	return spec.AlertRule{Stack: "production", Name: name, Expr: `up{job="api"} == 0`, Labels: map[string]string{"team": "ünïcode <&>"}}
}

func put[T any](t *testing.T, f *fixture, kind spec.Kind, stack, name string, mode api.PutMode, object T) api.PutResult[T] {
	t.Helper()
	result, err := client.Put(t.Context(), f.Client, kind, stack, name, mode, object)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func testCalls(t *testing.T, f *fixture) {
	since := time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC)
	f.plane.AlertList = []api.Alert{{Labels: map[string]string{"alertname": "Down"}, State: "active", Since: since}}
	f.plane.LogEntries = []api.LogEntry{{Time: since.Add(123456789), Line: "ünïcode \x1b[0m\n<&>", Labels: map[string]string{"service": "api"}}}
	f.plane.Vector = []api.Sample{{Value: "NaN", Time: since}, {Labels: map[string]string{"job": "a"}, Value: "+Inf", Time: since}}

	stack := put(t, f, spec.KindStack, "production", "production", api.PutCreate, spec.DefaultStack("production"))
	if stack.Status == nil || stack.Status.Status != api.StatusHealthy {
		t.Errorf("the stack's status is %v", stack.Status)
	}
	created := put(t, f, spec.KindAlertRule, "production", "down", api.PutCreate, rule("down"))
	if created.Adopted || created.Record.Revision != 1 || !cmp.Equal(created.Record.Desired, rule("down")) {
		t.Errorf("created %+v", created)
	}
	if adopted := put(t, f, spec.KindAlertRule, "production", "down", api.PutCreate, rule("down")); !adopted.Adopted {
		t.Error("the same content was not adopted")
	}
	changed := rule("down")
	changed.For = "5m"
	if updated := put(t, f, spec.KindAlertRule, "production", "down", api.PutUpdate, changed); updated.Record.Revision != 2 || updated.Record.Observed.For != "5m" {
		t.Errorf("updated %+v", updated)
	}
	observation, err := f.Observe(t.Context(), "production")
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := api.RecordOf[spec.AlertRule](observation.Objects, "down"); !cmp.Equal(got.Desired, changed) {
		t.Errorf("observed (-want +got):\n%s", cmp.Diff(changed, got.Desired))
	}
	if got := observation.Stack.Observed; !cmp.Equal(got, spec.DefaultStack("production")) {
		t.Errorf("observed (-want +got):\n%s", cmp.Diff(spec.DefaultStack("production"), got))
	}
	if got, err := client.Get[spec.AlertRule](t.Context(), f.Client, spec.KindAlertRule, "production", "down"); err != nil || !cmp.Equal(got, changed) {
		t.Errorf("got (-want +got):\n%s, error %v", cmp.Diff(changed, got), err)
	}
	if stacks, err := f.Stacks(t.Context()); err != nil || !slices.Equal(stacks, []string{"production"}) {
		t.Errorf("Stacks = %q, %v", stacks, err)
	}
	matchers := []string{`severity="critical"`, `team=~"a|b&c=d"`}
	if alerts, err := f.Alerts(t.Context(), "production", matchers); err != nil || !cmp.Equal(alerts, f.plane.AlertList) {
		t.Errorf("Alerts = %v, %v", alerts, err)
	}
	logs := api.LogQuery{Query: `{a="b"} |= "c&d=é"`, Since: 2 * time.Hour, Limit: 7, Direction: api.LogsForward}
	if result, err := f.SearchLogs(t.Context(), "production", logs); err != nil || !cmp.Equal(result.Entries, f.plane.LogEntries) || !cmp.Equal(result.Vector, f.plane.Vector) {
		t.Errorf("SearchLogs = %v, %v", result, err)
	}
	logQL := `rate({a="b"} |= "c&d" [5m]) > 1`
	if err := f.CheckLogQL(t.Context(), "production", logQL); err != nil {
		t.Error(err)
	}
	f.plane.Routed = api.RoutingResult{
		Routes:      []api.NotificationRoute{{Channel: "oncall", Route: "r", GroupBy: []string{"..."}}},
		EscalatesTo: []api.EscalationStep{{After: "15m", Channels: []string{"boss"}}},
	}
	routing := api.RoutingQuery{Labels: map[string]string{"alertname": "ünïcode & co", "a": ""}, At: since.Add(5), Changes: []api.Change{
		{Kind: spec.KindRoute, Name: "r", Object: &spec.Route{Stack: "production", Name: "r", Channel: "oncall", Matchers: []string{`a="b"`}}},
		{Kind: spec.KindChannel, Name: "gone"},
	}}
	if result, err := f.Routing(t.Context(), "production", routing); err != nil || !cmp.Equal(result, f.plane.Routed) {
		t.Errorf("Routing = %v, %v", result, err)
	}
	promql := `sum(rate(a{b=~".+"}[5m])) % 2 == 0 # ünïcode`
	if result, err := f.Query(t.Context(), "production", promql); err != nil || !cmp.Equal(result.Vector, f.plane.Vector) {
		t.Errorf("Query = %v, %v", result, err)
	}
	f.plane.DeleteWarnings = []string{`The alert rule "down" stays.`}
	if result, err := f.Delete(t.Context(), spec.KindAlertRule, "production", "down", false); err != nil || !cmp.Equal(result.Warnings, f.plane.DeleteWarnings) {
		t.Errorf("Delete = %v, %v", result, err)
	}
	if _, err := f.Delete(t.Context(), spec.KindStack, "production", "production", true); err != nil {
		t.Error(err)
	}
	calls := f.plane.Calls()
	want := []servertest.Call{
		{Method: "Alerts", Stack: "production", Matchers: matchers},
		{Method: "SearchLogs", Stack: "production", LogQuery: logs},
		{Method: "CheckLogQL", Stack: "production", LogQL: logQL},
		{Method: "Routing", Stack: "production", Routing: routing},
		{Method: "Query", Stack: "production", PromQL: promql},
		{Method: "Delete", Kind: spec.KindAlertRule, Stack: "production", Name: "down"},
		{Method: "Delete", Kind: spec.KindStack, Stack: "production", Name: "production", Force: true},
	}
	if got := calls[len(calls)-len(want):]; !cmp.Equal(got, want) {
		t.Errorf("the plane was called (-want +got):\n%s", cmp.Diff(want, got))
	}
	if stacks, err := f.Stacks(t.Context()); err != nil || stacks == nil || len(stacks) > 0 {
		t.Errorf("Stacks = %#v, %v; want an empty list", stacks, err)
	}
}

func testKinds(t *testing.T, f *fixture) {
	separator := ""
	job := spec.ScrapeJob{
		Stack: "production", Name: "api", Targets: []string{"127.0.0.1:8000"}, Params: map[string][]string{"m": {"a", "b"}},
		MetricRelabel: []spec.RelabelRule{{Action: "drop", SourceLabels: []string{"a"}, Separator: &separator}},
	}
	if got := put(t, f, spec.KindScrapeJob, "production", "api", api.PutCreate, job).Record.Desired; !cmp.Equal(got, job) {
		t.Errorf("scrape job (-sent +got):\n%s", cmp.Diff(job, got))
	}
	channel := spec.Channel{Stack: "production", Name: "oncall", Webhook: &spec.Webhook{URL: "http://127.0.0.1:1/hook"}, Matchers: []string{`a="b"`}}
	if got := put(t, f, spec.KindChannel, "production", "oncall", api.PutCreate, channel).Record.Desired; !cmp.Equal(got, channel) {
		t.Errorf("channel (-sent +got):\n%s", cmp.Diff(channel, got))
	}
}

func testHostileNames(t *testing.T, f *fixture) {
	for _, name := range []string{
		".", "..", "a/b", "//", "../../stacks/other", "100%", "%2F", "%", "ünïcode ☃", "a?force=true", "a#b", "sp ace", "+", "a;b", "{name}", "a\x00b\n",
	} {
		hostile := spec.AlertRule{Stack: name, Name: name}
		if _, err := client.Put(t.Context(), f.Client, spec.KindAlertRule, name, name, api.PutCreate, hostile); err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		if _, err := f.Delete(t.Context(), spec.KindAlertRule, name, name, false); err != nil {
			t.Errorf("%q: %v", name, err)
		}
		_, _ = f.Observe(t.Context(), name)
		calls := f.plane.Calls()
		for _, call := range calls[len(calls)-3:] {
			if call.Stack != name || call.Method != "Observe" && call.Name != name || call.Force {
				t.Errorf("%q arrives as %+v", name, call)
			}
		}
	}
}

func testEmptyNames(t *testing.T, f *fixture) {
	for _, id := range [][2]string{{"", "down"}, {"production", ""}, {"production", "/"}, {"", ""}} {
		_, err := client.Put(t.Context(), f.Client, spec.KindAlertRule, id[0], id[1], api.PutCreate, rule(id[1]))
		_, deleteErr := f.Delete(t.Context(), spec.KindAlertRule, id[0], id[1], true)
		for _, err := range []error{err, deleteErr} {
			if !errors.Is(err, &api.Error{Code: api.CodeInvalid}) {
				t.Errorf("%q: error is %v, want %s", id, err, api.CodeInvalid)
			}
		}
	}
	if calls := f.plane.Calls(); len(calls) > 0 {
		t.Errorf("the plane was called: %+v", calls)
	}
}

func testLargeAnswer(t *testing.T, f *fixture) {
	put(t, f, spec.KindStack, "production", "production", api.PutCreate, spec.DefaultStack("production"))
	const rules, size = 1000, 5 << 10
	for i := range rules {
		large := rule(fmt.Sprintf("rule-%d", i))
		large.Description = strings.Repeat("x", size)
		if _, err := f.plane.Put(t.Context(), &large, api.PutCreate); err != nil {
			t.Fatal(err)
		}
	}
	observation, err := f.Observe(t.Context(), "production")
	if err != nil {
		t.Fatal(err)
	}
	last, _ := api.RecordOf[spec.AlertRule](observation.Objects, "rule-999")
	if all := observation.Objects[spec.KindAlertRule]; len(all) != rules || len(last.Observed.Description) != size {
		t.Errorf("observed %d rules", len(all))
	}
}

func testLargeRequest(t *testing.T, f *fixture) {
	large := rule("down")
	large.Description = strings.Repeat("x", 5<<20)
	if got := put(t, f, spec.KindAlertRule, "production", "down", api.PutCreate, large); got.Record.Desired.Description != large.Description {
		t.Error("5 MB came back as something else")
	}
	large.Description = strings.Repeat("x", api.MaxBody)
	_, err := client.Put(t.Context(), f.Client, spec.KindAlertRule, "production", "down", api.PutUpdate, large)
	if !errors.Is(err, &api.Error{Code: api.CodeInvalid}) || !strings.Contains(err.Error(), "8 MB") {
		t.Errorf("error is %v, want %s naming the limit", err, api.CodeInvalid)
	}
}

func testConcurrent(t *testing.T, f *fixture) {
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() {
			name := fmt.Sprintf("rule-%d", i)
			result, err := client.Put(t.Context(), f.Client, spec.KindAlertRule, "production", name, api.PutCreate, rule(name))
			if err != nil || result.Record.Desired.Name != name {
				t.Errorf("%s: got %q, %v", name, result.Record.Desired.Name, err)
			}
			if _, err := f.Stacks(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if calls := f.plane.Calls(); len(calls) != 100 {
		t.Errorf("the plane was called %d times, want 100", len(calls))
	}
}

// lockedBuffer is a buffer that servers and tests share.
type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}
