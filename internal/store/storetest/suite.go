// Package storetest is the suite that every store has to pass.
package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/store"
)

// Run tests the stores that open returns: an empty one for every call.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	for name, test := range map[string]func(*testing.T, store.Store){
		"Empty":        testEmpty,
		"Revisions":    testRevisions,
		"Expectations": testExpectations,
		"AllOrNothing": testAllOrNothing,
		"Order":        testOrder,
		"Delete":       testDelete,
		"Thousand":     testThousand,
		"HostileNames": testHostileNames,
		"Bodies":       testBodies,
		"Refused":      testRefused,
		"Copies":       testCopies,
		"Cancelled":    testCancelled,
		"Concurrent":   func(t *testing.T, s store.Store) { Concurrent(t, s) },
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func testEmpty(t *testing.T, s store.Store) {
	wantStacks(t, s)
	wantList(t, s, "nowhere")
	wantMissing(t, s, key("nowhere", "alert_rule", "a"))
	if got := commit(t, s); len(got) != 0 {
		t.Errorf("a commit of nothing wrote %v", got)
	}
	commit(t, s, store.Change{Key: key("nowhere", "alert_rule", "a"), IfRevision: store.AnyRevision})
	wantStacks(t, s)
}

func testRevisions(t *testing.T, s store.Store) {
	a, b := key("one", "alert_rule", "a"), key("one", "alert_rule", "b")
	for want := uint64(1); want <= 3; want++ {
		body := fmt.Sprintf(`{"write":%d}`, want)
		got := commit(t, s, write(a, body, store.AnyRevision))
		wantDocuments(t, got, document(a, want, body))
		wantDocuments(t, []store.Document{get(t, s, a)}, document(a, want, body))
	}
	wantDocuments(t, commit(t, s, write(b, `{}`, 0)), document(b, 1, `{}`))
	wantStacks(t, s, "one")
}

func testExpectations(t *testing.T, s store.Store) {
	old, missing := key("one", "alert_rule", "old"), key("one", "alert_rule", "missing")
	commit(t, s, write(old, `1`, 0))
	commit(t, s, write(old, `2`, 1))
	for name, change := range map[string]store.Change{
		"create what exists":            write(old, `3`, 0),
		"update an earlier revision":    write(old, `3`, 1),
		"update a later revision":       write(old, `3`, 3),
		"update what is not there":      write(missing, `3`, 1),
		"delete an earlier revision":    {Key: old, IfRevision: 1},
		"delete what must not be there": {Key: old, IfRevision: 0},
		"delete a missing revision":     {Key: missing, IfRevision: 1},
	} {
		_, err := s.Commit(t.Context(), change)
		if !errors.Is(err, store.ErrRevision) {
			t.Errorf("%s: error is %v, want %v", name, err, store.ErrRevision)
		} else if !strings.Contains(err.Error(), change.Key.Name) {
			t.Errorf("%s: the error does not name the document: %v", name, err)
		}
	}
	wantList(t, s, "one", document(old, 2, `2`))
	commit(t, s, write(old, `3`, 2), write(missing, `1`, 0))
	commit(t, s, store.Change{Key: old, IfRevision: 3}, store.Change{Key: key("one", "alert_rule", "never"), IfRevision: 0})
	wantList(t, s, "one", document(missing, 1, `1`))
}

func testAllOrNothing(t *testing.T, s store.Store) {
	a, b, c := key("one", "alert_rule", "a"), key("one", "alert_rule", "b"), key("two", "alert_rule", "c")
	commit(t, s, write(a, `"first"`, 0))
	got, err := s.Commit(t.Context(), write(b, `1`, 0), write(c, `1`, 0), store.Change{Key: a, IfRevision: store.AnyRevision}, write(key("one", "stack", "one"), `1`, 7))
	if !errors.Is(err, store.ErrRevision) || got != nil {
		t.Fatalf("Commit = %v, %v; want nothing and %v", got, err, store.ErrRevision)
	}
	wantList(t, s, "one", document(a, 1, `"first"`))
	wantStacks(t, s, "one")

	got = commit(t, s, write(b, `1`, 0), store.Change{Key: a, IfRevision: 1}, write(c, `1`, 0))
	wantDocuments(t, got, document(b, 1, `1`), store.Document{}, document(c, 1, `1`))
	wantStacks(t, s, "one", "two")
}

func testOrder(t *testing.T, s store.Store) {
	keys := []store.Key{
		key("s", "alert_rule", "B"), key("s", "alert_rule", "a"), key("s", "alert_rule", "a-1"), key("s", "alert_rule", "a1"),
		key("s", "alert_rule", "b"), key("s", "alert_rule-x", "a"), key("s", "alert_rules", "a"), key("s", "stack", "s"),
	}
	want := make([]store.Document, len(keys))
	for i, k := range slices.Backward(keys) {
		commit(t, s, write(k, `{}`, 0))
		want[i] = document(k, 1, `{}`)
	}
	wantList(t, s, "s", want...)
	commit(t, s, write(key("s2", "stack", "s2"), `{}`, 0), write(key("a", "stack", "a"), `{}`, 0))
	wantStacks(t, s, "a", "s", "s2")
	wantList(t, s, "s", want...)
}

