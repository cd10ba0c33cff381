// Package logquery is the data source opp_log_query: LogQL over a stack's logs.
package logquery

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// NewDataSource makes the data source.
func NewDataSource() datasource.DataSource {
	return &tfkit.Question[model]{
		Type: "opp_log_query",
		Description: "Log entries that a LogQL query finds in the stack's Loki, or what it computes from them, asked now; " +
			"useful in `check` blocks.",
		Attributes: attributes(),
		Ask:        ask,
	}
}

type model struct {
	Stack     types.String   `tfsdk:"stack"`
	Query     types.String   `tfsdk:"query"`
	Since     types.String   `tfsdk:"since"`
	Start     types.String   `tfsdk:"start"`
	End       types.String   `tfsdk:"end"`
	Limit     types.Int64    `tfsdk:"limit"`
	Direction types.String   `tfsdk:"direction"`
	Entries   []entry        `tfsdk:"entries"`
	Vector    []tfkit.Sample `tfsdk:"vector"`
}

type entry struct {
	Time   string            `tfsdk:"time"`
	Line   string            `tfsdk:"line"`
	Labels map[string]string `tfsdk:"labels"`
}

func attributes() map[string]schema.Attribute {
	moment := []validator.String{tfkit.Parses("a time in RFC 3339 form, such as `2026-01-31T12:00:00Z`", parseTime)}
	return map[string]schema.Attribute{
		"query": schema.StringAttribute{
			MarkdownDescription: "LogQL: a query that selects entries, such as `{service=\"api\"} | severity_text=\"error\"`, " +
				"or one that computes a number from them, which is evaluated at `end`.",
			Required: true,
		},
		"since": schema.StringAttribute{
			MarkdownDescription: fmt.Sprintf("How long before `end` to begin, such as `15m` or `7d`. Left out, and without `start`, it is `%s`.", defaultSince),
			Optional:            true,
			Validators: []validator.String{
				tfkit.Parses("a duration such as `1h`", parseSince), stringvalidator.ConflictsWith(path.MatchRoot("start")),
			},
		},
		"start": schema.StringAttribute{
			MarkdownDescription: "Time of the first entries, in RFC 3339 form.",
			Optional:            true,
			Validators:          moment,
		},
		"end": schema.StringAttribute{
			MarkdownDescription: "Time up to which entries are searched, not included, in RFC 3339 form. Left out, it is now.",
			Optional:            true,
			Validators:          moment,
		},
		"limit": schema.Int64Attribute{
			MarkdownDescription: fmt.Sprintf("Most entries to return, up to %d. Left out, it is `%d`.", api.MaxLogLimit, api.DefaultLogLimit),
			Optional:            true,
			Validators:          []validator.Int64{int64validator.Between(1, api.MaxLogLimit)},
		},
		"direction": schema.StringAttribute{
			MarkdownDescription: fmt.Sprintf("`%s` has the newest entries first, `%s` the oldest, which also decides which are left out at the `limit`. "+
				"Left out, it is `%s`.", api.LogsBackward, api.LogsForward, api.LogsBackward),
			Optional:   true,
			Validators: []validator.String{stringvalidator.OneOf(api.LogsBackward, api.LogsForward)},
		},
		"entries": schema.ListNestedAttribute{
			MarkdownDescription: "The entries; empty for a query that computes a number.",
			Computed:            true,
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"time": schema.StringAttribute{MarkdownDescription: "Time of the entry, in RFC 3339 form with nanoseconds.", Computed: true},
				"line": schema.StringAttribute{MarkdownDescription: "The line.", Computed: true},
				"labels": schema.MapAttribute{
					MarkdownDescription: "Index labels, structured metadata, and what the query extracts.",
					ElementType:         types.StringType,
					Computed:            true,
				},
			}},
		},
		"vector": tfkit.Vector("What the query computes; empty for a query that selects entries."),
	}
}

// defaultSince is api.DefaultLogSince as users write it.
const defaultSince = "1h"

// parseSince takes the durations of Prometheus, as all attributes do.
func parseSince(text string) (time.Duration, error) {
	d, err := spec.ParseDuration(text)
	if err == nil && d == 0 {
		err = errors.New("it must be longer than zero")
	}
	return d, err
}

func parseTime(text string) (time.Time, error) { return time.Parse(time.RFC3339Nano, text) }

// query is what the model asks for; absent attributes are left to the defaults
// of the control plane.
func (m *model) query() (q api.LogQuery, err error) {
	q = api.LogQuery{Query: m.Query.ValueString(), Limit: int(m.Limit.ValueInt64()), Direction: m.Direction.ValueString()}
	if !m.Since.IsNull() {
		if q.Since, err = parseSince(m.Since.ValueString()); err != nil {
			return q, err
		}
	}
	for _, t := range []struct {
		text types.String
		into *time.Time
	}{{m.Start, &q.Start}, {m.End, &q.End}} {
		if t.text.IsNull() {
			continue
		}
		if *t.into, err = parseTime(t.text.ValueString()); err != nil {
			return q, err
		}
	}
	return q, nil
}

func ask(ctx context.Context, c tfkit.Asked, m *model) (warnings diag.Diagnostics, err error) {
	query, err := m.query()
	if err != nil {
		return nil, err
	}
	result, err := c.SearchLogs(ctx, c.Stack, query)
	if err != nil {
		return nil, err
	}
	for _, w := range result.Warnings {
		warnings.AddWarning("Loki warns about the query: "+w, "The result may be incomplete.")
	}
	m.Entries = make([]entry, len(result.Entries))
	for i, e := range result.Entries {
		m.Entries[i] = entry{Time: e.Time.UTC().Format(time.RFC3339Nano), Line: e.Line, Labels: e.Labels}
	}
	m.Vector = tfkit.Samples(result.Vector)
	return warnings, nil
}
