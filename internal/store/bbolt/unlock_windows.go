package bbolt

import "os"

// unlock gives up a file and its lock: the lock belongs to the handle.
func unlock(file *os.File) { _ = file.Close() }
