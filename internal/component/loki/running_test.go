package loki_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/loki"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// bench is a running Loki.
type bench struct {
	testing.TB
	c     *loki.Component
	in    component.Input
	files component.Files
}

func start(t testing.TB, state spec.State, extra ...string) *bench {
	t.Helper()
	b := &bench{TB: t, c: loki.New(), in: componenttest.Input(t, state)}
	b.files = componenttest.Publish(t, b.c, b.in)
	componenttest.Start(t, b.c, b.in, binary(t), extra...)
	b.verify(nil)
	return b
}

func (b *bench) verify(changed []string) {
	b.Helper()
	if err := b.c.Verify(b.Context(), b.in, b.files, changed); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) observe() *component.Report {
	b.Helper()
	return componenttest.Observe(b, b.c, b.in, b.files)
}

// want compares the report with the desired state after change, and the drift
// sentences.
func (b *bench) want(report *component.Report, change func(*spec.State), drift ...string) {
	b.Helper()
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
			b := start(t, state)
			report := b.observe()
			b.want(report, nil)
			if report.Versions[component.Loki] != version {
				t.Errorf("version %q", report.Versions[component.Loki])
			}
		})
	}
}
