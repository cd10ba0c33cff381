package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// ErrBusy is returned when other processes kept the store locked for too long
// or until the context ended (errors.Is then finds the context's error too).
var ErrBusy = errors.New("store is busy")

// String names the document in a sentence.
func (k Key) String() string {
	return fmt.Sprintf("%s %q of stack %q", strings.ReplaceAll(k.Kind, "_", " "), k.Name, k.Stack)
}

// Check refuses changes that no store could keep: a key with an empty part or
// a zero byte in its kind, one key twice in a commit, a body that is not JSON.
// Every store calls it first in Commit.
func Check(changes []Change) error {
	seen := make(map[Key]bool, len(changes))
	for _, c := range changes {
		switch {
		case c.Key.Stack == "" || c.Key.Kind == "" || c.Key.Name == "":
			return fmt.Errorf("%s: stack, kind and name must not be empty", c.Key)
		case strings.ContainsRune(c.Key.Kind, 0):
			return fmt.Errorf("%s: the kind contains a zero byte", c.Key)
		case seen[c.Key]:
			return fmt.Errorf("%s: it is there twice in one commit", c.Key)
		case c.Body != nil && !json.Valid(c.Body):
			return fmt.Errorf("%s: the body is not JSON", c.Key)
		}
		seen[c.Key] = true
	}
	return nil
}

// Next returns the revision a change leads to, given the revision stored now
// (0 for none), or ErrRevision if the change expects another one.
func (c Change) Next(stored uint64) (uint64, error) {
	if c.IfRevision != AnyRevision && c.IfRevision != stored {
		return 0, fmt.Errorf("%s: %w (stored %d, expected %d)", c.Key, ErrRevision, stored, c.IfRevision)
	}
	return stored + 1, nil
}
