package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/store"
)

// Concurrent tests goroutines that write through all the given handles of one
// store at the same time: no write is lost, none is seen in part.
func Concurrent(t *testing.T, handles ...store.Store) {
	const writers, rounds = 8, 6
	left, right := key("one", "counter", "left"), key("one", "counter", "right")
	var group sync.WaitGroup
	for i := range writers {
		s := handles[i%len(handles)]
		group.Go(func() {
			for round := range rounds {
				own := key("one", "alert_rule", fmt.Sprintf("w%d-%d", i, round))
				increment(t, s, left, right, write(own, `{}`, 0))
				wantEqual(t, s, left, right)
			}
		})
	}
	group.Wait()
	for _, s := range handles {
		if got := string(get(t, s, left).Body); got != fmt.Sprint(writers*rounds) {
			t.Errorf("the counter is %s after %d increments", got, writers*rounds)
		}
		list, err := s.List(t.Context(), "one")
		if err != nil || len(list) != writers*rounds+2 {
			t.Errorf("the stack has %d documents, want %d (%v)", len(list), writers*rounds+2, err)
		}
	}
}

// increment adds one to both counters with compare-and-swap, together with extra.
func increment(t *testing.T, s store.Store, left, right store.Key, extra store.Change) {
	for {
		document, err := s.Get(t.Context(), left)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			t.Error(err)
			return
		}
		var count int
		if document.Body != nil {
			if err := json.Unmarshal(document.Body, &count); err != nil {
				t.Error(err)
				return
			}
		}
		next := fmt.Sprint(count + 1)
		_, err = s.Commit(t.Context(), write(left, next, document.Revision), extra, write(right, next, document.Revision))
		if err == nil {
			return
		}
		if !errors.Is(err, store.ErrRevision) {
			t.Error(err)
			return
		}
	}
}

// wantEqual checks that one listing never shows one counter without the other.
func wantEqual(t *testing.T, s store.Store, left, right store.Key) {
	list, err := s.List(t.Context(), "one")
	if err != nil {
		t.Error(err)
		return
	}
	body := func(k store.Key) string {
		i := slices.IndexFunc(list, func(d store.Document) bool { return d.Key == k })
		if i < 0 {
			return "absent"
		}
		return string(list[i].Body)
	}
	if body(left) != body(right) {
		t.Errorf("half a commit is visible: left %s, right %s", body(left), body(right))
	}
}
