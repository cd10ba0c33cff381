package rulegroup

import (
	"crypto/sha256"
	"fmt"
	"strings"
)

// longestName keeps file names with suffix below the 255 bytes that file
// systems allow, also where Loki escapes their percent signs once more.
const longestName = 150

// FileName turns any name into a file name without extension. Different names
// give different file names, also where case does not count; everything that
// means something to a shell, a glob or a path is escaped like in a URL.
func FileName(name string) string {
	var b strings.Builder
	for i := range len(name) {
		c := name[i]
		plain := c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' && i > 0
		if plain {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	if b.Len() <= longestName {
		return b.String()
	}
	// A hash has no percent sign before it that could start an escape: names
	// cut in the middle of one stay valid file names.
	return fmt.Sprintf("%s~%x", b.String()[:longestName-65], sha256.Sum256([]byte(name)))
}
