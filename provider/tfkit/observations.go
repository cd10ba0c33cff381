package tfkit

import (
	"context"
	"sync"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/client"
)

// Observations keeps one observation per stack, so that refreshing a thousand
// objects asks once. It is safe for concurrent use.
type Observations struct {
	connect func() (*client.Client, error)

	mu     sync.Mutex
	stacks map[string]*observed
}

// observed is one answer, good or bad, shared by all who ask for it.
type observed struct {
	once        sync.Once
	observation *api.Observation
	err         error
	warned      sync.Once
}

func newObservations(connect func() (*client.Client, error)) *Observations {
	return &Observations{connect: connect, stacks: map[string]*observed{}}
}

// Of is what a stack runs, as of the first time anybody asked since the last
// Drop. The observation is shared: read it only. first is true for one caller
// per observation, the one who tells the user about warnings and failures that
// concern the stack as a whole.
func (o *Observations) Of(ctx context.Context, stack string) (observation *api.Observation, first bool, err error) {
	entry := o.entry(stack)
	entry.once.Do(func() {
		c, err := o.connect()
		if err != nil {
			entry.err = err
			return
		}
		entry.observation, entry.err = c.Observe(ctx, stack)
	})
	if ctx.Err() != nil {
		o.Drop(stack) // one caller's end is not the others' answer
	}
	entry.warned.Do(func() { first = true })
	return entry.observation, first, entry.err
}

// Drop forgets what is known of a stack, after a write.
func (o *Observations) Drop(stack string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.stacks, stack)
}

func (o *Observations) entry(stack string) *observed {
	o.mu.Lock()
	defer o.mu.Unlock()
	entry, ok := o.stacks[stack]
	if !ok {
		entry = &observed{}
		o.stacks[stack] = entry
	}
	return entry
}
