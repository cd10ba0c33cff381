package rulegroup

import (
	"net/url"
	"strings"
	"testing"
)

func TestFileName(t *testing.T) {
	for name, want := range map[string]string{
		"availability": "availability", "a-b_c.9": "a-b_c.9", "Group A": "%47roup%20%41", ".": "%2E", "..": "%2E.",
		"a/../b": "a%2F..%2Fb", "50%": "50%25", "*?[\\": "%2A%3F%5B%5C", "\u00e9": "%C3%A9",
	} {
		if got := FileName(name); got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
}

// FuzzFileName looks for names that leave the folder or meet in one file.
func FuzzFileName(f *testing.F) {
	long := strings.Repeat("x", 300)
	f.Add("a", "A")
	f.Add("a b", "a%20b")
	f.Add(long+"1", long+"2")
	f.Add(long, FileName(long))
	f.Add(strings.Repeat("A", 50), strings.Repeat("A", 51))
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := FileName(a), FileName(b)
		if a != b && strings.EqualFold(x, y) {
			t.Errorf("%q and %q are both %q", a, b, x)
		}
		if len(x) > longestName || strings.ContainsAny(x, "/\\*?[]\x00\"'<>|:") || strings.HasPrefix(x, ".") {
			t.Errorf("%q becomes %q", a, x)
		}
		if escaped := url.PathEscape(x + ".yml"); len(escaped) > 255 {
			t.Errorf("%q has %d bytes where Loki keeps it", x, len(escaped))
		}
	})
}
