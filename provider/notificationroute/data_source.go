// Package notificationroute is the data source opp_notification_route: whom an
// alert would reach.
package notificationroute

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// NewDataSource makes the data source.
func NewDataSource() datasource.DataSource {
	return &tfkit.Question[model]{
		Type: "opp_notification_route",
		Description: "Whom an alert would reach: Alertmanager's own code walks the routes of the stack, those included that the plan is going to change. " +
			"A `check` block warns where somebody who must be reached would not be; a `precondition` of an output fails the plan.\n\n" +
			"The answer reckons with the objects of the plan that Terraform plans before it, which are those that the arguments lead to. " +
			"Lead there by way of a local value: where an argument, `depends_on` or a condition of its own refers to what changes, " +
			"Terraform reads a data source only after the change is applied. `terraform test` works with `command = plan`; nothing has to run.",
		Attributes: attributes(),
		Ask:        ask,
	}
}

type model struct {
	Stack  types.String `tfsdk:"stack"`
	Labels types.Map    `tfsdk:"labels"`
	At     types.String `tfsdk:"at"`
	Routes []route      `tfsdk:"routes"`
	// EscalatesTo is also in every one of Routes.
	EscalatesTo []step `tfsdk:"escalates_to"`
}

type route struct {
	Channel        string       `tfsdk:"channel"`
	Route          types.String `tfsdk:"route"`
	GroupBy        []string     `tfsdk:"group_by"`
	GroupWait      string       `tfsdk:"group_wait"`
	GroupInterval  string       `tfsdk:"group_interval"`
	RepeatInterval string       `tfsdk:"repeat_interval"`
	MutedBy        []string     `tfsdk:"muted_by"`
	InhibitedBy    []string     `tfsdk:"inhibited_by"`
	EscalatesTo    []step       `tfsdk:"escalates_to"`
}

type step struct {
	After    string   `tfsdk:"after"`
	Channels []string `tfsdk:"channels"`
}

func attributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"labels": schema.MapAttribute{
			MarkdownDescription: "Labels of the alert as Alertmanager gets it: `alertname`, `severity` and those of the rule, " +
				"with those of the series and the stack's `prometheus.external_labels`.",
			ElementType: types.StringType,
			Required:    true,
			Validators:  []validator.Map{mapvalidator.NoNullValues()},
		},
		"at": schema.StringAttribute{
			MarkdownDescription: "Time of the notification in RFC 3339 form, such as `2026-12-24T22:00:00+01:00`, on which `muted_by` depends. Left out, it is now.",
			Optional:            true,
			Validators:          []validator.String{tfkit.Parses("a time", parseTime)},
		},
		"routes": schema.ListNestedAttribute{
			MarkdownDescription: "Where the alert goes at once, in the order in which Alertmanager tries it. Empty if nobody is notified, or only later: see `escalates_to`.",
			Computed:            true,
			NestedObject:        schema.NestedAttributeObject{Attributes: routeAttributes()},
		},
		"escalates_to": escalation("Who is notified later when nobody reacts, by escalation policies. An alert of which nobody hears at once has this too."),
	}
}

func escalation(description string) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		MarkdownDescription: description,
		Computed:            true,
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"after":    text("How long after the alert began to fire."),
			"channels": list("Names of the channels."),
		}},
	}
}

func routeAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"channel":         text("Name of the channel."),
		"route":           text("Name of the `opp_route` that leads there; null for a channel's own route and for the default channel."),
		"group_by":        list("Labels by which alerts are put into one notification; `...` is all of them."),
		"group_wait":      text("How long it waits before the first notification of a group."),
		"group_interval":  text("How long it waits before notifying about new alerts of a group."),
		"repeat_interval": text("How long it waits before repeating a notification."),
		"muted_by": list("Windows because of which it does not notify at that time: those of the route's `mute_windows` that contain it, " +
			"or its `active_windows`, if none of them does."),
		"inhibited_by": list("Correlations that mute the alert now, because an alert that explains it is firing. " +
			"If Alertmanager cannot be asked what is firing, it is empty, with a warning."),
		"escalates_to": escalation("The `escalates_to` of the data source, for expressions over routes."),
	}
}

func text(description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true}
}

func list(description string) schema.ListAttribute {
	return schema.ListAttribute{MarkdownDescription: description, Computed: true, ElementType: types.StringType}
}

func ask(ctx context.Context, c tfkit.Asked, m *model) (diag.Diagnostics, error) {
	query := api.RoutingQuery{Labels: tfkit.StringMap(m.Labels)}
	if at := m.At.ValueString(); at != "" {
		var err error
		if query.At, err = parseTime(at); err != nil {
			return nil, err // the validator has seen it before
		}
	}
	var undecided []string
	query.Changes, undecided = c.Planned.Routing(c.Stack)
	result, err := c.Routing(ctx, c.Stack, query)
	if err != nil {
		return nil, err
	}
	var warnings diag.Diagnostics
	for _, w := range result.Warnings {
		warnings.AddWarning(w, "Everything else is told from the configuration.")
	}
	for _, object := range undecided {
		warnings.AddWarning(fmt.Sprintf("The routing of stack %q is told without the changes to %s, of which this plan does not know everything yet", c.Stack, object),
			"Plan again once it is applied, or read this data source after it, by depends_on.")
	}
	m.EscalatesTo = make([]step, len(result.EscalatesTo))
	for i, s := range result.EscalatesTo {
		m.EscalatesTo[i] = step{After: s.After, Channels: orEmpty(s.Channels)}
	}
	m.Routes = make([]route, len(result.Routes))
	for i, r := range result.Routes {
		m.Routes[i] = newRoute(r, m.EscalatesTo)
	}
	return warnings, nil
}

func parseTime(text string) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, errors.New("write it in RFC 3339 form, such as 2026-12-24T22:00:00+01:00")
	}
	return at, nil
}

func newRoute(r api.NotificationRoute, escalatesTo []step) route {
	return route{
		Channel: r.Channel, Route: tfkit.StringOrNull(types.StringNull(), r.Route), GroupBy: orEmpty(r.GroupBy),
		GroupWait: r.GroupWait, GroupInterval: r.GroupInterval, RepeatInterval: r.RepeatInterval,
		MutedBy: orEmpty(r.MutedBy), InhibitedBy: orEmpty(r.InhibitedBy), EscalatesTo: escalatesTo,
	}
}

// orEmpty makes an empty list of none, so that expressions can count on lists.
func orEmpty(list []string) []string { return append([]string{}, list...) }
