package logpipeline

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza/split"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza/trim"
	"go.opentelemetry.io/collector/confmap"
	"golang.org/x/text/encoding/unicode"
)

// Receiver are the settings of the collector's receiver of files that decide
// where a record begins and where it ends.
func (s Source) Receiver() Operator {
	settings := Operator{"max_log_size": maxRecord}
	if s.Origin != Files {
		return settings
	}
	m := s.Multiline
	switch {
	case m == nil:
	case m.Start != "":
		settings["multiline"] = map[string]any{"line_start_pattern": m.Start}
	default:
		settings["multiline"] = map[string]any{"line_end_pattern": m.End}
	}
	// After a pattern that ends a record comes the line break, which belongs to
	// no record; everywhere else leading blanks are indentation.
	if m == nil || m.Start != "" {
		settings["preserve_leading_whitespaces"] = true
	}
	return settings
}

// splitter cuts what is written into records as the receiver does, the last one
// included, which the receiver hands on when nothing follows for a while.
func (s Source) splitter() (bufio.SplitFunc, error) {
	var settings struct {
		Split split.Config `mapstructure:"multiline"`
		Trim  trim.Config  `mapstructure:",squash"`
	}
	if err := confmap.NewFromStringMap(s.Receiver()).Unmarshal(&settings, confmap.WithIgnoreUnused()); err != nil {
		return nil, err
	}
	cut, err := settings.Split.Func(unicode.UTF8, false, maxRecord)
	if err != nil {
		return nil, err
	}
	whole := func(data []byte, end bool) (int, []byte, error) {
		advance, record, err := cut(data, end)
		if advance == 0 && record == nil && err == nil {
			return len(data), data, nil
		}
		return advance, record, err
	}
	return trim.WithFunc(trim.ToLength(whole, maxRecord), settings.Trim.Func()), nil
}

// cut is everything that the receiver would hand on.
func (p *Pipeline) cut(written string) ([]string, error) {
	switch p.source.Origin {
	case Journal:
		return []string{written}, nil
	case Files:
	case Docker:
		return strings.Split(strings.TrimSuffix(written, "\n"), "\n"), nil
	}
	var records []string
	for left := []byte(written); len(left) > 0; {
		advance, record, err := p.split(left, true)
		if err != nil || advance == 0 {
			return nil, fmt.Errorf("cannot split lines: %w", err)
		}
		if left = left[advance:]; len(record) > 0 {
			records = append(records, string(record))
		}
	}
	return records, nil
}
