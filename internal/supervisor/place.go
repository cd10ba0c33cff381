//go:build linux || darwin

package supervisor

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// maxSocketPath is safely below what sun_path holds (104 bytes on macOS).
const maxSocketPath = 100

// place is where one supervisor has its files.
type place struct {
	dir string
	// key is derived from dir; it tells apart the supervisors of a machine in
	// names that they share: process markers, cgroups, temporary directories.
	key string
}

// locate resolves symbolic links, so that every way to write the state
// directory leads to the same supervisor.
func locate(stateDir string) (place, error) {
	dir, err := filepath.Abs(stateDir)
	if err != nil {
		return place{}, fmt.Errorf("cannot resolve state directory %q: %w", stateDir, err)
	}
	if resolved, err := filepath.EvalSymlinks(dir); err == nil {
		dir = resolved
	}
	sum := sha256.Sum256([]byte(dir))
	return place{dir: dir, key: hex.EncodeToString(sum[:6])}, nil
}

func (p place) lock() string    { return filepath.Join(p.dir, "supervisor.lock") }
func (p place) handles() string { return filepath.Join(p.dir, "supervisor.json") }
func (p place) log() string     { return filepath.Join(p.dir, "supervisor.log") }

// marker is set in the environment of a unit's process, so that it is found
// even if its pid was never written down.
func (p place) marker(unit string) string { return "OPP_UNIT=" + p.key + "/" + unit }

// socketRoot holds the sockets of state directories with long paths. It is not
// os.TempDir: every session may have another one of those.
const socketRoot = "/tmp"

// socket is the path of the API. A state directory with a long path has its
// socket in a private directory for temporary files instead.
func (p place) socket() (string, error) {
	path := filepath.Join(p.dir, "supervisor.sock")
	if len(path) <= maxSocketPath {
		return path, nil
	}
	dir := filepath.Join(socketRoot, fmt.Sprintf("opp-%d-%s", os.Getuid(), p.key))
	info, err := os.Lstat(dir)
	if err == nil && !private(info) {
		return "", fmt.Errorf("cannot use socket directory %q: it does not belong to this user alone", dir)
	}
	return filepath.Join(dir, "s"), nil
}

// private tells whether a directory is ours and closed to everybody else.
func private(info os.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && info.IsDir() && int(stat.Uid) == os.Getuid() && info.Mode().Perm()&0o077 == 0
}

// LogFile is where a supervisor that is started on demand writes its log.
func LogFile(stateDir string) (string, error) {
	p, err := locate(stateDir)
	return p.log(), err
}
