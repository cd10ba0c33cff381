//go:build unix

package server_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/server"
)

func TestListenOnASocket(t *testing.T) {
	dir, err := os.MkdirTemp("", "opp") // shorter than t.TempDir
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	path := filepath.Join(dir, "s")
	killed, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	killed.SetUnlinkOnClose(false)
	_ = killed.Close()

	umask := syscall.Umask(0)
	listener, err := server.Listen("unix", path)
	syscall.Umask(umask)
	if err != nil {
		t.Fatalf("after a server that was killed: %v", err)
	}
	defer listener.Close()
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o770 {
		t.Errorf("with umask 000 the socket is %v (%v), want it closed to others", info.Mode(), err)
	}
	if _, err := server.Listen("unix", path); err == nil || !strings.Contains(err.Error(), "address already in use") {
		t.Errorf("beside a server that runs: %v", err)
	}
	connection, err := net.Dial("unix", path)
	if err != nil {
		t.Fatalf("the server that runs lost its socket: %v", err)
	}
	_ = connection.Close()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := server.Listen("unix", file); err == nil {
		t.Error("a file that is no socket was replaced")
	}
}
