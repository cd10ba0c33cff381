// Package metricquery is the data source opp_metric_query: PromQL, evaluated now.
package metricquery

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

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
	Stack  types.String   `tfsdk:"stack"`
	Query  types.String   `tfsdk:"query"`
	Vector []tfkit.Sample `tfsdk:"vector"`
}

func attributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"query": schema.StringAttribute{
			MarkdownDescription: "PromQL expression that returns an instant vector or a scalar.",
			Required:            true,
		},
		"vector": tfkit.Vector("The samples. A scalar is one sample without labels."),
	}
}

func ask(ctx context.Context, c tfkit.Asked, m *model) (warnings diag.Diagnostics, err error) {
	result, err := c.Query(ctx, c.Stack, m.Query.ValueString())
	if err != nil {
		return nil, err
	}
	for _, w := range result.Warnings {
		warnings.AddWarning("Prometheus warns about the query: "+w, "The result may be incomplete.")
	}
	m.Vector = tfkit.Samples(result.Vector)
	return warnings, nil
}
