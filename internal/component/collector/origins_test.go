package collector_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/collector"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/collector/otlptest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/loki"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// dockerLog is what Docker's json-file driver writes of what a container prints.
func dockerLog(t testing.TB, stream string, printed ...string) string {
	t.Helper()
	var lines strings.Builder
	for _, text := range printed {
		line, err := json.Marshal(map[string]string{"log": text, "stream": stream, "time": "2026-01-31T12:00:00.123456789Z"})
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(append(line, '\n'))
	}
	return lines.String()
}

func TestContainers(t *testing.T) {
	dir := t.TempDir()
	s := spec.LogSource{
		Stack: "production", Name: "docker", Docker: &spec.LogDocker{Directory: dir}, LabelFields: map[string]string{"stream": "log.iostream"},
		Parse:     spec.LogParse{Format: spec.LogFormatLogfmt, Severity: &spec.LogSeverity{Field: "level"}},
		Multiline: &spec.LogMultiline{LineStartPattern: `^\S`}, Drop: []string{`severity == "debug"`},
	}
	spec.WithDefaults(&s)
	b := start(t, s)
	if err := b.c.Settle(t.Context(), b.in, &s); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("x", 16<<10)
	const id = "4f2c8d"
	write(t, filepath.Join(dir, id, id+"-json.log"),
		dockerLog(t, "stdout", "level=info msg=hello\n", "level=debug msg=secret\n", "\n")+
			dockerLog(t, "stderr", "Error\n", "  at a\n", "  at b \n", "level=warn n=1\n")+
			// Pieces of a long line, with another output between them.
			dockerLog(t, "stdout", long)+dockerLog(t, "stderr", "level=error n=2\n")+dockerLog(t, "stdout", "y\n")+
			"this is no JSON\n")
	want := map[string]otlptest.Record{}
	add := func(stream, severity, body string, attributes map[string]any) {
		r := otlptest.Record{
			Resource: map[string]any{"log_source": "docker", "stream": stream}, Attributes: map[string]any{"container_id": id}, Body: body,
			SeverityText: strings.ToUpper(severity), Timestamp: time.Date(2026, 1, 31, 12, 0, 0, 123456789, time.UTC),
		}
		r.SeverityNumber = map[string]int32{"info": 9, "warn": 13, "error": 17}[severity]
		for key, value := range attributes {
			r.Attributes[key] = value
		}
		want[body] = r
	}
	add("stdout", "info", "level=info msg=hello", map[string]any{"level": "info", "msg": "hello"})
	add("stderr", "", "Error\n  at a\n  at b", nil)
	add("stderr", "warn", "level=warn n=1", map[string]any{"level": "warn", "n": "1"})
	add("stderr", "error", "level=error n=2", map[string]any{"level": "error", "n": "2"})
	add("stdout", "", long+"y", nil)
	want["this is no JSON"] = otlptest.Record{
		Resource: map[string]any{"log_source": "docker"}, Attributes: map[string]any{"container_id": id}, Body: "this is no JSON",
	}
	got := map[string]otlptest.Record{}
	for _, r := range b.arrived("docker", len(want)) {
		got[r.Body] = r
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestApplications sends what several sources want.
func TestApplications(t *testing.T) {
	otlp := func(name string, match, labels, fields map[string]string) spec.LogSource {
		s := spec.LogSource{Stack: "production", Name: name, OTLP: &spec.LogOTLP{Match: match}, Labels: labels, LabelFields: fields}
		spec.WithDefaults(&s)
		return s
	}
	shop := otlp("shop", map[string]string{"service.namespace": "shop"}, map[string]string{"team": `a "b" $c`}, map[string]string{"service": "service.name", "env": "env"})
	cart := otlp("cart", map[string]string{"service.namespace": "shop", "service.name": "cart"}, nil, nil)
	rest := otlp("rest:all", nil, nil, nil)
	tests := map[string]struct {
		sources         []spec.LogSource
		sent, resource  map[string]string
		want, attribute map[string]any
	}{
		"the one that demands most": {
			[]spec.LogSource{shop, cart, rest}, map[string]string{"service.namespace": "shop", "service.name": "cart"}, nil,
			map[string]any{"log_source": "cart", "service.namespace": "shop", "service.name": "cart"}, nil,
		},
		"labels": {
			[]spec.LogSource{shop, cart, rest}, map[string]string{"service.namespace": "shop", "service.name": "web", "env": "prod"}, nil,
			map[string]any{"log_source": "shop", "service.namespace": "shop", "service.name": "web", "service": "web", "env": "prod", "team": `a "b" $c`},
			map[string]any{"env": "prod"},
		},
		"the rest": {
			[]spec.LogSource{shop, cart, rest}, map[string]string{"service.name": "cart"}, nil,
			map[string]any{"log_source": "rest:all", "service.name": "cart"}, nil,
		},
		// They would cut the logs into streams that nobody asked for.
		"attributes named like labels": {
			[]spec.LogSource{shop, rest}, map[string]string{"log_source": "mine", "env": "x", "opp.log_source": "shop", "opp.team": "y"}, nil,
			map[string]any{"log_source": "rest:all"}, map[string]any{"log_source": "mine", "env": "x"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			b := start(t, tt.sources...)
			if status := b.post(tt.sent, map[string]string{"own": "1"}, "hello"); status != http.StatusOK {
				t.Fatalf("answered %d", status)
			}
			want := otlptest.Record{Resource: tt.want, Attributes: map[string]any{"own": "1"}, Body: "hello"}
			for key, value := range tt.attribute {
				want.Attributes[key] = value
			}
			source, _ := tt.want["log_source"].(string)
			if diff := cmp.Diff([]otlptest.Record{want}, b.arrived(source, 1)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// withLoki starts a collector and a Loki as they run in a stack. It returns
// Loki's process, and how to search the lines of a query, each with how often it
// is found.
func withLoki(t *testing.T, sources ...spec.LogSource) (*bench, *componenttest.Process, func(query string) map[string]int) {
	state := spec.State{Stack: spec.DefaultStack("production"), LogSources: sources}
	state.Stack.Loki.Enabled, state.Stack.Collector.Enabled = true, true
	in := componenttest.Input(t, state)

	store, lokiIn := loki.New(), in
	lokiIn.ConfigDir, lokiIn.DataDir = in.ConfigDir+"-loki", in.DataDir+"-loki"
	componenttest.Publish(t, store, lokiIn)
	database := componenttest.Start(t, store, lokiIn, componenttest.Tool(t, component.Loki, "3.7.8", "loki"))

	b := &bench{TB: t, c: collector.New(), in: in}
	b.files = componenttest.Publish(t, b.c, in)
	b.process = componenttest.Start(t, b.c, in, binary(t))
	return b, database, func(query string) map[string]int {
		seen := map[string]int{}
		result, err := store.SearchLogs(t.Context(), lokiIn, api.LogQuery{Query: query, Since: time.Hour, Limit: 5000, Direction: api.LogsForward})
		if err != nil {
			return nil
		}
		for _, entry := range result.Entries {
			seen[entry.Line]++
		}
		return seen
	}
}

// TestLinesAreFoundInLoki goes all the way. Loki stops meanwhile, in the way it
// does when it is updated.
func TestLinesAreFoundInLoki(t *testing.T) {
	const lines = 3000
	dir := t.TempDir()
	app := fileSource("app", dir)
	app.Labels, app.LabelFields = map[string]string{"service": "api"}, map[string]string{"word": "word"}
	app.Parse = spec.LogParse{Format: spec.LogFormatRegex, Pattern: `^(?P<n>\d+) (?P<word>\w+)`}
	b, database, search := withLoki(t, app)
	w := &writer{path: filepath.Join(dir, "app.log")}
	b.during(w, lines, func() {
		b.awaitWritten(w, lines/5)
		database.Stop()
		b.awaitWritten(w, lines/2)
		database.Run()
	})
	database.AwaitReady()
	var seen map[string]int
	componenttest.Eventually(t, func() bool {
		seen = search(`{log_source="app",service="api",word="the"} | n != ""`)
		return len(seen) == lines
	})
	for n := range lines {
		if seen[lineOf(n)] != 1 {
			t.Fatalf("line %d is found %d times", n, seen[lineOf(n)])
		}
	}
}

// TestNothingIsRefused: what Loki does not take is lost, and for some fields so
// is everything that is sent along.
func TestNothingIsRefused(t *testing.T) {
	dir := t.TempDir()
	app := fileSource("app", dir)
	app.Parse = spec.LogParse{Format: spec.LogFormatJSON, Timestamp: &spec.LogTimestamp{Field: "time", Layout: time.RFC3339}}
	app.LabelFields = map[string]string{"env": "env"}
	sent := spec.LogSource{Stack: "production", Name: "sent", OTLP: &spec.LogOTLP{}, LabelFields: map[string]string{"env": "env"}}
	spec.WithDefaults(&app)
	spec.WithDefaults(&sent)
	b, _, search := withLoki(t, app, sent)
	ahead := time.Now().Add(2 * time.Hour)
	lines := []string{
		`{"a":1}`, `{"":1}`, `{"_":1}`, `{"消息":"名"}`, `{"a":{"":{"_":1}},"_":{"a":1}}`, "{\"a\":\"\x00\"}",
		`{"time":"` + ahead.Format(time.RFC3339) + `"}`, `{"env":"` + strings.Repeat("x", 3000) + `"}`, "{\"env\":\"M\xfcnchen\"}",
	}
	write(t, filepath.Join(dir, "app.log"), strings.Join(lines, "\n")+"\n")
	for body, send := range map[string]func(plog.ResourceLogs, plog.LogRecord){
		"plain":    func(plog.ResourceLogs, plog.LogRecord) {},
		"resource": func(r plog.ResourceLogs, _ plog.LogRecord) { r.Resource().Attributes().PutInt("", 1) },
		"scope":    func(r plog.ResourceLogs, _ plog.LogRecord) { r.ScopeLogs().At(0).Scope().Attributes().PutInt("", 1) },
		"record":   func(_ plog.ResourceLogs, l plog.LogRecord) { l.Attributes().PutInt("", 1) },
		"ahead":    func(_ plog.ResourceLogs, l plog.LogRecord) { l.SetTimestamp(pcommon.NewTimestampFromTime(ahead)) },
		"long": func(r plog.ResourceLogs, _ plog.LogRecord) {
			r.Resource().Attributes().PutStr("env", strings.Repeat("x", 3000))
		},
		"no text": func(r plog.ResourceLogs, _ plog.LogRecord) { r.Resource().Attributes().PutStr("env", "M\xfcnchen") },
	} {
		logs := plog.NewLogs()
		r := logs.ResourceLogs().AppendEmpty()
		l := r.ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
		l.Body().SetStr(body)
		send(r, l)
		data, err := plogotlp.NewExportRequestFromLogs(logs).MarshalProto()
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.Post("http://"+b.in.Addresses[component.Collector]+"/v1/logs", "application/x-protobuf", bytes.NewReader(data))
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("%s: answered %v, %v", body, answer, err)
		}
		_ = answer.Body.Close()
		lines = append(lines, body)
	}
	var seen map[string]int
	defer func() {
		if t.Failed() {
			t.Logf("found are %d of %d: %v", len(seen), len(lines), seen)
		}
	}()
	componenttest.Eventually(t, func() bool {
		seen = search(`{log_source=~"app|sent"}`)
		return len(seen) == len(lines)
	})
}
