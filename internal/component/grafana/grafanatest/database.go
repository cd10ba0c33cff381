package grafanatest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
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
	libraryElements table[libraryElement]
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
	db.libraryElements = newTable[libraryElement](db, "libraryelements")
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
		db.libraryElements.name: &db.libraryElements,
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
