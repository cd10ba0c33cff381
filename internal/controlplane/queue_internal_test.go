package controlplane

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

const (
	// reload is what a batch costs, however many writes there are in it.
	reload = 80 * time.Millisecond
	// own is what Terraform needs of its own for each write.
	own = 8 * time.Millisecond
)

// run lets writers make writes one after the other, as Terraform does with one
// processor, and tells how many batches that took and how long. On a machine
// that is busy everything takes so many times longer.
func run(t *testing.T, writers, each int, busy time.Duration) (batches int, took time.Duration) {
	t.Helper()
	synctest.Test(t, func(*testing.T) {
		q := newQueue(func(batch []*write) {
			batches++
			time.Sleep(busy * reload)
			finishAll(batch, nil)
		})
		processor := make(chan struct{}, 1)
		began := time.Now()
		var all sync.WaitGroup
		for range writers {
			all.Go(func() {
				for range each {
					processor <- struct{}{}
					time.Sleep(busy * own)
					<-processor
					q.submit(&write{done: make(chan struct{})})
				}
			})
		}
		all.Wait()
		took = time.Since(began)
		time.Sleep(time.Second) // the queue's own goroutine ends
	})
	return batches, took
}

// Ten writers that come back again and again share batches of ten, although
// they come one after the other: a batch costs the same for ten as for five.
func TestWritersThatComeBackShareBatches(t *testing.T) {
	for _, busy := range []time.Duration{1, 8} {
		batches, took := run(t, 10, 100, busy)
		if batches > 110 {
			t.Errorf("1,000 writes took %d batches on a machine busy %d times over", batches, busy)
		}
		if most := 110 * busy * (reload + 10*own); took > most {
			t.Errorf("1,000 writes took %s, want at most %s", took, most)
		}
	}
}

// One writer waits for nobody but for a moment.
func TestSingleWriterDoesNotWait(t *testing.T) {
	batches, took := run(t, 1, 10, 1)
	if most := 10 * (own + lingerQuiet + reload); batches != 10 || took > most {
		t.Errorf("10 writes took %d batches and %s, want 10 and at most %s", batches, took, most)
	}
}
