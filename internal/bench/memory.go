package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Sizes of a process, as Linux tells them.
const (
	// peakResident is the most that it had in memory, files that it maps included.
	peakResident = "VmHWM:"
	// ownMemory is what it has in memory now that is in no file: what a limit is about.
	ownMemory = "RssAnon:"
)

// watchPeak samples a size (bytes) of processes, given by their folders below
// /proc, until the returned function is called for the largest. Linux only;
// elsewhere it finds nothing.
func watchPeak(size string, processes func() []string) func() int64 {
	stop, done := make(chan struct{}), make(chan int64)
	go func() {
		peak := int64(0)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				done <- peak
				return
			case <-tick.C:
				for _, process := range processes() {
					peak = max(peak, sizeOf(process, size))
				}
			}
		}
	}()
	return func() int64 {
		close(stop)
		return <-done
	}
}

// running lists every process that runs the executable.
func running(executable string) func() []string {
	return func() []string {
		var found []string
		links, _ := filepath.Glob("/proc/[0-9]*/exe")
		for _, link := range links {
			if target, err := os.Readlink(link); err == nil && target == executable {
				found = append(found, filepath.Dir(link))
			}
		}
		return found
	}
}

// only is the process of that number.
func only(pid int) func() []string {
	return func() []string { return []string{filepath.Join("/proc", strconv.Itoa(pid))} }
}

func sizeOf(process, size string) int64 {
	status, err := os.ReadFile(filepath.Join(process, "status"))
	if err != nil {
		return 0
	}
	for _, line := range strings.Split(string(status), "\n") {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == size {
			kilobytes, _ := strconv.ParseInt(fields[1], 10, 64)
			return kilobytes * 1024
		}
	}
	return 0
}
