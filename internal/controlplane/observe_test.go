package controlplane_test

import (
	"context"
	"log/slog"
	"sync/atomic"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/backend"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/backend/backendtest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/controlplane"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// midway is a backend that somebody is seen to change while changing is set.
type midway struct {
	*backendtest.Fake
	changing atomic.Bool
	// seen gets a value for every observation, if there is room.
	seen chan struct{}
}

func (m *midway) Observe(ctx context.Context, state spec.State, runtime backend.Runtime) (backend.Observation, error) {
	o, err := m.Fake.Observe(ctx, state, runtime)
	if m.changing.Load() {
		o.Report.Observed.AlertRules[0].Expr = "up == 1"
	}
	m.seen <- struct{}{}
	return o, err
}

// What a writer has changed and not committed yet was edited by nobody's hand.
func TestWritersAreNoDrift(t *testing.T) {
	f := withStack(t)
	f.mustPut(t, rule("down"), api.PutCreate)
	b := &midway{Fake: f.backend, seen: make(chan struct{}, 10)}
	f.Plane = controlplane.New(f.store, b, slog.New(slog.DiscardHandler))
	expr := func() string {
		o, err := f.Observe(t.Context(), "production")
		if err != nil {
			t.Error(err)
			return ""
		}
		record, _ := api.RecordOf[spec.AlertRule](o.Objects, "down")
		return record.Observed.Expr
	}

	release, err := b.Lock(t.Context(), "production")
	if err != nil {
		t.Fatal(err)
	}
	b.changing.Store(true)
	observed := make(chan string)
	go func() { observed <- expr() }()
	<-b.seen
	b.changing.Store(false)
	release()
	if got := <-observed; got != "up == 0" {
		t.Errorf("observed beside a writer: %s", got)
	}

	b.changing.Store(true)
	if got := expr(); got != "up == 1" {
		t.Errorf("observed with nobody writing: %s, want what was changed by hand", got)
	}
}
