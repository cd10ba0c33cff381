package spec

import (
	"time"

	"github.com/prometheus/common/model"
)

// ParseDuration reads a Prometheus duration such as "1h30m" or "15d".
func ParseDuration(text string) (time.Duration, error) {
	d, err := model.ParseDuration(text)
	return time.Duration(d), err
}

// duration checks a duration that may be zero.
func (e *FieldErrors) duration(path, value string) (time.Duration, bool) {
	d, err := ParseDuration(value)
	if err != nil {
		e.Add(path, `Write a Prometheus duration such as "30s", "5m" or "1h30m".`, "%s is not a duration", quote(value))
		return 0, false
	}
	return d, true
}

// positiveDuration checks a duration that must be longer than zero.
func (e *FieldErrors) positiveDuration(path, value string) {
	if d, ok := e.duration(path, value); ok && d == 0 {
		e.Add(path, "Give a duration longer than zero.", "%s must be longer than zero, not %s", path, quote(value))
	}
}

// optionalDuration is positiveDuration for a value that may be empty.
func (e *FieldErrors) optionalDuration(path, value string) {
	if value != "" {
		e.positiveDuration(path, value)
	}
}
