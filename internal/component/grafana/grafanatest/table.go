package grafanatest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// table is the rows of one kind, by key.
type table[T any] struct {
	db   *database
	name string
	rows map[string]T
}

func newTable[T any](db *database, name string) table[T] {
	return table[T]{db: db, name: name, rows: map[string]T{}}
}

func (t *table[T]) get(key string) (T, bool) {
	row, ok := t.rows[key]
	return row, ok
}

func (t *table[T]) put(key string, row T) {
	t.rows[key] = row
	t.record(key, row)
}

func (t *table[T]) remove(key string) {
	delete(t.rows, key)
	t.record(key, nil)
}

func (t *table[T]) record(key string, row any) {
	if t.db.file == nil {
		return
	}
	raw, err := json.Marshal(row)
	if err != nil {
		panic(fmt.Sprintf("a row of %s is not JSON: %v", t.name, err))
	}
	t.db.pending = append(t.db.pending, entry{Table: t.name, Key: key, Row: raw})
}

// where returns the rows that keep accepts, in the given order.
func (t *table[T]) where(keep func(T) bool, order func(a, b T) int) []T {
	rows := slices.DeleteFunc(slices.Collect(maps.Values(t.rows)), func(row T) bool { return !keep(row) })
	slices.SortFunc(rows, order)
	return rows
}

// find returns a row that match accepts.
func (t *table[T]) find(match func(T) bool) (T, bool) {
	for _, row := range t.rows {
		if match(row) {
			return row, true
		}
	}
	var none T
	return none, false
}

func (t *table[T]) restore(key string, row json.RawMessage) error {
	if string(row) == "null" {
		delete(t.rows, key)
		return nil
	}
	var value T
	if err := json.Unmarshal(row, &value); err != nil {
		return fmt.Errorf("row %q of %s: %v", key, t.name, err)
	}
	t.rows[key] = value
	return nil
}

func (t *table[T]) snapshot() ([]entry, error) {
	entries := []entry{}
	for _, key := range slices.Sorted(maps.Keys(t.rows)) {
		raw, err := json.Marshal(t.rows[key])
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry{Table: t.name, Key: key, Row: raw})
	}
	return entries, nil
}

func all[T any](T) bool { return true }

// key is the key of a row that is known by its number.
func key(id int64) string { return strconv.FormatInt(id, 10) }

// byTitle orders as Grafana lists: by title, what was made first first.
func byTitle(aTitle, bTitle string, aID, bID int64) int {
	return cmp.Or(cmp.Compare(aTitle, bTitle), cmp.Compare(aID, bID))
}
