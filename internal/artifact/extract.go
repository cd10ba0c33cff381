package artifact

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// maxExecutable bounds one extracted file, in bytes.
const maxExecutable = 1 << 30

// extract takes the wanted files out of one folder of a tar.gz. Names in the
// archive are compared and never used as paths, so none can lead outside.
func extract(archive, dir, folder string, wanted []string) error {
	file, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	missing := slices.Clone(wanted)
	entries := tar.NewReader(unzipped)
	for len(missing) > 0 {
		header, err := entries.Next()
		if err == io.EOF {
			return fmt.Errorf("it does not contain %s", path.Join(folder, missing[0]))
		}
		if err != nil {
			return err
		}
		found := slices.IndexFunc(missing, func(name string) bool { return header.Name == path.Join(folder, name) })
		if found < 0 || header.Typeflag != tar.TypeReg {
			continue
		}
		if err := writeLimited(filepath.Join(dir, missing[found]), entries, maxExecutable); err != nil {
			return err
		}
		missing = slices.Delete(missing, found, found+1)
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
	n, err := io.Copy(file, io.LimitReader(from, limit+1))
	if n > limit {
		err = fmt.Errorf("%s is larger than %d bytes", filepath.Base(to), limit)
	}
	return errors.Join(err, file.Close())
}
