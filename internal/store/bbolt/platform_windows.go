package bbolt

import (
	"os"

	"golang.org/x/sys/windows"
)

// diskFull are the errors of a write that found no room.
var diskFull = []error{windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL}

// unlock gives up a file and its lock: the lock belongs to the handle.
func unlock(file *os.File) { _ = file.Close() }
