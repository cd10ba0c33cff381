package stack

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func TestLogBlocksRoundTrip(t *testing.T) {
	t.Parallel()
	none := spec.DefaultStack("")
	enabled := none
	enabled.Loki.Enabled, enabled.Collector.Enabled = true, true
	changed := enabled
	changed.Loki.Retention, changed.Loki.Port, changed.Collector.Memory = "30d", 0, "64MB"
	disabled := changed
	disabled.Loki.Enabled, disabled.Collector.Enabled = false, false
	for name, want := range map[string]spec.Stack{"none": none, "enabled": enabled, "changed": changed, "disabled": disabled} {
		l, c := newLoki(nil, want.Loki), newCollector(nil, want.Collector)
		if (l == nil) != (name == "none") || (c == nil) != (name == "none") {
			t.Errorf("%s: blocks %v and %v", name, l, c)
		}
		if diff := cmp.Diff(want.Loki, l.toSpec(none.Loki)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if diff := cmp.Diff(want.Collector, collectorSpec(c, none.Collector)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if got := (&loki{}).toSpec(none.Loki); got != enabled.Loki {
		t.Errorf("an empty block is %+v", got)
	}
	if newLoki(&loki{}, none.Loki) == nil || newCollector(&component{}, none.Collector) == nil {
		t.Error("a block with enabled = false becomes none")
	}
}
