//go:build unix

// Package disktest makes the disk full for tests, as far as that needs no
// privilege.
package disktest

import (
	"os/signal"
	"syscall"
	"testing"
)

// LimitFiles lets this process, and what it starts, write no more than so many
// bytes into a file: until the function it returns is called, or the test ends.
// go test wants some for a file of its own.
func LimitFiles(t testing.TB, size uint64) (lift func()) {
	t.Helper()
	signal.Ignore(syscall.SIGXFSZ)
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: size, Max: before.Max}); err != nil {
		t.Fatal(err)
	}
	lift = func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
			t.Error(err)
		}
		signal.Reset(syscall.SIGXFSZ)
	}
	t.Cleanup(lift)
	return lift
}
