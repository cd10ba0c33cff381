package stack

import (
	"maps"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

type alertmanager struct {
	component
	Replicas           types.Int64  `tfsdk:"replicas"`
	Retention          types.String `tfsdk:"retention"`
	DefaultChannel     types.String `tfsdk:"default_channel"`
	ExternalURL        types.String `tfsdk:"external_url"`
	ResolveTimeout     types.String `tfsdk:"resolve_timeout"`
	SeverityInhibition types.Bool   `tfsdk:"severity_inhibition"`
	SMTP               types.Object `tfsdk:"smtp"`
}

// alertmanagerAttribute is a block that is null while it is left out, because
// the framework gives no default to what holds write-only attributes.
func alertmanagerAttribute(d spec.Alertmanager) schema.SingleNestedAttribute {
	attributes := componentAttributes("alertmanager", d.Component)
	maps.Copy(attributes, map[string]schema.Attribute{
		"replicas": tfkit.Int64("How many Alertmanagers run. They tell each other what they told, so that one of them notifies, and the next if that one does not. "+
			"`port` is that of the first, the others get free ones.", d.Replicas),
		"retention": tfkit.String("How long resolved alerts and expired silences are kept. A Prometheus duration.", d.Retention),
		"default_channel": tfkit.Optional("Name of the channel that receives what no route takes, instead of `default` on the channel itself. " +
			"It is created after the stack and names it, so write the name as it is. Until it exists, what no route takes reaches nobody."),
		"external_url": tfkit.Optional("URL at which people reach Alertmanager, for links in notifications, if it is behind a proxy. " +
			"The proxy passes requests on without the URL's path. Left out, it is the address it listens on."),
		"resolve_timeout": tfkit.String("After how long an alert ends that was sent without an end, if it is not sent again. "+
			"Prometheus and Loki send one, so it only concerns other senders. A Prometheus duration.", d.ResolveTimeout),
		"severity_inhibition": tfkit.Bool("Whether an alert that fires as `critical` mutes itself as `warning` and `info`, and as `warning` itself as `info`: "+
			"for the same `alertname` and `instance`. Alerts without `instance` are left alone.", d.SeverityInhibition),
		"smtp": tfkit.Nested[spec.SMTP]("Mail server of `email` channels that name no `smarthost`. `smarthost` is required.", tfkit.SMTPDocs()),
	})
	return schema.SingleNestedAttribute{
		MarkdownDescription: "The alert router, which groups alerts and sends notifications. Left out, it runs with the defaults below.",
		Optional:            true,
		Attributes:          attributes,
	}
}

// toSpec is d with what the block says.
func (a *alertmanager) toSpec(d spec.Alertmanager) spec.Alertmanager {
	if a == nil {
		return d
	}
	a.component.toSpec(&d.Component)
	d.Replicas = tfkit.Int64Or(a.Replicas, d.Replicas)
	d.Retention = tfkit.StringOr(a.Retention, d.Retention)
	d.DefaultChannel = a.DefaultChannel.ValueString()
	d.ExternalURL = a.ExternalURL.ValueString()
	d.ResolveTimeout = tfkit.StringOr(a.ResolveTimeout, d.ResolveTimeout)
	d.SeverityInhibition = tfkit.BoolOr(a.SeverityInhibition, d.SeverityInhibition)
	d.SMTP = tfkit.StructOf[spec.SMTP](a.SMTP)
	return d
}

// newAlertmanager is nil, no block, for what no block means, unless there was one.
func newAlertmanager(old *alertmanager, s spec.Alertmanager) *alertmanager {
	if old == nil && reflect.DeepEqual(s, spec.DefaultStack("").Alertmanager) {
		return nil
	}
	before := orZero(old)
	return &alertmanager{
		component:          newComponent(before.component, s.Component),
		Replicas:           types.Int64Value(s.Replicas),
		Retention:          types.StringValue(s.Retention),
		DefaultChannel:     tfkit.StringOrNull(before.DefaultChannel, s.DefaultChannel),
		ExternalURL:        tfkit.StringOrNull(before.ExternalURL, s.ExternalURL),
		ResolveTimeout:     types.StringValue(s.ResolveTimeout),
		SeverityInhibition: types.BoolValue(s.SeverityInhibition),
		SMTP:               tfkit.ObjectOf(before.SMTP, s.SMTP),
	}
}
