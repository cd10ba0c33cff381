//go:build unix

package artifact_test

import (
	"os"
	"os/signal"
	"strconv"

	"golang.org/x/sys/unix"
)

// envHelperFileSize makes the helper process fail to write more than so many
// bytes to a file: the nearest to a full disk that needs no privilege.
const envHelperFileSize = "ARTIFACT_TEST_FILE_SIZE"

func limitFileSize() {
	size, err := strconv.ParseUint(os.Getenv(envHelperFileSize), 10, 64)
	if err != nil {
		return
	}
	signal.Ignore(unix.SIGXFSZ)
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: size, Max: size}); err != nil {
		panic(err)
	}
}
