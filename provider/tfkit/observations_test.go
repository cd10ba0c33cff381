package tfkit_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/client"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/server"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/server/servertest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

func connected(plane *servertest.Plane) *tfkit.ProviderData {
	return tfkit.NewProviderData(func() (*client.Client, error) {
		return client.New(client.InProcess(server.New(plane, server.Options{})), "http://in.process", ""), nil
	})
}

func observes(plane *servertest.Plane) int {
	n := 0
	for _, call := range plane.Calls() {
		if call.Method == "Observe" {
			n++
		}
	}
	return n
}

func TestObservationsAskOncePerStack(t *testing.T) {
	t.Parallel()
	plane := &servertest.Plane{}
	for _, name := range []string{"one", "two"} {
		stack := spec.DefaultStack(name)
		if _, err := plane.Put(t.Context(), &stack, api.PutCreate); err != nil {
			t.Fatal(err)
		}
	}
	data := connected(plane)
	var firsts atomic.Int32
	var wg sync.WaitGroup
	for range 100 {
		for _, name := range []string{"one", "two"} {
			wg.Go(func() {
				observation, first, err := data.Observations.Of(t.Context(), name)
				if err != nil || observation.Stack.Observed.Name != name {
					t.Errorf("stack %s: %v", name, err)
				}
				if first {
					firsts.Add(1)
				}
			})
		}
	}
	wg.Wait()
	if n := observes(plane); n != 2 {
		t.Errorf("200 readers of 2 stacks asked %d times, want 2", n)
	}
	if n := firsts.Load(); n != 2 {
		t.Errorf("%d readers were the first, want one per stack", n)
	}

	data.Observations.Drop("one")
	for _, name := range []string{"one", "two"} {
		if _, _, err := data.Observations.Of(t.Context(), name); err != nil {
			t.Error(err)
		}
	}
	if n := observes(plane); n != 3 {
		t.Errorf("asked %d times after one stack was dropped, want 3", n)
	}
}

func TestObservationsShareFailures(t *testing.T) {
	t.Parallel()
	plane := &servertest.Plane{}
	data := connected(plane)
	for range 10 {
		if _, _, err := data.Observations.Of(t.Context(), "missing"); !errors.Is(err, &api.Error{Code: api.CodeNotFound}) {
			t.Fatalf("got %v, want not found", err)
		}
	}
	if n := observes(plane); n != 1 {
		t.Errorf("asked %d times for a stack that is missing, want once", n)
	}
}

func TestObservationsForgetWhatWasCancelled(t *testing.T) {
	t.Parallel()
	plane := &servertest.Plane{}
	stack := spec.DefaultStack("one")
	if _, err := plane.Put(t.Context(), &stack, api.PutCreate); err != nil {
		t.Fatal(err)
	}
	data := connected(plane)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := data.Observations.Of(ended, "one"); err == nil {
		t.Fatal("a cancelled call has an answer")
	}
	if _, _, err := data.Observations.Of(t.Context(), "one"); err != nil {
		t.Errorf("the end of another caller is remembered: %v", err)
	}
}

func TestConnectsLateAndOnce(t *testing.T) {
	t.Parallel()
	n := 0
	data := tfkit.NewProviderData(func() (*client.Client, error) { n++; return nil, errors.New("no") })
	if n != 0 {
		t.Error("connected before anybody asked")
	}
	for range 3 {
		if _, err := data.Client(); err == nil {
			t.Error("the error of connect is lost")
		}
	}
	if n != 1 {
		t.Errorf("connected %d times, want once", n)
	}
	if _, err := tfkit.NewProviderData(nil).Client(); !errors.Is(err, tfkit.ErrUnconfigured) {
		t.Errorf("got %v, want ErrUnconfigured", err)
	}
}
