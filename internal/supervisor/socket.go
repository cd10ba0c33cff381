//go:build linux || darwin

package supervisor

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
)

// socket is the listening end of the API.
type socket struct {
	path     string
	listener *net.UnixListener
	// private is set when the socket has a directory of its own.
	private bool
}

// listenSocket listens where nobody but this user can ever connect. A file
// left by a dead supervisor is replaced: the lock says that nobody listens.
func listenSocket(p place) (*socket, error) {
	path, err := p.socket()
	if err != nil {
		return nil, err
	}
	s := &socket{path: path, private: filepath.Dir(path) != p.dir}
	if s.private {
		if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil && !os.IsExist(err) {
			return nil, fmt.Errorf("cannot make socket directory: %w", err)
		}
		// Somebody else may have made it in the meantime.
		if _, err := p.socket(); err != nil {
			return nil, err
		}
	}
	// Born in a private directory, because until the change of mode others
	// could connect. The name is not longer than the final one.
	nursery, err := os.MkdirTemp(filepath.Dir(path), ".s")
	if err != nil {
		return nil, fmt.Errorf("cannot make socket directory: %w", err)
	}
	defer os.RemoveAll(nursery)
	born := filepath.Join(nursery, "s")
	if s.listener, err = net.ListenUnix("unix", &net.UnixAddr{Name: born, Net: "unix"}); err != nil {
		return nil, fmt.Errorf("cannot listen on %q: %w", path, err)
	}
	s.listener.SetUnlinkOnClose(false)
	if err = os.Chmod(born, 0o600); err == nil {
		err = os.Rename(born, path)
	}
	if err != nil {
		_ = s.listener.Close()
		return nil, fmt.Errorf("cannot listen on %q: %w", path, err)
	}
	return s, nil
}

// remove closes and removes the socket. Call it while holding the lock: later
// the file may be the next supervisor's.
func (s *socket) remove() {
	_ = s.listener.Close()
	_ = os.Remove(s.path)
	if s.private {
		_ = os.Remove(filepath.Dir(s.path))
	}
}
