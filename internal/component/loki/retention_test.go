package loki_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// flush makes Loki write all entries to its store.
func (b *bench) flush() {
	b.Helper()
	answer, err := http.Post("http://"+b.in.Addresses[component.Loki]+"/flush", "", nil)
	if err != nil || answer.StatusCode != http.StatusNoContent {
		b.Fatalf("cannot flush: %v, %v", answer, err)
	}
	_ = answer.Body.Close()
}

// store makes Loki write all entries to its store, and starts it again with
// nothing left in memory.
func (b *bench) store(flags ...string) {
	b.Helper()
	b.flush()
	b.process.Stop()
	// What it would take back into memory is in the store twice now.
	for _, copied := range []string{"wal", "tsdb-shipper-active"} {
		if err := os.RemoveAll(filepath.Join(b.in.DataDir, copied)); err != nil {
			b.Fatal(err)
		}
	}
	b.process = componenttest.Start(b, b.c, b.in, binary(b), flags...)
}

// hasty makes Loki do within seconds what it does within minutes.
var hasty = []string{"-compactor.compaction-interval=1s", "-compactor.apply-retention-interval=2s", "-compactor.retention-delete-delay=1s"}

// applied is how often Loki has looked for what it has to delete.
func (b *bench) applied() float64 {
	b.Helper()
	metrics, err := probe.New().Metrics(b.Context(), b.in.Addresses[component.Loki], nil)
	if err != nil {
		b.Fatal(err)
	}
	for _, m := range metrics["loki_compactor_apply_retention_operation_total"].GetMetric() {
		if m.GetLabel()[0].GetValue() == "success" {
			return m.GetCounter().GetValue()
		}
	}
	return 0
}

func TestRetentionDeletes(t *testing.T) {
	state := withSources("service")
	contested := componenttest.LogRetention("contested", `{service=~"api|audit"}`, "72h")
	contested.Priority = -1
	kept := componenttest.LogRetention("kept", `{service="audit"}`, "90d")
	kept.Priority = 1
	state.LogRetentions = []spec.LogRetention{componenttest.LogRetention("short", `{service="api"}`, "24h"), kept, contested, componenttest.LogRetention("none", `{service="none"}`, "24h")}
	b := start(t, state)
	b.want(b.observe(), nil)

	// Whatever the time of day, the day of the old entries ended more than a day
	// ago: of such days Loki would remember that they were empty just now.
	const old = 54 * time.Hour
	api, audit, other := map[string]string{"log_source": "api", "service": "api"}, map[string]string{"log_source": "api", "service": "audit"}, map[string]string{"log_source": "other"}
	b.log(api, record{old, "", "old api", nil}, record{time.Hour, "", "api", nil})
	b.log(audit, record{old + time.Minute, "", "old audit", nil}, record{old, "", "later audit", nil})
	b.log(other, record{old, "", "old other", nil})

	stamp := func(line string) string {
		for _, e := range b.search(`{log_source=~".+"}`) {
			if e.Line == line {
				return e.Time.UTC().Format(time.RFC3339)
			}
		}
		t.Fatalf("%q is gone", line)
		return ""
	}
	oldAPI, oldAudit, youngAPI := stamp("old api"), stamp("old audit"), stamp("api")
	late := func(s *spec.State) {
		r := retention(s, "short")
		r.Effective, r.OldestEntry = ptr(false), oldAPI
		r.Reason = fmt.Sprintf("the oldest entry, of %s, should be gone after 1d and the 3h0m0s that deleting may take", oldAPI)
		retention(s, "kept").OldestEntry = oldAudit
	}
	b.want(b.observe(), late)
	b.store()
	b.want(b.observe(), late)
	described := *retention(&b.in.State, "short")
	if err := b.c.Describe(t.Context(), b.in, &described); err != nil || *described.Effective || described.OldestEntry != oldAPI {
		t.Errorf("described %v, %v", described, err)
	}

	b.store(hasty...)
	componenttest.Eventually(t, func() bool { return b.applied() >= 2 })
	b.store() // queries notice within a minute, or after a start
	want := []string{"old audit", "later audit", "old other", "api"}
	got := b.lines(`{log_source=~".+"}`)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("left are %q, want %q", got, want)
	}
	report := b.observe()
	for name, oldest := range map[string]string{"short": youngAPI, "kept": oldAudit, "contested": "", "none": ""} {
		if r := retention(&report.Observed, name); !*r.Effective || r.Reason != "" || r.OldestEntry != oldest {
			t.Errorf("%s: effective %t (%s), oldest entry %s, want %s", name, *r.Effective, r.Reason, r.OldestEntry, oldest)
		}
	}
}
