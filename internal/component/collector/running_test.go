package collector_test

import (
	"errors"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

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
	componenttest.Want(b, b.in, componenttest.Observe(b, b.c, b.in, b.files), change, drift...)
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
	b := startState(t, withJournal(false))
	b.changedByHand(t, changes(b.in))
}

func TestObserveTellsWhatOfTheJournalWasChangedByHand(t *testing.T) {
	startState(t, withJournal(true)).changedByHand(t, []componenttest.ByHand{{
		Name: "journal",
		Edit: func(f componenttest.File) {
			f.Edit("priority: warning", "priority: err")
			f.Edit("- nginx.service", "- caddy.service")
			f.Edit("directory: /var/log/journal", "directory: /run/log/journal")
		},
		Change: func(s *spec.State) {
			source(s, "system").Journald = &spec.LogJournald{
				Units: []string{"caddy.service", "opp-*.service"}, Priority: "err", Directory: "/run/log/journal",
			}
		},
	}})
}

func (b *bench) changedByHand(t *testing.T, changes []componenttest.ByHand) {
	t.Helper()
	reload := func(t testing.TB) {
		b.TB = t
		b.reload()
	}
	componenttest.ChangeByHand(t, b.c, b.in, "collector.yml", reload, changes)
}

func changes(in component.Input) []componenttest.ByHand {
	return []componenttest.ByHand{
		{Name: "a comment", Edit: func(f componenttest.File) { f.Edit("receivers:", "# by hand\nreceivers:") }},
		{Name: "not loaded", Edit: func(f componenttest.File) { f.Edit("start_at: end", "start_at: beginning") }, Still: true},
		{
			Name: "files",
			Edit: func(f componenttest.File) {
				f.Edit("/var/log/opp/api/*.log", "/var/log/opp/other/*.log")
				f.Edit("      - /var/log/opp/api/old.log\n", "")
				f.Edit("start_at: beginning", "start_at: end")
				f.Edit("/var/log/opp/**/api.log\n", "/var/log/opp/**/api.log\n      - "+filepath.Join(in.DataDir, "anchor")+"\n")
				f.Edit(`line_start_pattern: ^\{`, "line_end_pattern: x$$")
				f.Edit("service: api", "service: web")
			},
			Change: func(s *spec.State) {
				api := source(s, "api")
				files := *api.Files
				files.Include = []string{"/var/log/opp/other/*.log", "/var/log/opp/**/api.log"}
				files.Exclude, files.StartAt = []string{}, spec.StartAtEnd
				api.Files, api.Multiline = &files, &spec.LogMultiline{LineEndPattern: "x$"}
				api.Labels = map[string]string{"service": "web"}
			},
		},
		{
			Name:  "operators",
			Edit:  func(f componenttest.File) { f.Edit(`"/healthz"`, `"/readyz"`) },
			Drift: []string{"log_source api: collector: its receiver runs with other settings: operators"},
		},
		{
			Name:  "name in the labels",
			Edit:  func(f componenttest.File) { f.Edit("log_source: worker", "log_source: mine") },
			Drift: []string{"log_source worker: collector: its receiver runs with other settings: resource"},
		},
		{
			Name:  "folder of containers",
			Edit:  func(f componenttest.File) { f.Edit("/var/lib/docker/", "/var/lib/podman/") },
			Drift: []string{"log_source docker: collector: its receiver runs with other settings: include"},
		},
		{
			Name: "source removed and one added",
			Edit: func(f componenttest.File) {
				f.Edit("file_log/worker:", "file_log/mine:")
				f.Edit("- file_log/worker", "- file_log/mine")
			},
			Drift: []string{"log_source worker: collector: it is not loaded", `stack production: collector: receiver "file_log/mine" is loaded but not managed`},
		},
		{
			Name:  "source that nobody asks",
			Edit:  func(f componenttest.File) { f.Edit("        - file_log/worker\n", "") },
			Drift: []string{"log_source worker: collector: it is not loaded"},
		},
		{
			Name: "what applications send",
			Edit: func(f componenttest.File) {
				f.Edit(`== "shop"`, `== "shops"`)
				f.Edit("        - transform/source/rest\n", "")
			},
			Drift: []string{"log_source apps: collector: it takes other records, or labels them otherwise", "log_source rest: collector: it is not loaded"},
		},
		{
			Name: "everything else",
			Edit: func(f componenttest.File) {
				f.Edit("recreate: true", "recreate: false")
				f.Edit("limit_mib: 102", "limit_mib: 103")
				f.Edit("max_interval: 5s", "max_interval: 6s")
				f.Edit("level: warn", "level: error")
				f.Edit("exporters: [otlp_http/loki]", "exporters: [otlp_http/loki]\n    logs/mine:\n      receivers: [otlp]\n      exporters: [otlp_http/loki]")
				f.Edit("        - transform/begin\n", "")
			},
			Drift: []string{
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
