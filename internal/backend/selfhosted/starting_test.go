package selfhosted_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
)

// late is a component that does not serve before a time.
type late struct {
	*obedient
	serves  time.Time
	silence error // what it does until then
}

func (l *late) Ready(context.Context, component.Input) error {
	if time.Now().Before(l.serves) {
		return l.silence
	}
	return nil
}

// A component that the engine has started again by itself may need minutes,
// which a restart would not shorten. One that does not answer needs the restart.
func TestWhatIsStartingIsNotRestarted(t *testing.T) {
	for name, test := range map[string]struct {
		silence  error
		restarts int32
	}{
		"starting": {fmt.Errorf("GET /-/ready answers 503: %w", component.ErrStarting), 0},
		"hung":     {errors.New("no answer"), 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFixture(t)
				slow := &late{obedient: f.component, silence: test.silence}
				f.with(slow)
				if err := f.apply(with("a"), nil); err != nil {
					t.Fatal(err)
				}
				var restarts atomic.Int32
				f.units.starting = func(engine.Unit) error {
					restarts.Add(1)
					f.component.reloads = 0 // so that it reads its files
					return nil
				}
				slow.serves = time.Now().Add(2 * time.Minute)
				if err := f.apply(with("a", "b"), nil); err != nil {
					t.Fatal(err)
				}
				if got := restarts.Load(); got != test.restarts || f.component.running != "a,b" {
					t.Errorf("restarted %d times, running %q", got, f.component.running)
				}
			})
		})
	}
}