func testDelete(t *testing.T, s store.Store) {
	a, b := key("one", "alert_rule", "a"), key("one", "stack", "one")
	commit(t, s, write(a, `1`, 0), write(b, `1`, 0))
	wantDocuments(t, commit(t, s, store.Change{Key: a, IfRevision: store.AnyRevision}), store.Document{})
	wantMissing(t, s, a)
	wantList(t, s, "one", document(b, 1, `1`))
	commit(t, s, store.Change{Key: a, IfRevision: store.AnyRevision})
	commit(t, s, store.Change{Key: b, IfRevision: 1})
	wantStacks(t, s)
	wantDocuments(t, commit(t, s, write(a, `2`, 0)), document(a, 1, `2`))
}

func testThousand(t *testing.T, s store.Store) {
	changes := make([]store.Change, 1000)
	want := make([]store.Document, len(changes))
	for i := range changes {
		k := key("one", "alert_rule", fmt.Sprintf("rule-%04d", i))
		body := fmt.Sprintf(`{"name":%q,"expr":%q}`, k.Name, strings.Repeat("up == 0 or ", 20))
		changes[i], want[i] = write(k, body, 0), document(k, 1, body)
	}
	wantDocuments(t, commit(t, s, changes...), want...)
	wantList(t, s, "one", want...)
	if got := get(t, s, changes[500].Key); string(got.Body) != string(changes[500].Body) {
		t.Errorf("document 500 is %s", got.Body)
	}
	for i := range changes {
		changes[i] = store.Change{Key: changes[i].Key, IfRevision: 1}
	}
	commit(t, s, changes...)
	wantStacks(t, s)
}

func testHostileNames(t *testing.T, s store.Store) {
	names := []string{
		"..", "/", "a/b", "a\x00b", "\x00", "ünïcode ☃", "{}", "%00", "'; DROP TABLE", "\xff\xfe", " ", strings.Repeat("n", 1000),
	}
	slices.Sort(names)
	want := make([]store.Document, len(names))
	for i, name := range names {
		k := key(name, "alert_rule", name)
		wantDocuments(t, commit(t, s, write(k, `"in its own stack"`, 0)), document(k, 1, `"in its own stack"`))
		k = key("all", "alert_rule", name)
		commit(t, s, write(k, `{}`, 0))
		want[i] = document(k, 1, `{}`)
	}
	wantList(t, s, "all", want...)
	wantStacks(t, s, slices.Sorted(slices.Values(append(names, "all")))...)
}

func testBodies(t *testing.T, s store.Store) {
	for i, body := range []string{
		`null`, `0`, `""`, `{ "spaces" : [ 1 , 2 ] }`, `{"b":1,"a":2,"a":3}`, `"\u0000\ud83d\ude00<>&"`, `1e400`,
		"\"" + strings.Repeat("x", 1<<20) + "\"",
	} {
		k := key("one", "alert_rule", fmt.Sprint(i))
		commit(t, s, write(k, body, 0))
		if got := string(get(t, s, k).Body); got != body {
			t.Errorf("body %.40s comes back as %.40s", body, got)
		}
	}
}

func testRefused(t *testing.T, s store.Store) {
	a := key("one", "alert_rule", "a")
	for name, change := range map[string]store.Change{
		"no stack":                 write(key("", "alert_rule", "a"), `{}`, 0),
		"no kind":                  write(key("one", "", "a"), `{}`, 0),
		"no name":                  write(key("one", "alert_rule", ""), `{}`, 0),
		"zero byte in the kind":    write(key("one", "alert\x00rule", "b"), `{}`, 0),
		"twice in one commit":      write(a, `{"other":1}`, store.AnyRevision),
		"an empty body":            {Key: key("one", "alert_rule", "b"), Body: json.RawMessage{}},
		"a body that is cut off":   write(key("one", "alert_rule", "b"), `{"a":`, 0),
		"a body that is not UTF-8": write(key("one", "alert_rule", "b"), "\xff", 0),
	} {
		if _, err := s.Commit(t.Context(), write(a, `{}`, 0), change); err == nil {
			t.Errorf("%s: committed", name)
		}
	}
	wantStacks(t, s)
}

// testCopies proves that nothing the store returns or keeps is shared with the caller.
func testCopies(t *testing.T, s store.Store) {
	k := key("one", "alert_rule", "a")
	body := json.RawMessage(`{"a":1}`)
	written := commit(t, s, store.Change{Key: k, Body: body})
	copy(body, `[overwr`)
	copy(written[0].Body, `[overwr`)
	copy(get(t, s, k).Body, `[overwr`)
	wantList(t, s, "one", document(k, 1, `{"a":1}`))
}

func testCancelled(t *testing.T, s store.Store) {
	k := key("one", "alert_rule", "a")
	commit(t, s, write(k, `1`, 0))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, getErr := s.Get(ctx, k)
	_, listErr := s.List(ctx, "one")
	_, stacksErr := s.Stacks(ctx)
	_, commitErr := s.Commit(ctx, write(k, `2`, 1))
	_, nothingErr := s.Commit(ctx)
	for name, err := range map[string]error{"Get": getErr, "List": listErr, "Stacks": stacksErr, "Commit": commitErr, "Commit of nothing": nothingErr} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s with a cancelled context: error is %v, want %v", name, err, context.Canceled)
		}
	}
	wantList(t, s, "one", document(k, 1, `1`))
}

func wantDocuments(t *testing.T, got []store.Document, want ...store.Document) {
	t.Helper()
	text := cmp.Transformer("text", func(m json.RawMessage) string { return string(m) })
	if len(got)+len(want) > 0 && !cmp.Equal(want, got, text) {
		t.Errorf("documents (-want +got):\n%s", cmp.Diff(want, got, text))
	}
}
