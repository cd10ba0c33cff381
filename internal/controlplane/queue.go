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
	// closed. Terraform has ten writes under way and needs about 10 ms of its
	// own for each before it sends the next.
	lingerQuiet = 12 * time.Millisecond
	// lingerMost bounds the wait under a steady stream of writes.
	lingerMost = 30 * time.Millisecond
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
	<-w.done
}

func (q *queue) run() {
	for {
		q.linger()
		q.mu.Lock()
		batch := q.pending
		q.pending = nil
		q.running = len(batch) > 0
		q.mu.Unlock()
		if len(batch) == 0 {
			return
		}
		q.process(batch)
	}
}

// linger waits until the stream of writes pauses.
func (q *queue) linger() {
	size := func() int {
		q.mu.Lock()
		defer q.mu.Unlock()
		return len(q.pending)
	}
	deadline := time.Now().Add(lingerMost)
	for last := size(); last > 0 && time.Now().Before(deadline); {
		time.Sleep(lingerQuiet)
		now := size()
		if now == last {
			return
		}
		last = now
	}
}
