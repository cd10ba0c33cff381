package logsource

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// What is done to lines.

type parse struct {
	Format    types.String `tfsdk:"format"`
	Pattern   types.String `tfsdk:"pattern"`
	Timestamp *timestamp   `tfsdk:"timestamp"`
	Severity  *severity    `tfsdk:"severity"`
}

type timestamp struct {
	Field    types.String `tfsdk:"field"`
	Layout   types.String `tfsdk:"layout"`
	Location types.String `tfsdk:"location"`
}

type severity struct {
	Field   types.String `tfsdk:"field"`
	Mapping types.Map    `tfsdk:"mapping"`
}

// toSpec of no block is what the defaults make of nothing.
func (p *parse) toSpec() spec.LogParse {
	if p == nil {
		return spec.LogParse{}
	}
	s := spec.LogParse{Format: p.Format.ValueString(), Pattern: p.Pattern.ValueString()}
	if t := p.Timestamp; t != nil {
		s.Timestamp = &spec.LogTimestamp{Field: t.Field.ValueString(), Layout: t.Layout.ValueString(), Location: t.Location.ValueString()}
	}
	if v := p.Severity; v != nil {
		s.Severity = &spec.LogSeverity{Field: v.Field.ValueString(), Mapping: tfkit.StringListMap(v.Mapping)}
	}
	return s
}

func newParse(old parse, s spec.LogParse) *parse {
	p := &parse{Format: types.StringValue(s.Format), Pattern: tfkit.StringOrNull(old.Pattern, s.Pattern)}
	if t := s.Timestamp; t != nil {
		p.Timestamp = &timestamp{
			Field:    types.StringValue(t.Field),
			Layout:   types.StringValue(t.Layout),
			Location: tfkit.StringOrNull(orZero(old.Timestamp).Location, t.Location),
		}
	}
	if v := s.Severity; v != nil {
		p.Severity = &severity{Field: types.StringValue(v.Field), Mapping: tfkit.MapOfStringLists(v.Mapping)}
	}
	return p
}

type multiline struct {
	LineStartPattern types.String `tfsdk:"line_start_pattern"`
	LineEndPattern   types.String `tfsdk:"line_end_pattern"`
}

func (m *multiline) toSpec() *spec.LogMultiline {
	if m == nil {
		return nil
	}
	return &spec.LogMultiline{LineStartPattern: m.LineStartPattern.ValueString(), LineEndPattern: m.LineEndPattern.ValueString()}
}

func newMultiline(old multiline, s *spec.LogMultiline) *multiline {
	if s == nil {
		return nil
	}
	return &multiline{
		LineStartPattern: tfkit.StringOrNull(old.LineStartPattern, s.LineStartPattern),
		LineEndPattern:   tfkit.StringOrNull(old.LineEndPattern, s.LineEndPattern),
	}
}

type sample struct {
	Line   types.String `tfsdk:"line"`
	Expect *expect      `tfsdk:"expect"`
}

type expect struct {
	Severity   types.String `tfsdk:"severity"`
	Body       types.String `tfsdk:"body"`
	Timestamp  types.String `tfsdk:"timestamp"`
	Attributes types.Map    `tfsdk:"attributes"`
	Dropped    types.Bool   `tfsdk:"dropped"`
}

// toSpec of a sample that is not known yet, nil, expects nothing of nothing.
func (s *sample) toSpec() spec.LogSample {
	if s == nil {
		return spec.LogSample{}
	}
	result := spec.LogSample{Line: s.Line.ValueString()}
	if e := s.Expect; e != nil {
		result.Expect = spec.LogExpect{
			Severity:   e.Severity.ValueString(),
			Body:       tfkit.StringPointer(e.Body),
			Timestamp:  e.Timestamp.ValueString(),
			Attributes: tfkit.StringMap(e.Attributes),
			Dropped:    e.Dropped.ValueBool(),
		}
	}
	return result
}

// newSamples takes the sample of the same position as the old one.
func newSamples(old []*sample, samples []spec.LogSample) []*sample {
	result := make([]*sample, len(samples))
	for i, s := range samples {
		var before expect
		if i < len(old) && old[i] != nil {
			before = orZero(old[i].Expect)
		}
		result[i] = &sample{
			Line: types.StringValue(s.Line),
			Expect: &expect{
				Severity:   tfkit.StringOrNull(before.Severity, s.Expect.Severity),
				Body:       types.StringPointerValue(s.Expect.Body),
				Timestamp:  tfkit.StringOrNull(before.Timestamp, s.Expect.Timestamp),
				Attributes: tfkit.MapOfStrings(s.Expect.Attributes),
				Dropped:    types.BoolValue(s.Expect.Dropped),
			},
		}
	}
	return result
}
