package supervisor

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
)

// stateZombie is SZOMB of sys/proc.h.
const stateZombie = 5

// identity of a live process.
func identity(pid int) (id string, alive bool) {
	info, err := unix.SysctlKinfoProc("kern.proc.pid", pid)
	if err != nil || int(info.Proc.P_pid) != pid || info.Proc.P_stat == stateZombie {
		return "", false
	}
	start := info.Proc.P_starttime
	return fmt.Sprintf("%d.%06d", start.Sec, start.Usec), true
}

func commandLine(pid int) []string {
	command, _ := arguments(pid)
	return command
}

// arguments reads command line and environment of a process of this user. The
// kernel gives: argc, the path of the executable, padding zeros, argv, environ.
func arguments(pid int) (argv, environ []string) {
	data, err := unix.SysctlRaw("kern.procargs2", pid)
	if err != nil || len(data) < 4 {
		return nil, nil
	}
	argc := int(binary.LittleEndian.Uint32(data))
	_, rest, ok := bytes.Cut(data[4:], []byte{0})
	if !ok {
		return nil, nil
	}
	words := strings.Split(string(bytes.TrimLeft(rest, "\x00")), "\x00")
	if argc > len(words) {
		return nil, nil
	}
	return words[:argc], words[argc:]
}

// residentSize in bytes; 0 when unknown. Without cgo only ps can tell.
func residentSize(pid int) int64 {
	out, err := exec.Command("/bin/ps", "-o", "rss=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return 0
	}
	kilobytes, _ := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
	return kilobytes * 1024
}

// findMarked finds the leader of a process group that has the marker in its
// environment. What a unit starts itself inherits the marker but leads no group.
func findMarked(marker string) (pid int, found bool) {
	procs, err := unix.SysctlKinfoProcSlice("kern.proc.uid", os.Getuid())
	if err != nil {
		return 0, false
	}
	for _, info := range procs {
		pid := int(info.Proc.P_pid)
		if int(info.Eproc.Pgid) != pid || info.Proc.P_stat == stateZombie {
			continue
		}
		if _, environ := arguments(pid); slices.Contains(environ, marker) {
			return pid, true
		}
	}
	return 0, false
}

// waitPidfd returns at once: there are no pidfds.
func waitPidfd(int, string) {}

// occupantOf cannot be known without cgo.
func occupantOf(string) *engine.Occupant { return nil }
