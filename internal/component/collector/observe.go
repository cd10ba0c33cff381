package collector

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// observer is one observation.
type observer struct {
	*component.Report
	in              component.Input
	running, wanted config
}

// Observe implements component.Component. When the text that runs is that of
// files, nothing can differ and nothing is compared.
func (c *Component) Observe(ctx context.Context, in component.Input, files component.Files, report *component.Report) error {
	if err := c.observe(ctx, in, files, report); err != nil {
		return fmt.Errorf("cannot observe the collector: %w", err)
	}
	return nil
}

func (c *Component) observe(ctx context.Context, in component.Input, files component.Files, report *component.Report) error {
	text, err := c.running(ctx, in)
	if err != nil {
		return err
	}
	metrics, err := c.probe.Metrics(ctx, further(in, metricsPort), nil)
	if err != nil {
		return err
	}
	report.Versions[component.Collector] = metrics.Label("target_info", "service_version")
	edits, err := files.Edits(in)
	if err != nil {
		return err
	}
	wanted := string(unescape(files[configFile].Data))
	o := observer{Report: report, in: in}
	for _, edit := range edits {
		o.drift("%s", edit.Sentence(text != wanted))
	}
	if text == wanted {
		return nil
	}
	if err := errors.Join(yaml.Unmarshal([]byte(text), &o.running), yaml.Unmarshal([]byte(wanted), &o.wanted)); err != nil || o.running.Receivers == nil {
		return errors.Join(errors.New("it does not tell the configuration that it runs"), err)
	}
	for i := range in.State.LogSources {
		o.source(&in.State.LogSources[i])
	}
	o.strangers()
	o.rest()
	return nil
}

// drift notes a sentence about the stack itself.
func (o *observer) drift(format string, args ...any) {
	o.AddDrift(spec.KindStack, o.in.State.Stack.Name, "collector: "+fmt.Sprintf(format, args...))
}

// note notes a sentence about a log source.
func (o *observer) note(s *spec.LogSource, format string, args ...any) {
	o.AddDrift(spec.KindLogSource, s.Name, "collector: "+fmt.Sprintf(format, args...))
}

// source compares what is read for a source, or taken for it.
func (o *observer) source(s *spec.LogSource) {
	if s.OTLP != nil {
		id := otlpID(s)
		switch running, ok := o.running.Processors[id]; {
		case !ok || !slices.Contains(o.running.Service.Pipelines[otlpPipeline].Processors, id):
			o.note(s, "it is not loaded")
		case !reflect.DeepEqual(running, o.wanted.Processors[id]):
			o.note(s, "it takes other records, or labels them otherwise")
		}
		return
	}
	id := receiverID(s)
	running, ok := o.running.Receivers[id]
	if !ok || !slices.Contains(o.running.Service.Pipelines[linesPipeline].Receivers, id) {
		o.note(s, "it is not loaded")
		return
	}
	observed := o.Observed.Get(spec.KindLogSource, s.Name).(*spec.LogSource)
	if rest := readBack(o.in, observed, running, differing(running, o.wanted.Receivers[id])); len(rest) > 0 {
		o.note(s, "its receiver runs with other settings: %s", strings.Join(rest, ", "))
	}
}

// differing names the settings that are not the same, in order.
func differing(a, b section) []string {
	keys := map[string]bool{}
	for _, s := range []section{a, b} {
		for key := range s {
			if !reflect.DeepEqual(a[key], b[key]) {
				keys[key] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(keys))
}

// strangers finds what takes records and is nobody's.
func (o *observer) strangers() {
	for _, id := range slices.Sorted(maps.Keys(o.running.Receivers)) {
		if _, ours := o.wanted.Receivers[id]; !ours {
			o.drift("receiver %q is loaded but not managed", id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(o.running.Service.Pipelines)) {
		if _, ours := o.wanted.Service.Pipelines[id]; !ours {
			o.drift("pipeline %q is loaded but not managed", id)
		}
	}
}

// rest compares what belongs to no source.
func (o *observer) rest() {
	processors := func(c config) map[string]section {
		left := maps.Clone(c.Processors)
		maps.DeleteFunc(left, func(id string, _ section) bool { return strings.HasPrefix(id, otlpPrefix) })
		return left
	}
	lines := func(c config) any { return c.Service.Pipelines[linesPipeline].withoutReceivers() }
	otlp := func(c config) any {
		p := c.Service.Pipelines[otlpPipeline]
		p.Processors = slices.DeleteFunc(slices.Clone(p.Processors), func(id string) bool { return strings.HasPrefix(id, otlpPrefix) })
		return p
	}
	for _, part := range []struct {
		what string
		of   func(config) any
	}{
		{"other extensions", func(c config) any { return [2]any{c.Extensions, c.Service.Extensions} }},
		{"another port that takes logs", func(c config) any { return c.Receivers[otlpReceiver] }},
		{"other processors", func(c config) any { return processors(c) }},
		{"another way to Loki", func(c config) any { return c.Exporters }},
		{"other telemetry", func(c config) any { return c.Service.Telemetry }},
		{"another pipeline of lines", lines},
		{"another pipeline of applications", otlp},
	} {
		if !reflect.DeepEqual(part.of(o.running), part.of(o.wanted)) {
			o.drift("the running configuration has %s", part.what)
		}
	}
}

// withoutReceivers is the pipeline without what its sources decide.
func (p pipeline) withoutReceivers() pipeline {
	p.Receivers = nil
	return p
}
