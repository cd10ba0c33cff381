package logsource

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

type model struct {
	tfkit.Common
	Stack       types.String `tfsdk:"stack"`
	Files       *files       `tfsdk:"files"`
	Journald    *journald    `tfsdk:"journald"`
	Docker      *docker      `tfsdk:"docker"`
	OTLP        *otlp        `tfsdk:"otlp"`
	Labels      types.Map    `tfsdk:"labels"`
	LabelFields types.Map    `tfsdk:"label_fields"`
	Parse       *parse       `tfsdk:"parse"`
	Multiline   *multiline   `tfsdk:"multiline"`
	Drop        types.List   `tfsdk:"drop"`
	Samples     []*sample    `tfsdk:"samples"`
}

// ToSpec implements tfkit.Model.
func (m *model) ToSpec() spec.LogSource {
	s := spec.LogSource{
		Stack:       m.Stack.ValueString(),
		Name:        m.Name.ValueString(),
		Files:       m.Files.toSpec(),
		Journald:    m.Journald.toSpec(),
		Docker:      m.Docker.toSpec(),
		OTLP:        m.OTLP.toSpec(),
		Labels:      tfkit.StringMap(m.Labels),
		LabelFields: tfkit.StringMap(m.LabelFields),
		Parse:       m.Parse.toSpec(),
		Multiline:   m.Multiline.toSpec(),
		Drop:        tfkit.Strings(m.Drop),
		Samples:     make([]spec.LogSample, len(m.Samples)),
	}
	for i, one := range m.Samples {
		s.Samples[i] = one.toSpec()
	}
	spec.WithDefaults(&s)
	return s
}

// FromSpec implements tfkit.Model.
func (m *model) FromSpec(s spec.LogSource) {
	m.Stack = types.StringValue(s.Stack)
	m.Name = types.StringValue(s.Name)
	m.Files = newFiles(s.Files)
	m.Journald = newJournald(orZero(m.Journald), s.Journald)
	m.Docker = newDocker(s.Docker)
	m.OTLP = newOTLP(s.OTLP)
	m.Labels = tfkit.MapOfStrings(s.Labels)
	m.LabelFields = tfkit.MapOfStrings(s.LabelFields)
	m.Parse = newParse(orZero(m.Parse), s.Parse)
	m.Multiline = newMultiline(orZero(m.Multiline), s.Multiline)
	m.Drop = tfkit.StringList(s.Drop)
	m.Samples = newSamples(m.Samples, s.Samples)
}

// DependsOn implements tfkit.Depender: which fields a record has depends on
// where it comes from and how it is parsed, and what becomes of a sample on all
// that is done to lines.
func (*model) DependsOn(field string) []string {
	origin := []string{"files", "journald", "docker", "otlp"}
	switch {
	case strings.HasPrefix(field, "samples"):
		return append(origin, "parse", "multiline", "drop", "label_fields", "samples")
	case strings.HasPrefix(field, "drop"):
		return append(origin, "parse.severity")
	case field == "parse.timestamp.field" || field == "parse.severity.field" || strings.HasPrefix(field, "label_fields."):
		return append(origin, "parse.format", "parse.pattern")
	case field == "parse.pattern":
		return []string{"parse.format"}
	}
	return nil
}

func orZero[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
