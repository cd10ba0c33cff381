package selfhosted

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/google/renameio/v2/maybe"
	"golang.org/x/sync/errgroup"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/fault"
)

// keepGenerations is how many generations before the current one stay on disk
// for a human to look at.
const keepGenerations = 3

// parallelWrites bounds the files of a generation that are written at once.
const parallelWrites = 16

// rendered maps component to its files.
type rendered map[string]component.Files

// render asks every part for its files and checks those that differ from what
// is on disk with the component's own parser.
func render(parts []part) (rendered, error) {
	all := rendered{}
	for _, p := range parts {
		files, err := p.Render(p.input)
		if err != nil {
			return nil, fmt.Errorf("cannot render the configuration of %s: %w", p.Name(), err)
		}
		all[p.Name()] = files
	}
	return all, nil
}

// changed lists, sorted, the paths whose bytes on disk below dir are not those
// of files: edited, missing or not ours. Live files are compared in live.
func changed(dir, live string, files component.Files) (reload, publish []string, err error) {
	for path, file := range files {
		base, list := dir, &reload
		if file.Live {
			base, list = live, &publish
		}
		onDisk, err := os.ReadFile(filepath.Join(base, filepath.FromSlash(path)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, nil, err
		}
		if err != nil || !bytes.Equal(onDisk, file.Data) {
			*list = append(*list, path)
		}
	}
	extra, err := filesBelow(dir)
	if err != nil {
		return nil, nil, err
	}
	for _, path := range extra {
		if _, ok := files[path]; !ok {
			reload = append(reload, path)
		}
	}
	slices.Sort(reload)
	slices.Sort(publish)
	return reload, publish, nil
}

// filesBelow lists the regular files below dir as slash-separated relative paths.
func filesBelow(dir string) ([]string, error) {
	resolved, err := filepath.EvalSymlinks(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var paths []string
	err = filepath.WalkDir(resolved, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		rel, err := filepath.Rel(resolved, path)
		paths = append(paths, filepath.ToSlash(rel))
		return err
	})
	return paths, err
}

// write puts a new generation on disk and returns its number. A crash leaves
// at most a temporary directory, never half a generation.
func (l layout) write(all rendered) (uint64, error) {
	numbers, err := l.numbers()
	if err != nil {
		return 0, err
	}
	next := uint64(1)
	if len(numbers) > 0 {
		next = numbers[len(numbers)-1] + 1
	}
	temp, err := os.MkdirTemp(l.generations(), temporary)
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(temp) }()
	if err := os.Chmod(temp, 0o700); err != nil {
		return 0, err
	}
	// At once, because each file waits for the disk: together they share the wait.
	var group errgroup.Group
	group.SetLimit(parallelWrites)
	for name, files := range all {
		for path, file := range files {
			target := filepath.Join(temp, name, filepath.FromSlash(path))
			existing := filepath.Join(l.config(name), filepath.FromSlash(path))
			group.Go(func() error { return place(target, existing, file.Data) })
		}
	}
	if err := group.Wait(); err != nil {
		return 0, err
	}
	fault.Point("generation-half")
	if err := os.Rename(temp, filepath.Join(l.generations(), strconv.FormatUint(next, 10))); err != nil {
		return 0, err
	}
	return next, nil
}

// place makes target hold data, as a hard link to existing where that has the
// same bytes: with a thousand rules most files of a generation are the ones of
// the generation before.
func place(target, existing string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		return err
	}
	if onDisk, err := os.ReadFile(existing); err == nil && bytes.Equal(onDisk, data) {
		if resolved, err := filepath.EvalSymlinks(existing); err == nil && os.Link(resolved, target) == nil {
			return nil
		}
	}
	file, err := os.OpenFile(target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Sync(), file.Close())
}

// swap makes current point at a generation, atomically.
func (l layout) swap(number uint64) error {
	next := l.current() + ".next"
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Symlink(filepath.Join(filepath.Base(l.generations()), strconv.FormatUint(number, 10)), next); err != nil {
		return err
	}
	return os.Rename(next, l.current())
}

// currentNumber is the generation that current points at, 0 if none.
func (l layout) currentNumber() uint64 {
	target, err := os.Readlink(l.current())
	if err != nil {
		return 0
	}
	number, err := strconv.ParseUint(filepath.Base(target), 10, 64)
	if err != nil {
		return 0
	}
	return number
}

// publish copies the live files at paths to where the component watches them.
func (l layout) publish(name string, files component.Files, paths []string) error {
	for _, path := range paths {
		target := filepath.Join(l.live(name), filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			return err
		}
		if err := maybe.WriteFile(target, files[path].Data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// tidy removes live files that the current generation does not have.
func (l layout) tidy(all rendered) error {
	for name, files := range all {
		paths, err := filesBelow(l.live(name))
		if err != nil {
			return err
		}
		for _, path := range paths {
			if !files[path].Live {
				if err := os.Remove(filepath.Join(l.live(name), filepath.FromSlash(path))); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// prune removes old generations.
func (l layout) prune() error {
	numbers, err := l.numbers()
	if err != nil {
		return err
	}
	current := l.currentNumber()
	for _, number := range numbers {
		if number != current && number+keepGenerations < current {
			if err := os.RemoveAll(filepath.Join(l.generations(), strconv.FormatUint(number, 10))); err != nil {
				return err
			}
		}
	}
	return nil
}

// temporary is the name pattern of a generation being written.
const temporary = ".new-*"

// numbers lists the generations on disk, ascending.
func (l layout) numbers() ([]uint64, error) {
	if err := os.MkdirAll(l.generations(), 0o700); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(l.generations())
	if err != nil {
		return nil, err
	}
	var numbers []uint64
	for _, entry := range entries {
		if number, err := strconv.ParseUint(entry.Name(), 10, 64); err == nil {
			numbers = append(numbers, number)
		}
	}
	slices.Sort(numbers)
	return numbers, nil
}

// sweep removes generations that a dead writer left half written.
func (l layout) sweep() error {
	entries, err := os.ReadDir(l.generations())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), strings.TrimSuffix(temporary, "*")) {
			if err := os.RemoveAll(filepath.Join(l.generations(), entry.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
