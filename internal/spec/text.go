package spec

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits in bytes. What Prometheus and Alertmanager would accept beyond them
// is a mistake or an attack.
const (
	maxLine = 4 << 10
	maxText = 64 << 10
	// maxQuoted keeps messages readable.
	maxQuoted = 80
	maxWords  = 400
)

// quote shows a value in a message, shortened and escaped.
func quote(value string) string {
	if len(value) <= maxQuoted {
		return strconv.Quote(value)
	}
	cut := maxQuoted
	for cut > 0 && !utf8.RuneStart(value[cut]) {
		cut--
	}
	return strconv.Quote(value[:cut]) + "…"
}

// words are an upstream parser's own, without line breaks and shortened: they
// may repeat the value.
func words(err error) string {
	text := strings.Join(strings.Fields(strings.ToValidUTF8(err.Error(), "?")), " ")
	if len(text) <= maxWords {
		return text
	}
	return strings.ToValidUTF8(text[:maxWords], "") + "…"
}

// line checks a value that must fit on one line. It reports whether it does.
func (e *FieldErrors) line(path, value string) bool {
	return e.printable(path, value, maxLine, "")
}

// text checks a value that may have several lines. It reports whether it is sound.
func (e *FieldErrors) text(path, value string) bool {
	return e.printable(path, value, maxText, "\n\r\t")
}

func (e *FieldErrors) printable(path, value string, limit int, allowed string) bool {
	if len(value) > limit {
		e.Add(path, "Shorten the value.", "%s is %d bytes long, the limit is %d", quote(value), len(value), limit)
		return false
	}
	if !utf8.ValidString(value) {
		e.Add(path, "Write the value in UTF-8.", "%s is not valid UTF-8", quote(value))
		return false
	}
	bad := func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune(allowed, r) }
	if i := strings.IndexFunc(value, bad); i >= 0 {
		e.Add(path, "Remove line breaks and other control characters.", "%s contains the control character %+q at byte %d", quote(value), firstRune(value[i:]), i+1)
		return false
	}
	return true
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// required is line for a value that must not be empty.
func (e *FieldErrors) required(path, value string) bool {
	if value == "" {
		e.Add(path, "Give a value.", "%s is empty", path)
		return false
	}
	return e.line(path, value)
}

// shorten makes a map key fit for a path.
func shorten(key string) string {
	q := quote(key)
	if q == `"`+key+`"` {
		return key
	}
	return q
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
