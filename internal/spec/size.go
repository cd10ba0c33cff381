package spec

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/alecthomas/units"
)

var errSize = errors.New("not a size such as 512MB")

// ParseSize reads a size such as "512MB" in bytes. Units count in powers of
// 1024, as Prometheus' retention sizes do: B, KB, MB, GB, TB, PB, EB (KiB and
// so on mean the same). A unit is required; sizes are never negative.
func ParseSize(text string) (int64, error) {
	if strings.ContainsAny(text, "+-") || len(text) > 64 {
		return 0, fmt.Errorf("cannot parse size %s: %w", quote(text), errSize)
	}
	n, err := units.ParseBase2Bytes(text)
	if err != nil {
		return 0, fmt.Errorf("cannot parse size %s: %w", quote(text), errSize)
	}
	// The library computes in floats: 8EB overflows to a negative or to the
	// largest number, depending on the processor.
	if n < 0 || n == math.MaxInt64 {
		return 0, fmt.Errorf("cannot parse size %s: more than 8EB", quote(text))
	}
	return int64(n), nil
}

// size checks a size that must not be smaller than least, itself a size.
func (e *FieldErrors) size(path, value, least string) {
	n, err := ParseSize(value)
	if err != nil {
		e.Add(path, `Write a size with a unit, such as "512MB" or "1GB".`, "%s is not a size", quote(value))
		return
	}
	if limit, err := ParseSize(least); err == nil && n < limit {
		e.Add(path, "Give at least "+least+".", "%s is less than the minimum of %s", quote(value), least)
	}
}
