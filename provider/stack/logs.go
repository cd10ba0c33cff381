package stack

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

type loki struct {
	component
	Retention types.String `tfsdk:"retention"`
}

// lokiAttribute is a block that turns on what it configures, like Grafana's.
func lokiAttribute(d spec.Loki) schema.SingleNestedAttribute {
	d.Enabled = true
	attributes := componentAttributes("loki", d.Component)
	attributes["retention"] = tfkit.String("How long logs are kept that no `opp_log_retention` selects: a duration of whole hours, `24h` or more.", d.Retention)
	return schema.SingleNestedAttribute{
		MarkdownDescription: "The log store. It runs where this block is written: left out, the stack has no Loki.",
		Optional:            true,
		Attributes:          attributes,
	}
}

// collectorAttribute is a block that turns on what it configures, like Grafana's.
func collectorAttribute(d spec.Collector) schema.SingleNestedAttribute {
	d.Enabled = true
	return schema.SingleNestedAttribute{
		MarkdownDescription: "The OpenTelemetry Collector, which reads log sources and takes logs over OTLP (HTTP) at its port; it needs `loki`. " +
			"It runs where this block is written: left out, the stack has none.",
		Optional:   true,
		Attributes: componentAttributes("collector", d.Component),
	}
}

// toSpec is d if there is no block; an empty block is a Loki with defaults.
func (l *loki) toSpec(d spec.Loki) spec.Loki {
	if l == nil {
		return d
	}
	d.Enabled = true
	l.component.toSpec(&d.Component)
	d.Retention = tfkit.StringOr(l.Retention, d.Retention)
	return d
}

// newLoki is nil, no block, for what no block means, unless there was one.
func newLoki(old *loki, s spec.Loki) *loki {
	if old == nil && s == spec.DefaultStack("").Loki {
		return nil
	}
	return &loki{component: newComponent(orZero(old).component, s.Component), Retention: types.StringValue(s.Retention)}
}

// collectorSpec is d if there is no block; an empty block is a collector with defaults.
func collectorSpec(c *component, d spec.Collector) spec.Collector {
	if c == nil {
		return d
	}
	d.Enabled = true
	c.toSpec(&d.Component)
	return d
}

// newCollector is nil, no block, for what no block means, unless there was one.
func newCollector(old *component, s spec.Collector) *component {
	if old == nil && s == spec.DefaultStack("").Collector {
		return nil
	}
	c := newComponent(orZero(old), s.Component)
	return &c
}

// DependsOn implements tfkit.Depender: the collector needs Loki.
func (*model) DependsOn(field string) []string {
	if field == "collector.enabled" {
		return []string{"loki.enabled"}
	}
	return nil
}
