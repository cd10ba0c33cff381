package collector_test

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// hangUp makes the collector read its files again, and waits until it has.
func (b *bench) hangUp() error {
	b.process.Signal(syscall.SIGHUP)
	return b.c.Reload(b.Context(), b.in)
}

func (b *bench) reload() {
	b.Helper()
	if err := b.hangUp(); err != nil {
		b.Fatal(err)
	}
}

// want compares what is observed with the desired state after change, and the
// drift sentences.
func (b *bench) want(change func(*spec.State), drift ...string) {
	b.Helper()
	report := componenttest.Observe(b, b.c, b.in, b.files)
	want := b.in.State.Clone()
	if change != nil {
		change(&want)
	}
	if diff := cmp.Diff(want, report.Observed); diff != "" {
		b.Errorf("observed (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(drift)), componenttest.Sentences(report)); diff != "" {
		b.Errorf("drift (-want +got):\n%s", diff)
	}
}

func TestRunsWhatIsRendered(t *testing.T) {
	for name, state := range states() {
		t.Run(name, func(t *testing.T) {
			b := startState(t, state)
			b.want(nil)
			report := componenttest.Observe(t, b.c, b.in, b.files)
			if report.Versions[component.Collector] != version {
				t.Errorf("version %q", report.Versions[component.Collector])
			}
		})
	}
}

type change struct {
	name   string
	edit   func(*bench)
	still  bool // not reloaded
	change func(*spec.State)
	drift  []string
}

func source(s *spec.State, name string) *spec.LogSource {
	return s.Get(spec.KindLogSource, name).(*spec.LogSource)
}

// withJournal is whether the state with everything has its source of the
// journal, which takes a second whenever the collector starts.
func withJournal(with bool) spec.State {
	state := states()["everything"]
	if !with {
		state.Delete(spec.KindLogSource, "system")
	}
	return state
}

func TestObserveTellsWhatWasChangedByHand(t *testing.T) {
	observeChanges(t, startState(t, withJournal(false)), changes())
}

func TestObserveTellsWhatOfTheJournalWasChangedByHand(t *testing.T) {
	observeChanges(t, startState(t, withJournal(true)), []change{{
		name: "journal",
		edit: func(b *bench) {
			b.edit("priority: warning", "priority: err")
			b.edit("- nginx.service", "- caddy.service")
			b.edit("directory: /var/log/journal", "directory: /run/log/journal")
		},
		change: func(s *spec.State) {
			source(s, "system").Journald = &spec.LogJournald{
				Units: []string{"caddy.service", "opp-*.service"}, Priority: "err", Directory: "/run/log/journal",
			}
		},
	}})
}

func observeChanges(t *testing.T, b *bench, changes []change) {
	path := filepath.Join(b.in.ConfigDir, "collector.yml")
	const edited = "stack production: collector: collector.yml was edited by hand"
	for _, tt := range changes {
		t.Run(tt.name, func(t *testing.T) {
			b := *b
			b.TB = t
			b.edit = func(old, replacement string) {
				t.Helper()
				componenttest.Edit(t, path, old, replacement)
			}
			tt.edit(&b)
			if tt.still {
				b.want(tt.change, append(tt.drift, edited+", without effect so far")...)
			} else {
				b.reload()
				b.want(tt.change, append(tt.drift, edited)...)
			}
			componenttest.Publish(t, b.c, b.in)
			b.reload()
			if err := b.c.Verify(t.Context(), b.in, b.files, []string{"collector.yml"}); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func changes() []change {
	return []change{
		{name: "a comment", edit: func(b *bench) { b.edit("receivers:", "# by hand\nreceivers:") }},
		{name: "not loaded", edit: func(b *bench) { b.edit("start_at: end", "start_at: beginning") }, still: true},
		{
			name: "files",
			edit: func(b *bench) {
				b.edit("/var/log/opp/api/*.log", "/var/log/opp/other/*.log")
				b.edit("    exclude:\n      - /var/log/opp/api/old.log\n", "")
				b.edit("start_at: beginning", "start_at: end")
				b.edit("/var/log/opp/**/api.log\n", "/var/log/opp/**/api.log\n      - "+filepath.Join(b.in.DataDir, "anchor")+"\n")
				b.edit(`line_start_pattern: ^\{`, "line_end_pattern: x$$")
				b.edit("service: api", "service: web")
			},
			change: func(s *spec.State) {
				api := source(s, "api")
				files := *api.Files
				files.Include = []string{"/var/log/opp/other/*.log", "/var/log/opp/**/api.log"}
				files.Exclude, files.StartAt = []string{}, spec.StartAtEnd
				api.Files, api.Multiline = &files, &spec.LogMultiline{LineEndPattern: "x$"}
				api.Labels = map[string]string{"service": "web"}
			},
		},
		{
			name:  "operators",
			edit:  func(b *bench) { b.edit(`"/healthz"`, `"/readyz"`) },
			drift: []string{"log_source api: collector: its receiver runs with other settings: operators"},
		},
		{
			name:  "name in the labels",
			edit:  func(b *bench) { b.edit("log_source: worker", "log_source: mine") },
			drift: []string{"log_source worker: collector: its receiver runs with other settings: resource"},
		},
		{
			name:  "folder of containers",
			edit:  func(b *bench) { b.edit("/var/lib/docker/", "/var/lib/podman/") },
			drift: []string{"log_source docker: collector: its receiver runs with other settings: include"},
		},
		{
			name: "source removed and one added",
			edit: func(b *bench) {
				b.edit("file_log/worker:", "file_log/mine:")
				b.edit("- file_log/worker", "- file_log/mine")
			},
			drift: []string{"log_source worker: collector: it is not loaded", `stack production: collector: receiver "file_log/mine" is loaded but not managed`},
		},
		{
			name:  "source that nobody asks",
			edit:  func(b *bench) { b.edit("        - file_log/worker\n", "") },
			drift: []string{"log_source worker: collector: it is not loaded"},
		},
		{
			name:  "what applications send",
			edit:  func(b *bench) { b.edit(`== "shop"`, `== "shops"`); b.edit("        - transform/source/rest\n", "") },
			drift: []string{"log_source apps: collector: it takes other records, or labels them otherwise", "log_source rest: collector: it is not loaded"},
		},
		{
			name: "everything else",
			edit: func(b *bench) {
				b.edit("recreate: true", "recreate: false")
				b.edit("limit_mib: 102", "limit_mib: 103")
				b.edit("max_interval: 5s", "max_interval: 6s")
				b.edit("level: warn", "level: error")
				b.edit("exporters: [otlp_http/loki]", "exporters: [otlp_http/loki]\n    logs/mine:\n      receivers: [otlp]\n      exporters: [otlp_http/loki]")
				b.edit("        - transform/begin\n", "")
			},
			drift: []string{
				"stack production: collector: the running configuration has other extensions",
				"stack production: collector: the running configuration has other processors",
				"stack production: collector: the running configuration has another way to Loki",
				"stack production: collector: the running configuration has other telemetry",
				"stack production: collector: the running configuration has another pipeline of applications",
				`stack production: collector: pipeline "logs/mine" is loaded but not managed`,
			},
		},
	}
}

// TestACollectorThatEnds: a configuration that it cannot run ends the process.
func TestACollectorThatEnds(t *testing.T) {
	b := start(t)
	componenttest.Edit(t, filepath.Join(b.in.ConfigDir, "collector.yml"), "level: normal", "level: loud")
	err := b.hangUp()
	var refused *api.Error
	if !errors.As(err, &refused) || refused.Code != api.CodeRefused || !strings.Contains(refused.Message, "it ended") {
		t.Errorf("error %v", err)
	}
	if err := b.c.Observe(t.Context(), b.in, b.files, &component.Report{}); err == nil {
		t.Error("a collector that does not answer was observed")
	}
}
