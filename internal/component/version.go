package component

import (
	"context"
	"os/exec"
	"regexp"
	"time"
)

// versionTimeout bounds how long a binary may take to tell its release.
const versionTimeout = 10 * time.Second

// toldVersion is how the programs of Prometheus begin to tell theirs.
var toldVersion = regexp.MustCompile(`^\w+, version v?(\d+\.\d+\.\d+)`)

// BinaryVersion asks a program for its release by --version; empty if it does
// not tell.
func BinaryVersion(ctx context.Context, binary string) string {
	ctx, cancel := context.WithTimeout(ctx, versionTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, "--version")
	cmd.Env = []string{}
	cmd.WaitDelay = time.Second // what it may have started holds its output
	// Releases differ in where they print it.
	output, err := cmd.CombinedOutput()
	told := toldVersion.FindSubmatch(output)
	if err != nil || told == nil {
		return ""
	}
	return string(told[1])
}
