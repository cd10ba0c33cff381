package controlplane

import (
	"context"
	"sync"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/backend"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

const (
	// lingerQuiet is how long no further write may have come before a batch is
	// closed that nobody is known to be missing from.
	lingerQuiet = 12 * time.Millisecond
	// lingerExpected is how long to wait at least for the next of the writers
	// that are expected: Terraform needs about 10 ms of its own for each before
	// it sends the next.
	lingerExpected = 60 * time.Millisecond
	// lingerMost bounds the wait under a steady stream of writes.
	lingerMost = 250 * time.Millisecond
	// costMost bounds what a batch is taken to cost: one that starts or builds
	// components says nothing about the next.
	costMost = time.Second
)

// write is one request to change a stack, and its answer.
type write struct {
	ctx    context.Context
	kind   spec.Kind
	name   string
	object spec.Object // nil deletes
	mode   api.PutMode
	force  bool

	// done is closed when the fields below are set.
	done     chan struct{}
	err      error
	adopted  bool
	found    bool        // the stack's data was there although the store had no stack
	stored   spec.Object // the object as stored: secrets sealed
	revision uint64
	staying  string // why a deleted object is still there; empty if it is not
	state    spec.State
	runtime  backend.Runtime
}

// finish answers the write, once.
func (w *write) finish(err error) {
	w.err = err
	close(w.done)
}

// queue gathers the writes of one stack into batches (group commit): those that
// arrive while a batch is being applied share the next one.
type queue struct {
	// process applies a batch and finishes every write in it.
	process func([]*write)

	mu      sync.Mutex
	pending []*write
	running bool
	// arrived is signalled by every write.
	arrived chan struct{}
	// expected is how many writers there were when the last batch was finished:
	// those of the batch and those that came meanwhile. A tool with a fixed
	// number of writes under way comes back with as many, and a batch of all of
	// them costs no more than one of half.
	expected int
	// cost is how long the last batch took. Waiting for everybody for that long
	// is no worse than another batch, and it tells how busy the machine is.
	cost time.Duration
}

func newQueue(process func([]*write)) *queue {
	return &queue{process: process, arrived: make(chan struct{}, 1)}
}

// submit returns when the write is finished.
func (q *queue) submit(w *write) {
	q.mu.Lock()
	q.pending = append(q.pending, w)
	if !q.running {
		q.running = true
		go q.run()
	}
	q.mu.Unlock()
	select {
	case q.arrived <- struct{}{}:
	default:
	}
	<-w.done
}

func (q *queue) run() {
	for {
		q.linger()
		q.mu.Lock()
		batch := q.pending
		q.pending, q.expected = nil, 0
		q.running = len(batch) > 0
		q.mu.Unlock()
		if len(batch) == 0 {
			return
		}
		began := time.Now()
		q.process(batch)
		q.mu.Lock()
		q.cost = min(time.Since(began), costMost)
		q.expected = len(batch) + len(q.pending)
		q.mu.Unlock()
	}
}

// linger waits until everybody who is expected is there or the stream of writes
// pauses.
func (q *queue) linger() {
	most := time.NewTimer(max(lingerMost, q.cost))
	defer most.Stop()
	for {
		q.mu.Lock()
		here, expected := len(q.pending), q.expected
		q.mu.Unlock()
		pause := lingerQuiet
		switch {
		case here == 0 && expected <= 1, here >= expected && expected > 1:
			return
		case here < expected:
			pause = max(lingerExpected, q.cost/2)
		}
		select {
		case <-q.arrived:
		case <-time.After(pause):
			return
		case <-most.C:
			return
		}
	}
}
