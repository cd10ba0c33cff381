package component

import (
	"fmt"

	"github.com/prometheus/common/model"
)

// Durations parses Prometheus durations and keeps the first error.
type Durations struct{ Err error }

// Parse reads a duration; empty is 0.
func (d *Durations) Parse(field, text string) model.Duration {
	if text == "" {
		return 0
	}
	value, err := model.ParseDuration(text)
	if err != nil && d.Err == nil {
		d.Err = fmt.Errorf("%s: %w", field, err)
	}
	return value
}
