//go:build unix

package grafanatest_test

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/grafana/grafanatest"
)

// installation is a home directory with a configuration, a data directory and
// room for provisioning.
type installation struct {
	t    testing.TB
	dir  string
	home string
}

func install(t testing.TB) *installation {
	t.Helper()
	// The double itself is under test here, not what tests run against.
	home := t.TempDir()
	if err := grafanatest.MakeHome(home); err != nil {
		t.Fatal(err)
	}
	in := &installation{t: t, dir: t.TempDir(), home: home}
	in.write("password", "first\n")
	in.write("grafana.ini", in.ini("127.0.0.1:0", ""))
	return in
}

func (in *installation) path(name string) string { return filepath.Join(in.dir, name) }

func (in *installation) write(name, text string) {
	in.t.Helper()
	if err := os.MkdirAll(filepath.Dir(in.path(name)), 0o750); err != nil {
		in.t.Fatal(err)
	}
	if err := os.WriteFile(in.path(name), []byte(text), 0o600); err != nil {
		in.t.Fatal(err)
	}
}

func (in *installation) ini(address, more string) string {
	in.t.Helper()
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		in.t.Fatal(err)
	}
	return fmt.Sprintf("[server]\nhttp_addr = %s\nhttp_port = %s\n[security]\nadmin_password = $__file{%s}\n[paths]\ndata = %s\nprovisioning = %s\n%s",
		host, port, in.path("password"), in.path("data"), in.path("provisioning"), more)
}

func (in *installation) command() *exec.Cmd {
	command := exec.Command(filepath.Join(in.home, "bin", "grafana"),
		"server", "--homepath", in.home, "--config", in.path("grafana.ini"))
	command.Env = []string{"PATH=/usr/bin:/bin"}
	return command
}

// running is a started process.
type running struct {
	api
	end func(os.Signal) int // returns the exit status, -1 for a signal
}

var listening = regexp.MustCompile(`HTTP Server Listen.* address=(\S+)`)

// start starts Grafana, learns from its log where it listens, and sees that it is healthy.
func (in *installation) start() running {
	in.t.Helper()
	command := in.command()
	log, err := command.StdoutPipe()
	if err != nil {
		in.t.Fatal(err)
	}
	var problem bytes.Buffer
	command.Stderr = &problem
	if err := command.Start(); err != nil {
		in.t.Fatal(err)
	}
	address, ended := make(chan string, 1), make(chan struct{})
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(log); lines.Scan(); {
			if found := listening.FindStringSubmatch(lines.Text()); found != nil {
				address <- found[1]
			}
		}
		_ = command.Wait() // its state tells
	}()
	var once sync.Once
	end := func(signal os.Signal) int {
		once.Do(func() { _ = command.Process.Signal(signal) }) // it may have ended by itself
		<-ended
		return command.ProcessState.ExitCode()
	}
	in.t.Cleanup(func() { end(syscall.SIGKILL) })
	select {
	case <-ended:
		in.t.Fatalf("Grafana ended: %s", &problem)
	case <-time.After(2 * time.Minute):
		in.t.Fatal("Grafana does not listen after two minutes")
	case at := <-address:
		grafana := running{api: api{t: in.t, address: "http://" + at, sign: asAdmin("first")}, end: end}
		grafana.as(nil).must(200, "GET", "/api/health", "")
		return grafana
	}
	return running{}
}
