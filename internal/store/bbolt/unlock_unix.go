//go:build unix

package bbolt

import (
	"os"
	"syscall"
)

// unlock gives up a file and its lock. Closing alone keeps the lock as long as
// the file is mapped into memory.
func unlock(file *os.File) {
	_ = syscall.Flock(int(file.Fd()), syscall.LOCK_UN)
	_ = file.Close()
}
