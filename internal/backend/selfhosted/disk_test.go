//go:build unix

package selfhosted_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/disktest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// What the disk has no room for leaves what runs as it is, and the error says
// what to do.
func TestFullDisk(t *testing.T) {
	f := newFixture(t)
	if err := f.apply(with("a"), nil); err != nil {
		t.Fatal(err)
	}
	const room = 4096
	large := strings.Repeat("x", 2*room)
	lift := disktest.LimitFiles(t, room)
	_, secret := f.PutSecret(t.Context(), "production", component.ObjectKey{Kind: spec.KindChannel, Name: "chat"}, "slack.api_url", large)
	for what, err := range map[string]error{"write a generation": f.apply(with("a", large), nil), "store secret": secret} {
		told := (*api.Error)(nil)
		if !errors.As(err, &told) || told.Code != api.CodeUnavailable || !strings.Contains(told.Message, "cannot "+what) || !strings.Contains(told.Detail, "Free some space") {
			t.Errorf("%s: error %#v", what, err)
		}
	}
	if got := f.onDisk(t); got != "a" || f.component.running != "a" || f.component.reloads != 1 {
		t.Errorf("on disk %q, running %q after %d reloads", got, f.component.running, f.component.reloads)
	}
	generations, err := filepath.Glob(filepath.Join(f.dir, "stacks", "production", "generations", "*"))
	if err != nil || len(generations) != 1 {
		t.Errorf("left are %q (%v)", generations, err)
	}
	lift()
	if err := f.apply(with("a", large), nil); err != nil || f.component.running != "a,"+large {
		t.Errorf("with room again: %v, running %.20q", err, f.component.running)
	}
}
