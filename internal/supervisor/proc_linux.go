package supervisor

import (
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/procfs"
	"golang.org/x/sys/unix"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
)

// identity of a live process; it is unique also across reboots, after which
// both pid and start time may come again.
func identity(pid int) (id string, alive bool) {
	stat, ok := processStat(pid)
	if !ok || stat.State == "Z" || stat.State == "X" {
		return "", false
	}
	boot, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return fmt.Sprintf("%s/%d", strings.TrimSpace(string(boot)), stat.Starttime), true
}

func processStat(pid int) (procfs.ProcStat, bool) {
	proc, err := procfs.NewProc(pid)
	if err != nil {
		return procfs.ProcStat{}, false
	}
	stat, err := proc.Stat()
	return stat, err == nil
}

func commandLine(pid int) []string {
	proc, err := procfs.NewProc(pid)
	if err != nil {
		return nil
	}
	command, _ := proc.CmdLine()
	return command
}

// residentSize in bytes; 0 when unknown.
func residentSize(pid int) int64 {
	stat, _ := processStat(pid)
	return int64(stat.ResidentMemory())
}

// findMarked finds the leader of a session that has the marker in its
// environment. What a unit starts itself inherits the marker but leads no session.
func findMarked(marker string) (pid int, found bool) {
	procs, err := procfs.AllProcs()
	if err != nil {
		return 0, false
	}
	for _, proc := range procs {
		env, err := proc.Environ()
		if err != nil || !slices.Contains(env, marker) {
			continue
		}
		if stat, err := proc.Stat(); err == nil && stat.Session == proc.PID && stat.State != "Z" {
			return proc.PID, true
		}
	}
	return 0, false
}

// waitPidfd waits for the end of a process that need not be a child. It
// returns at once where there are no pidfds.
func waitPidfd(pid int, id string) {
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return
	}
	defer func() { _ = unix.Close(fd) }()
	// Only now the pid cannot pass to another process unnoticed.
	if now, alive := identity(pid); !alive || now != id {
		return
	}
	poll := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	for {
		if _, err := unix.Poll(poll, -1); err != unix.EINTR {
			return
		}
	}
}

// occupantOf finds the process that listens on a TCP port; nil when it cannot be known.
func occupantOf(address string) *engine.Occupant {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil
	}
	sockets := listeningSockets(port)
	if len(sockets) == 0 {
		return nil
	}
	procs, err := procfs.AllProcs()
	if err != nil {
		return nil
	}
	for _, proc := range procs {
		targets, _ := proc.FileDescriptorTargets()
		if slices.ContainsFunc(targets, func(t string) bool { return slices.Contains(sockets, t) }) {
			name, _ := proc.Comm()
			return &engine.Occupant{Name: name, PID: proc.PID, Address: address, Command: commandLine(proc.PID)}
		}
	}
	return nil
}

// listeningSockets are the sockets that listen on a port, as /proc/PID/fd shows them.
func listeningSockets(port string) []string {
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil
	}
	const stateListen = "0A"
	suffix := fmt.Sprintf(":%04X", number)
	var sockets []string
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		data, _ := os.ReadFile(table)
		for line := range strings.Lines(string(data)) {
			// sl local_address rem_address st queues timer retransmits uid timeout inode
			f := strings.Fields(line)
			if len(f) > 9 && strings.HasSuffix(f[1], suffix) && f[3] == stateListen {
				sockets = append(sockets, "socket:["+f[9]+"]")
			}
		}
	}
	return sockets
}
