package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// watchPeak samples the peak resident size (VmHWM, bytes) of every process
// that runs the executable, until the returned function is called for the
// largest. Linux only; elsewhere it finds nothing.
func watchPeak(executable string) func() int64 {
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
				peak = max(peak, peakNow(executable))
			}
		}
	}()
	return func() int64 {
		close(stop)
		return <-done
	}
}

func peakNow(executable string) int64 {
	peak := int64(0)
	links, _ := filepath.Glob("/proc/[0-9]*/exe")
	for _, link := range links {
		target, err := os.Readlink(link)
		if err != nil || target != executable {
			continue
		}
		status, err := os.ReadFile(filepath.Join(filepath.Dir(link), "status"))
		if err != nil {
			continue
		}
		for _, line := range strings.Split(string(status), "\n") {
			fields := strings.Fields(line)
			if len(fields) == 3 && fields[0] == "VmHWM:" {
				kilobytes, _ := strconv.ParseInt(fields[1], 10, 64)
				peak = max(peak, kilobytes*1024)
			}
		}
	}
	return peak
}
