package spec

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/logpipeline"
)

// Pipeline is what is made of the lines of a source, in terms of the collector.
// A source of OTLP has none.
func (s *LogSource) Pipeline() logpipeline.Source {
	p := logpipeline.Source{Format: s.Parse.Format, Pattern: s.Parse.Pattern, Drop: s.Drop, LabelFields: s.LabelFields}
	switch {
	case s.Docker != nil:
		p.Origin = logpipeline.Docker
	case s.Journald != nil:
		p.Origin = logpipeline.Journal
	}
	if t := s.Parse.Timestamp; t != nil {
		p.Timestamp = &logpipeline.Timestamp{Field: t.Field, Layout: t.Layout, Type: t.Type(), Location: t.Location}
	}
	if v := s.Parse.Severity; v != nil {
		p.Severity = &logpipeline.Severity{Field: v.Field, Mapping: v.Mapping}
	}
	if m := s.Multiline; m != nil {
		p.Multiline = &logpipeline.Multiline{Start: m.LineStartPattern, End: m.LineEndPattern}
	}
	return p
}

// pipeline compiles what is made of lines, and tries it on the samples. What is
// known to be wrong would only be told once more, and is left alone.
func (e *FieldErrors) pipeline(s *LogSource) {
	if e.within("", "parse", "multiline", "drop", "label_fields") {
		return
	}
	compiled, problems := logpipeline.Compile(s.Pipeline())
	for _, p := range problems {
		e.Add(p.Path, p.Hint, "%s", p.Message)
	}
	if len(problems) > 0 || e.within("samples") {
		return
	}
	for i := range s.Samples {
		e.sample(fmt.Sprintf("samples[%d]", i), compiled, &s.Samples[i])
	}
}

// within tells whether there are problems in one of the fields, or below it.
func (e *FieldErrors) within(fields ...string) bool {
	return slices.ContainsFunc(*e, func(problem FieldError) bool {
		top, _, _ := strings.Cut(problem.Path, ".")
		top, _, _ = strings.Cut(top, "[")
		return slices.Contains(fields, top)
	})
}

// sample compares what becomes of a sample with what is expected.
func (e *FieldErrors) sample(at string, compiled *logpipeline.Pipeline, sample *LogSample) {
	result, err := compiled.Run(context.Background(), sample.Line)
	if err != nil {
		e.Add(at+".line", "Shorten the line.", "%s cannot be tried: %v", quote(sample.Line), err)
		return
	}
	if len(result.Records) != 1 {
		e.Add(at+".line", "Give one record, and correct multiline if this is one.",
			"%s is %d records, and a sample is one", quote(sample.Line), len(result.Records))
		return
	}
	c := comparison{e, at + ".expect", "Correct parse, or what the sample expects.", result.Records[0]}
	if len(result.Notes) > 0 {
		c.hint += " The collector says: " + words(fmt.Errorf("%s", strings.Join(result.Notes, "; "))) + "."
	}
	c.dropped(sample.Expect.Dropped)
	c.compare(&sample.Expect)
}

// comparison is a record, and where to tell how it differs.
type comparison struct {
	*FieldErrors
	at, hint string
	record   logpipeline.Record
}

func (c comparison) differs(field, what, got, expected string) {
	c.Add(c.at+field, c.hint, "%s is %s, expected %s", what, got, expected)
}

func (c comparison) dropped(expected bool) {
	switch by := c.record.DroppedBy; {
	case expected && by < 0:
		c.differs(".dropped", "the record", "kept", "to be dropped")
	case !expected && by >= 0:
		c.differs(".dropped", "the record", fmt.Sprintf("dropped by drop[%d]", by), "to be kept")
	}
}

func (c comparison) compare(expect *LogExpect) {
	if want, got := expect.Severity, c.record.Severity; want != "" && want != got {
		c.differs(".severity", "severity", quote(got), quote(want))
	}
	if want, got := expect.Body, c.record.Body; want != nil && *want != got {
		c.differs(".body", "body", quote(got), quote(*want))
	}
	if want, err := time.Parse(time.RFC3339Nano, expect.Timestamp); err == nil {
		c.timestamp(want)
	}
	for _, name := range sortedKeys(expect.Attributes) {
		value, found := c.record.Attributes[name]
		got := quote(logpipeline.Text(value))
		if !found {
			got = "missing from " + attributesOf(c.record)
		}
		if want := expect.Attributes[name]; !found || logpipeline.Text(value) != want {
			c.differs(".attributes."+shorten(name), "attribute "+quote(name), got, quote(want))
		}
	}
}

// timestamp compares times: but for the year where that is guessed, because a
// sample must not fail when years go by.
func (c comparison) timestamp(want time.Time) {
	have, got := c.record.Timestamp, "not set"
	if !have.IsZero() {
		got = have.UTC().Format(time.RFC3339Nano)
		if c.record.YearGuessed {
			want = want.In(have.Location())
			want = time.Date(have.Year(), want.Month(), want.Day(), want.Hour(), want.Minute(), want.Second(), want.Nanosecond(), want.Location())
		}
	}
	if !want.Equal(have) {
		c.differs(".timestamp", "timestamp", got, want.UTC().Format(time.RFC3339Nano))
	}
}

func attributesOf(r logpipeline.Record) string {
	if len(r.Attributes) == 0 {
		return "a record without attributes"
	}
	return enumerate(sortedKeys(r.Attributes))
}
