package grafanatest

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"
)

// database keeps every row in memory. With a file it is also a journal: what
// one request changes is one appended line, so that a kill at any moment leaves
// a request either whole or undone, and a save costs what it changes and not
// what is stored.
type database struct {
	file    *os.File // nil: memory only
	pending []entry

	sequences       table[int64]
	users           table[user]
	folders         table[folder]
	dashboards      table[dashboard]
	versions        table[version]
	dataSources     table[dataSource]
	serviceAccounts table[serviceAccount]
	tokens          table[token]
	annotations     table[annotation]
}

// entry is one change of one row; a null row is a deletion.
type entry struct {
	Table string          `json:"table"`
	Key   string          `json:"key"`
	Row   json.RawMessage `json:"row"`
}

// openDatabase reads the journal at path, drops a last line that was cut off,
// and writes what is left as one snapshot to append to. An empty path keeps
// everything in memory.
func openDatabase(path string) (*database, error) {
	db := &database{}
	db.sequences = newTable[int64](db, "sequences")
	db.users = newTable[user](db, "users")
	db.folders = newTable[folder](db, "folders")
	db.dashboards = newTable[dashboard](db, "dashboards")
	db.versions = newTable[version](db, "versions")
	db.dataSources = newTable[dataSource](db, "datasources")
	db.serviceAccounts = newTable[serviceAccount](db, "serviceaccounts")
	db.tokens = newTable[token](db, "tokens")
	db.annotations = newTable[annotation](db, "annotations")
	if path == "" {
		return db, nil
	}
	if err := db.load(path); err != nil {
		return nil, fmt.Errorf("cannot read database %q: %v", path, err)
	}
	if err := db.compact(path); err != nil {
		return nil, fmt.Errorf("cannot write database %q: %v", path, err)
	}
	return db, nil
}

// stored is a table without its row type.
type stored interface {
	restore(key string, row json.RawMessage) error
	snapshot() ([]entry, error)
}

func (db *database) tables() map[string]stored {
	return map[string]stored{
		db.sequences.name: &db.sequences, db.users.name: &db.users, db.folders.name: &db.folders,
		db.dashboards.name: &db.dashboards, db.versions.name: &db.versions, db.dataSources.name: &db.dataSources,
		db.serviceAccounts.name: &db.serviceAccounts, db.tokens.name: &db.tokens, db.annotations.name: &db.annotations,
	}
}

func (db *database) load(path string) error {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	tables := db.tables()
	lines := bufio.NewReader(file)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) { // what a kill cut off has no end of line
			return nil
		}
		if err != nil {
			return err
		}
		var entries []entry
		if err := json.Unmarshal(line, &entries); err != nil {
			return err
		}
		for _, e := range entries {
			if tables[e.Table] == nil {
				return fmt.Errorf("unknown table %q", e.Table)
			}
			if err := tables[e.Table].restore(e.Key, e.Row); err != nil {
				return err
			}
		}
	}
}

func (db *database) compact(path string) error {
	var snapshot bytes.Buffer
	lines := json.NewEncoder(&snapshot)
	for _, t := range db.tables() {
		entries, err := t.snapshot()
		if err != nil {
			return err
		}
		if err := lines.Encode(entries); err != nil {
			return err
		}
	}
	if err := os.WriteFile(path+".new", snapshot.Bytes(), 0o600); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	var err error
	db.file, err = os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o600)
	return err
}

// commit makes the changes since the last commit last.
func (db *database) commit() error {
	pending := db.pending
	db.pending = nil
	if db.file == nil || len(pending) == 0 {
		return nil
	}
	line, err := json.Marshal(pending)
	if err != nil {
		return err
	}
	_, err = db.file.Write(append(line, '\n'))
	return err
}

// next returns the next id of a sequence; ids are never used twice.
func (db *database) next(sequence string) int64 {
	id, _ := db.sequences.get(sequence)
	db.sequences.put(sequence, id+1)
	return id + 1
}

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
