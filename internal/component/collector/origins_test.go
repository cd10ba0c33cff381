package collector_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

// TestLinesAreFoundInLoki goes all the way: a collector and a Loki as they run
// in a stack. Loki stops meanwhile, in the way it does when it is updated.
func TestLinesAreFoundInLoki(t *testing.T) {
	const lines = 3000
	dir := t.TempDir()
	app := fileSource("app", dir)
	app.Labels, app.LabelFields = map[string]string{"service": "api"}, map[string]string{"word": "word"}
	app.Parse = spec.LogParse{Format: spec.LogFormatRegex, Pattern: `^(?P<n>\d+) (?P<word>\w+)`}
	state := spec.State{Stack: spec.DefaultStack("production"), LogSources: []spec.LogSource{app}}
	state.Stack.Loki.Enabled, state.Stack.Collector.Enabled = true, true
	in := componenttest.Input(t, state)

	store, lokiIn := loki.New(), in
	lokiIn.ConfigDir, lokiIn.DataDir = in.ConfigDir+"-loki", in.DataDir+"-loki"
	componenttest.Publish(t, store, lokiIn)
	database := componenttest.Start(t, store, lokiIn, componenttest.Tool(t, component.Loki, "3.7.8", "loki"))

	b := &bench{TB: t, c: collector.New(), in: in}
	b.files = componenttest.Publish(t, b.c, in)
	b.process = componenttest.Start(t, b.c, in, binary(t))
	w := &writer{path: filepath.Join(dir, "app.log")}
	b.during(w, lines, func() {
		b.awaitWritten(w, lines/5)
		database.Stop()
		b.awaitWritten(w, lines/2)
		database.Run()
	})
	database.AwaitReady()
	seen := map[string]int{}
	componenttest.Eventually(t, func() bool {
		clear(seen)
		result, err := store.SearchLogs(t.Context(), lokiIn, api.LogQuery{
			Query: `{log_source="app",service="api",word="the"} | n != ""`, Since: time.Hour, Limit: 5000, Direction: api.LogsForward,
		})
		for _, entry := range result.Entries {
			seen[entry.Line]++
		}
		return err == nil && len(seen) == lines
	})
	for n := range lines {
		if seen[lineOf(n)] != 1 {
			t.Fatalf("line %d is found %d times", n, seen[lineOf(n)])
		}
	}
}
