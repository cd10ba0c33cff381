package collector_test

import (
	"path/filepath"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// The anchor is no log of a source that has begun at the beginning before.
func TestTheAnchorIsNoLog(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.log")
	write(t, file, "first\n")
	b := start(t, fileSource("api", dir))
	b.arrived("api", 1)
	b.in.State.LogSources[0].Files.StartAt = spec.StartAtEnd
	b.files = componenttest.Publish(t, b.c, b.in)
	b.reload()
	if err := b.c.Settle(t.Context(), b.in, &b.in.State.LogSources[0]); err != nil {
		t.Fatal(err)
	}
	write(t, file, "first\nsecond\n")
	if records := b.arrived("api", 2); len(records) != 2 || records[1].Body != "second" {
		t.Errorf("records %+v", records)
	}
}
