// Package metricquery is the data source opp_metric_query: PromQL, evaluated now.
package metricquery

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/client"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// NewDataSource makes the data source.
func NewDataSource() datasource.DataSource {
	return &tfkit.Question[model]{
		Type:        "opp_metric_query",
		Description: "The result of a PromQL expression, evaluated now; useful in `check` blocks.",
		Attributes:  attributes(),
		Ask:         ask,
	}
}

type model struct {
	Stack  types.String `tfsdk:"stack"`
	Query  types.String `tfsdk:"query"`
	Vector []sample     `tfsdk:"vector"`
}

type sample struct {
	Labels map[string]string `tfsdk:"labels"`
	Value  string            `tfsdk:"value"`
	Time   string            `tfsdk:"time"`
}

func attributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"query": schema.StringAttribute{
			MarkdownDescription: "PromQL expression that returns an instant vector or a scalar.",
			Required:            true,
		},
		"vector": schema.ListNestedAttribute{
			MarkdownDescription: "The samples. A scalar is one sample without labels.",
			Computed:            true,
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"labels": schema.MapAttribute{
					MarkdownDescription: "Labels of the series.",
					ElementType:         types.StringType,
					Computed:            true,
				},
				"value": schema.StringAttribute{
					MarkdownDescription: "Value as Prometheus writes it, which may be `NaN` or `+Inf`; `tonumber()` turns all others into a number.",
					Computed:            true,
				},
				"time": schema.StringAttribute{
					MarkdownDescription: "Time of the evaluation, in RFC 3339 form.",
					Computed:            true,
				},
			}},
		},
	}
}

func ask(ctx context.Context, c *client.Client, stack string, m *model) (warnings diag.Diagnostics, err error) {
	result, err := c.Query(ctx, stack, m.Query.ValueString())
	if err != nil {
		return nil, err
	}
	for _, w := range result.Warnings {
		warnings.AddWarning("Prometheus warns about the query: "+w, "The result may be incomplete.")
	}
	m.Vector = make([]sample, len(result.Vector))
	for i, s := range result.Vector {
		m.Vector[i] = sample{Labels: s.Labels, Value: s.Value, Time: s.Time.UTC().Format(time.RFC3339)}
	}
	return warnings, nil
}
