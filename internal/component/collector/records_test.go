package collector_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/collector"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/collector/otlptest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/logpipeline"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/logpipeline/logpipelinetest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// bench is a running collector and, instead of Loki, who keeps what it sends.
type bench struct {
	testing.TB
	c       *collector.Component
	in      component.Input
	files   component.Files
	process *componenttest.Process
	loki    *otlptest.Server
}

// start runs a collector with log sources.
func start(t testing.TB, sources ...spec.LogSource) *bench {
	t.Helper()
	state := spec.State{Stack: spec.DefaultStack("production"), LogSources: sources}
	state.Stack.Loki.Enabled, state.Stack.Collector.Enabled = true, true
	return startState(t, state)
}

func startState(t testing.TB, state spec.State) *bench {
	t.Helper()
	b := &bench{TB: t, c: collector.New(), in: componenttest.Input(t, state)}
	b.in.Binary = binary(t)
	b.loki = otlptest.Start(t, b.in.Addresses[component.Loki])
	b.files = componenttest.Publish(t, b.c, b.in)
	if err := b.c.Prepare(b.in); err != nil {
		t.Fatal(err)
	}
	b.process = componenttest.Start(t, b.c, b.in, b.in.Binary)
	b.verify()
	return b
}

func (b *bench) verify() {
	b.Helper()
	if err := b.c.Verify(b.Context(), b.in, b.files, nil); err != nil {
		b.Fatal(err)
	}
}

// arrived waits for a number of records of a source.
func (b *bench) arrived(source string, number int) []otlptest.Record {
	b.Helper()
	var records []otlptest.Record
	componenttest.Eventually(b, func() bool {
		records = slices.DeleteFunc(b.loki.Records(), func(r otlptest.Record) bool { return r.Resource["log_source"] != source })
		return len(records) >= number
	})
	return records
}

// fileSource is a source of all files in a folder.
func fileSource(name, dir string) spec.LogSource {
	s := componenttest.LogFiles(name, filepath.Join(dir, "*"))
	s.Files.StartAt = spec.StartAtBeginning
	return s
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// sourceOf is the log source with a pipeline.
func sourceOf(t testing.TB, name, dir string, p logpipeline.Source) spec.LogSource {
	s := fileSource(name, dir)
	s.Parse = spec.LogParse{Format: p.Format, Pattern: p.Pattern}
	if p.Timestamp != nil {
		s.Parse.Timestamp = &spec.LogTimestamp{Field: p.Timestamp.Field, Layout: p.Timestamp.Layout, Location: p.Timestamp.Location}
	}
	if p.Severity != nil {
		s.Parse.Severity = &spec.LogSeverity{Field: p.Severity.Field, Mapping: p.Severity.Mapping}
	}
	if p.Multiline != nil {
		s.Multiline = &spec.LogMultiline{LineStartPattern: p.Multiline.Start, LineEndPattern: p.Multiline.End}
	}
	s.Drop, s.LabelFields = p.Drop, p.LabelFields
	s.Labels = map[string]string{"fixed": `a "b" $c EXPR(1) EXPR(EXPR(")")`}
	spec.WithDefaults(&s)
	if diff := cmp.Diff(p, s.Pipeline(), cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("%s: the pipeline of the log source is another one:\n%s", name, diff)
	}
	return s
}

// TestWhatPlansSayIsWhatArrives runs the cases of the operators in process
// through a real collector, all at once.
func TestWhatPlansSayIsWhatArrives(t *testing.T) {
	root := t.TempDir()
	var sources []spec.LogSource
	cases := logpipelinetest.Cases()
	for i, tt := range cases {
		name := fmt.Sprintf("case-%02d:", i) // a colon is allowed in names
		dir := filepath.Join(root, name)
		write(t, filepath.Join(dir, "log"), tt.Written)
		sources = append(sources, sourceOf(t, name, dir, tt.Source))
	}
	last := filepath.Join(root, "last")
	b := start(t, append(sources, fileSource("last", last))...)
	total := 1
	for i, tt := range cases {
		t.Run(tt.Name, func(t *testing.T) {
			var want []otlptest.Record
			for _, r := range tt.Want {
				if r.DroppedBy < 0 {
					want = append(want, expected(&sources[i], r))
				}
			}
			total += len(want)
			b := *b
			b.TB = t
			if diff := cmp.Diff(want, b.arrived(sources[i].Name, len(want)), cmpopts.EquateEmpty(), cmpopts.EquateApprox(0, 1e-9)); diff != "" {
				t.Error(diff)
			}
		})
	}
	write(t, filepath.Join(last, "log"), "the end\n")
	b.arrived("last", 1)
	if got := len(b.loki.Records()); got != total {
		t.Errorf("%d records arrived, want %d", got, total)
	}
}

// expected is how a record arrives.
func expected(s *spec.LogSource, r logpipeline.Record) otlptest.Record {
	want := otlptest.Record{
		Resource: map[string]any{}, Attributes: maps.Clone(r.Attributes), Body: r.Body, SeverityText: strings.ToUpper(r.Severity), Timestamp: r.Timestamp,
	}
	if want.Attributes == nil {
		want.Attributes = map[string]any{}
	}
	want.Attributes["log.file.path"] = filepath.Join(filepath.Dir(s.Files.Include[0]), "log")
	for name, value := range s.IndexLabels() {
		want.Resource[name] = value
	}
	for label, value := range r.Labels {
		want.Resource[label] = value
		delete(want.Attributes, s.LabelFields[label])
	}
	if i := slices.Index(logpipeline.Severities(), r.Severity); i >= 0 {
		want.SeverityNumber = int32(4*i + 1)
	} else if s.Parse.Severity != nil {
		// The collector keeps a word that it does not know.
		if value := r.Attributes[s.Parse.Severity.Field]; value != true {
			want.SeverityText = logpipeline.Text(value)
		}
	}
	return want
}
