package artifact

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// maxExecutable bounds one extracted file, in bytes.
const maxExecutable = 1 << 30

// extract takes the wanted files, executables by the name of their entry, out
// of an archive. Names in the archive are compared and never used as paths, so
// none can lead outside.
func extract(archive, dir string, walk walkFunc, wanted map[string]string) error {
	missing := maps.Clone(wanted)
	err := walk(archive, func(entry string, body io.Reader) error {
		name, ok := missing[entry]
		if !ok {
			return nil
		}
		delete(missing, entry)
		if err := writeLimited(filepath.Join(dir, name), body, maxExecutable); err != nil {
			return err
		}
		if len(missing) == 0 {
			return fs.SkipAll
		}
		return nil
	})
	if err != nil && !errors.Is(err, fs.SkipAll) {
		return err
	}
	if len(missing) > 0 {
		return fmt.Errorf("it does not contain %s", slices.Min(slices.Collect(maps.Keys(missing))))
	}
	return nil
}

// extractAll takes every file of an archive but its top folder. What would lie
// outside dir is an error.
func extractAll(archive, dir string, walk walkFunc) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // a directory that was only written into
	return walk(archive, func(entry string, body io.Reader) error {
		_, name, _ := strings.Cut(strings.TrimPrefix(entry, "./"), "/")
		if name == "" {
			return nil
		}
		if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
			return err
		}
		file, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
		if err != nil {
			return err
		}
		return copyLimited(file, body, maxExecutable)
	})
}

// walkFunc visits the regular files of an archive until visit returns an error,
// which it returns.
type walkFunc func(archive string, visit func(entry string, body io.Reader) error) error

// walkerOf is how an archive of this name is read.
func walkerOf(name string) walkFunc {
	if strings.HasSuffix(name, ".zip") {
		return walkZip
	}
	return walkTarGz
}

func walkTarGz(archive string, visit func(string, io.Reader) error) error {
	file, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	entries := tar.NewReader(unzipped)
	for {
		header, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil && header.Typeflag == tar.TypeReg {
			err = visit(header.Name, entries)
		}
		if err != nil {
			return err
		}
	}
}

func walkZip(archive string, visit func(string, io.Reader) error) error {
	reader, err := zip.OpenReader(archive)
	if err != nil {
		return err
	}
	defer func() { _ = reader.Close() }() // it was only read
	for _, file := range reader.File {
		if !file.Mode().IsRegular() {
			continue
		}
		body, err := file.Open()
		if err != nil {
			return err
		}
		err = errors.Join(visit(file.Name, body), body.Close())
		if err != nil {
			return err
		}
	}
	return nil
}

// writeLimited writes what it reads to a new file, and fails if that is more
// than limit bytes.
func writeLimited(to string, from io.Reader, limit int64) error {
	file, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	return copyLimited(file, from, limit)
}

func copyLimited(file *os.File, from io.Reader, limit int64) error {
	n, err := io.Copy(file, io.LimitReader(from, limit+1))
	if n > limit {
		err = fmt.Errorf("%s is larger than %d bytes", filepath.Base(file.Name()), limit)
	}
	return errors.Join(err, file.Close())
}
