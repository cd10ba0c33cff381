// Package alerts is the data source opp_alerts: what is firing now.
package alerts

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// NewDataSource makes the data source.
func NewDataSource() datasource.DataSource {
	return &tfkit.Question[model]{
		Type:        "opp_alerts",
		Description: "The alerts of a stack as they are now.",
		Attributes:  attributes(),
		Ask:         ask,
	}
}

type model struct {
	Stack    types.String `tfsdk:"stack"`
	Matchers types.List   `tfsdk:"matchers"`
	Alerts   []alert      `tfsdk:"alerts"`
}

type alert struct {
	Labels      map[string]string `tfsdk:"labels"`
	Annotations map[string]string `tfsdk:"annotations"`
	State       string            `tfsdk:"state"`
	Since       string            `tfsdk:"since"`
}

func attributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"matchers": schema.ListAttribute{
			MarkdownDescription: "Matchers in Alertmanager's syntax, such as `severity=\"critical\"`; all must fit. Defaults to every alert.",
			ElementType:         types.StringType,
			Optional:            true,
		},
		"alerts": schema.ListNestedAttribute{
			MarkdownDescription: "The alerts.",
			Computed:            true,
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"labels": schema.MapAttribute{
					MarkdownDescription: "Labels, among them `alertname`.",
					ElementType:         types.StringType,
					Computed:            true,
				},
				"annotations": schema.MapAttribute{
					MarkdownDescription: "Annotations, such as `summary`.",
					ElementType:         types.StringType,
					Computed:            true,
				},
				"state": schema.StringAttribute{
					MarkdownDescription: "`active`, `suppressed` (silenced or inhibited), `unprocessed`, or `pending` (not yet firing).",
					Computed:            true,
				},
				"since": schema.StringAttribute{
					MarkdownDescription: "When it began, in RFC 3339 form.",
					Computed:            true,
				},
			}},
		},
	}
}

func ask(ctx context.Context, c tfkit.Asked, m *model) (diag.Diagnostics, error) {
	found, err := c.Alerts(ctx, c.Stack, tfkit.Strings(m.Matchers))
	if err != nil {
		return nil, err
	}
	m.Alerts = make([]alert, len(found))
	for i, a := range found {
		m.Alerts[i] = alert{Labels: a.Labels, Annotations: a.Annotations, State: a.State, Since: a.Since.UTC().Format(time.RFC3339)}
	}
	return nil, nil
}
