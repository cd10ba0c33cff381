package logpipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza/entry"
)

// Result is what becomes of what is written to a log.
type Result struct {
	Records []Record
	// Notes say what could not be done, in the collector's words.
	Notes []string
}

// Record is one record of a log.
type Record struct {
	// Severity is one of the Severities, empty for none.
	Severity string
	Body     string
	// Timestamp is zero if the record has no time of its own.
	Timestamp time.Time
	// YearGuessed tells that the layout has no year, so that the year of
	// Timestamp is a matter of when the record is read.
	YearGuessed bool
	// Attributes as they are parsed, but the nameless. Those that LabelFields
	// names become Labels.
	Attributes map[string]any
	Labels     map[string]any
	// DroppedBy is the number of the condition that drops the record, -1 for none.
	DroppedBy int
}

// Run tells what becomes of what is written to a log. For a container that is
// what it prints, for the journal a message.
func (p *Pipeline) Run(ctx context.Context, written string) (Result, error) {
	cut, err := p.cut(written)
	if err != nil {
		return Result{}, err
	}
	entries := make([]*entry.Entry, len(cut))
	for i, body := range cut {
		entries[i] = entry.New()
		entries[i].Body = body
	}
	parsed, err := p.parse.run(ctx, entries)
	if err != nil {
		return Result{}, fmt.Errorf("cannot parse: %w", err)
	}
	result := Result{Records: make([]Record, len(parsed)), Notes: p.notes.take()}
	for i, e := range parsed {
		r := &result.Records[i]
		*r = Record{
			Severity: severityName(e.Severity), Body: Text(e.Body), Timestamp: e.Timestamp, YearGuessed: p.source.Timestamp.yearless(),
			Attributes: maps.Clone(e.Attributes), DroppedBy: -1,
		}
		maps.DeleteFunc(r.Attributes, func(name string, _ any) bool { return p.nameless.MatchString(name) })
		if condition, marked := e.Get(entry.NewResourceField(markName)); marked {
			r.DroppedBy = condition.(int)
		}
		kept, err := p.finish.run(ctx, []*entry.Entry{e})
		if err != nil {
			return Result{}, fmt.Errorf("cannot finish a record: %w", err)
		}
		if len(kept) == 1 {
			r.Labels = kept[0].Resource
		}
	}
	return result, nil
}

// Text is a value of a record as JSON writes it; strings are bare.
func Text(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case nil:
		return ""
	}
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(data)
}

// severityName is the one of the Severities that a severity of the collector is.
func severityName(severity entry.Severity) string {
	names := Severities()
	// The collector has four degrees of each.
	if i := (int(severity) - 1) / 4; severity != entry.Default && i < len(names) {
		return names[i]
	}
	return ""
}

func shown(value string) string {
	if len(value) > 80 {
		value = strings.ToValidUTF8(value[:80], "") + "…"
	}
	return quote(value)
}
