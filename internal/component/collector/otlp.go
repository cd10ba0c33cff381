package collector

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/logpipeline"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Names of what takes logs from applications.
const (
	otlpReceiver = "otlp"
	otlpBegin    = "transform/begin"
	otlpEnd      = "transform/end"
	otlpFilter   = "filter/unclaimed"
	otlpPrefix   = "transform/source/"
)

// own begins the names of attributes that are only there while records are sorted.
const own = "opp."

// addOTLP adds the port that takes logs from applications. It is open whether or
// not a source wants them, so that it is nobody else's when one does.
func (c *config) addOTLP(in component.Input) {
	c.Receivers[otlpReceiver] = section{"protocols": section{"http": section{"endpoint": in.Addresses[component.Collector]}}}
	labels := in.State.LogLabels()
	processors := []string{limiter, otlpBegin}
	c.Processors[otlpBegin] = transform("resource", fmt.Sprintf(`delete_matching_keys(resource.attributes, %q)`, `^opp\.`))
	for _, s := range in.State.OTLPSources() {
		id := otlpID(s)
		c.Processors[id] = transform("resource", claim(s)...)
		processors = append(processors, id)
	}
	c.Processors[otlpEnd] = section{"error_mode": "ignore", "log_statements": []section{
		{"context": "log", "statements": each(labels, func(label string) string {
			return fmt.Sprintf(`set(log.attributes[%[1]s], resource.attributes[%[1]s]) where resource.attributes[%[1]s] != nil`, quote(label))
		})},
		{"context": "resource", "statements": slices.Concat(
			each(labels, func(label string) string { return fmt.Sprintf(`delete_key(resource.attributes, %s)`, quote(label)) }),
			each(labels, func(label string) string {
				return fmt.Sprintf(`set(resource.attributes[%s], resource.attributes[%[2]s]) where resource.attributes[%[2]s] != nil`, quote(label), quote(own+label))
			}),
			[]string{fmt.Sprintf(`delete_matching_keys(resource.attributes, %q)`, `^opp\.`)},
		)},
	}}
	c.Processors[otlpFilter] = section{"error_mode": "ignore", "log_conditions": []section{
		{"context": "resource", "conditions": []string{fmt.Sprintf(`resource.attributes[%s] == nil`, quote(spec.LogSourceLabel))}},
	}}
	c.Service.Pipelines[otlpPipeline] = pipeline{
		Receivers: []string{otlpReceiver}, Processors: append(processors, otlpEnd, otlpFilter, fit), Exporters: []string{exporter},
	}
}

// otlpID is the name of the processor that claims records for a source.
func otlpID(s *spec.LogSource) string { return otlpPrefix + encode(s.Name) }

func transform(context string, statements ...string) section {
	return section{"error_mode": "ignore", "log_statements": []section{{"context": context, "statements": statements}}}
}

// claim gives a source the records that it matches and no source before it has
// taken. Labels are kept aside, because attributes of the same name may be
// there, and be asked for by sources that come later.
func claim(s *spec.LogSource) []string {
	unclaimed := fmt.Sprintf("resource.attributes[%s] == nil", quote(own+spec.LogSourceLabel))
	conditions := []string{unclaimed}
	for _, name := range slices.Sorted(maps.Keys(s.OTLP.Match)) {
		conditions = append(conditions, fmt.Sprintf("resource.attributes[%s] == %s", quote(name), quote(s.OTLP.Match[name])))
	}
	mine := fmt.Sprintf("resource.attributes[%s] == %s", quote(own+spec.LogSourceLabel), quote(s.Name))
	statements := []string{fmt.Sprintf("set(resource.attributes[%s], %s) where %s",
		quote(own+spec.LogSourceLabel), quote(s.Name), strings.Join(conditions, " and "))}
	for _, label := range slices.Sorted(maps.Keys(s.Labels)) {
		statements = append(statements, fmt.Sprintf("set(resource.attributes[%s], %s) where %s", quote(own+label), quote(s.Labels[label]), mine))
	}
	for _, label := range slices.Sorted(maps.Keys(s.LabelFields)) {
		value := fmt.Sprintf("resource.attributes[%s]", quote(s.LabelFields[label]))
		statements = append(statements, fmt.Sprintf(
			// Of a map or a list Loki would make as many labels as it has members.
			"set(resource.attributes[%s], %[2]s) where %[3]s and (IsString(%[2]s) and not IsMatch(%[2]s, %[4]s) or IsInt(%[2]s) or IsDouble(%[2]s) or IsBool(%[2]s))",
			quote(own+label), value, mine, quote(logpipeline.NotLabel)))
	}
	return statements
}

// each is a statement for each label.
func each(labels []string, statement func(string) string) []string {
	statements := make([]string, len(labels))
	for i, label := range labels {
		statements[i] = statement(label)
	}
	return statements
}

func quote(text string) string { return strconv.Quote(text) }
