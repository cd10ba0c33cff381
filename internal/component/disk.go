package component

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// Edit is a file that somebody else changed.
type Edit struct {
	// Path is slash-separated and relative, as in Files.
	Path string
	// Verb tells what happened: "edited", "removed" or "added".
	Verb string
}

// Sentence tells of the edit; effective tells whether it shows in what runs.
func (e Edit) Sentence(effective bool) string {
	sentence := e.Path + " was " + e.Verb + " by hand"
	if !effective {
		sentence += ", without effect so far"
	}
	return sentence
}

// Edits compares the files where the component reads them with f, in path
// order. Files that f does not have count when they match one of patterns
// (slash-separated, relative to Input.ConfigDir, as in filepath.Glob).
func (f Files) Edits(in Input, patterns ...string) ([]Edit, error) {
	var edits []Edit
	for _, path := range slices.Sorted(maps.Keys(f)) {
		data, err := os.ReadFile(f.place(in, path))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			edits = append(edits, Edit{Path: path, Verb: "removed"})
		case err != nil:
			return nil, err
		case !bytes.Equal(data, f[path].Data):
			edits = append(edits, Edit{Path: path, Verb: "edited"})
		}
	}
	for _, pattern := range patterns {
		found, err := filepath.Glob(filepath.Join(in.ConfigDir, filepath.FromSlash(pattern)))
		if err != nil {
			return nil, err
		}
		for _, name := range found {
			path, err := filepath.Rel(in.ConfigDir, name)
			if err != nil {
				return nil, err
			}
			path = filepath.ToSlash(path)
			if _, ours := f[path]; !ours {
				edits = append(edits, Edit{Path: path, Verb: "added"})
			}
		}
	}
	return edits, nil
}

// place is where the component reads the file.
func (f Files) place(in Input, path string) string {
	dir := in.ConfigDir
	if f[path].Live {
		dir = in.LiveDir
	}
	return filepath.Join(dir, filepath.FromSlash(path))
}
