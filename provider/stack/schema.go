package stack

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// resourceSchema is the data source's attributes and those that only make
// sense for an owner.
func resourceSchema(ctx context.Context) schema.Schema {
	attributes := attributes()
	attributes["force_destroy"] = tfkit.Bool("Whether destroying the stack also destroys what is still in it, "+
		"for example objects that another Terraform state manages. Must be applied before it has an effect.", false)
	attributes["timeouts"] = timeoutsAttribute(ctx)
	return schema.Schema{
		MarkdownDescription: "A monitoring platform: Prometheus, Alertmanager, node_exporter and Grafana, configured to work together, " +
			"checked and kept running. Scrape jobs, alert rules, notification channels and dashboards are resources of their own that name their stack.",
		Attributes: attributes,
	}
}

func timeoutsAttribute(ctx context.Context) schema.Attribute {
	attribute := timeouts.Attributes(ctx, timeouts.Opts{
		Create:            true,
		Update:            true,
		Delete:            true,
		CreateDescription: "How long creating may take, such as `30m`. Components that must be built or downloaded first need longest. Defaults to `20m`.",
		UpdateDescription: "How long updating may take, such as `30m`. Defaults to `20m`.",
		DeleteDescription: "How long destroying may take, such as `5m`. Defaults to `20m`.",
	})
	if nested, ok := attribute.(schema.SingleNestedAttribute); ok {
		nested.MarkdownDescription = "How long operations may take before they are given up."
		return nested
	}
	return attribute
}

func attributes() map[string]schema.Attribute {
	d := spec.DefaultStack("")
	engine := tfkit.String("What runs the components: `process` runs them as processes of this machine, which survive Terraform. "+
		"Changing it replaces the stack.", d.Engine)
	engine.PlanModifiers = []planmodifier.String{stringplanmodifier.RequiresReplace()}
	return map[string]schema.Attribute{
		"id": tfkit.ID("Import id, the stack's name."),
		"name": tfkit.Identity("Name of the stack: up to 39 lower-case letters, digits and hyphens, a letter first. " +
			"It identifies the stack in the state directory."),
		"engine": engine,
		"prometheus": tfkit.Block("The metrics server, which scrapes targets and evaluates rules.",
			prometheusAttributes(d.Prometheus), newPrometheus(prometheus{}, d.Prometheus)),
		"alertmanager": alertmanagerAttribute(d.Alertmanager),
		"node_exporter": tfkit.Block("The exporter of this machine's own metrics: processors, memory, disks, network.",
			componentAttributes("node_exporter", d.NodeExporter.Component), newComponent(component{}, d.NodeExporter.Component)),
		"grafana":   grafanaAttribute(d.Grafana),
		"loki":      lokiAttribute(d.Loki),
		"collector": collectorAttribute(d.Collector),
		"self_monitoring": tfkit.Bool("Whether the stack monitors itself: scrape jobs for its components and rules in the group "+
			"`opp-self-monitoring`, among them `Watchdog`, which always fires.", d.SelfMonitoring),
		"endpoints":  endpoints(),
		"components": components(),
		"status": schema.StringAttribute{
			MarkdownDescription: "`healthy` when every enabled component is, otherwise `unhealthy`. Planned `healthy`: " +
				"where it is not, the next apply repairs the stack.",
			Computed: true,
			Default:  stringdefault.StaticString(api.StatusHealthy),
		},
		"drift": tfkit.Drift(),
	}
}

// endpoints change with what decides whether and where a component listens.
func endpoints() schema.MapAttribute {
	depends := append(ofComponents("enabled", "port", "listen_address"), path.Root("grafana").AtName("url"))
	return schema.MapAttribute{
		MarkdownDescription: "URL of every enabled component, for example `endpoints.prometheus`.",
		ElementType:         types.StringType,
		Computed:            true,
		PlanModifiers:       []planmodifier.Map{tfkit.KeepUnlessChanged(depends...)},
	}
}

// components change with what runs, and with its repair.
func components() schema.MapNestedAttribute {
	depends := append(ofComponents("enabled", "version", "memory", "path"),
		path.Root("status"), path.Root("drift"), path.Root("grafana").AtName("url"), path.Root("alertmanager").AtName("replicas"))
	return schema.MapNestedAttribute{
		MarkdownDescription: "How every enabled component is, by its name.",
		Computed:            true,
		PlanModifiers:       []planmodifier.Map{tfkit.KeepUnlessChanged(depends...)},
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"version": computed("Version that runs."),
			"status":  computed("`healthy`, `unhealthy`, `restarting` or `stopped`."),
			"memory_limit": computed("Memory limit that is in force, as it is written in the component's `memory`; " +
				"in bytes if it is another one, such as `536870912B`; null for none."),
			"memory_limit_kind": computed("How the limit is kept: `cgroup2` or `cgroup1` by the kernel, `soft` by the component itself " +
				"(`GOMEMLIMIT`), or `none`; null for a component that runs elsewhere."),
		}},
	}
}

// ofComponents are these attributes of every component, whose block has its name.
func ofComponents(attributes ...string) []path.Path {
	var paths []path.Path
	stack := spec.DefaultStack("")
	for _, c := range stack.Components() {
		for _, a := range attributes {
			paths = append(paths, path.Root(c.Name).AtName(a))
		}
	}
	return paths
}

func prometheusAttributes(d spec.Prometheus) map[string]schema.Attribute {
	attributes := componentAttributes("prometheus", d.Component)
	maps.Copy(attributes, map[string]schema.Attribute{
		"scrape_interval":     tfkit.String("How often targets are scraped, unless their job says otherwise. A Prometheus duration.", d.ScrapeInterval),
		"evaluation_interval": tfkit.String("How often rules are evaluated, unless their group says otherwise. A Prometheus duration.", d.EvaluationInterval),
		"external_labels":     tfkit.OptionalMap("Labels added to everything that leaves this Prometheus, such as alerts."),
		"retention": tfkit.Block("How long metrics are kept: until the first of the two limits is reached.", map[string]schema.Attribute{
			"time": tfkit.String("Age at which metrics are deleted. A Prometheus duration such as `15d`.", d.Retention.Time),
			"size": tfkit.String("Size of the database at which the oldest metrics are deleted, such as `1GB` (1 KB is 1024 bytes).", d.Retention.Size),
		}, newRetention(d.Retention)),
	})
	return attributes
}

func componentAttributes(name string, d spec.Component) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"enabled": tfkit.Bool("Whether the component runs.", d.Enabled),
		"version": tfkit.String("Version of the component, without a leading v.", d.Version),
		"port": tfkit.Int64("TCP port to listen on; `0` picks a free port once and keeps it (see `endpoints`).",
			d.Port),
		"listen_address": tfkit.String("IP address to listen on. The components ask for no password: "+
			"let others than this machine reach them only through something that does.", d.ListenAddress),
		"memory": tfkit.String("Memory limit, such as `512MB` (1 KB is 1024 bytes).", d.Memory),
		"path": tfkit.Optional(fmt.Sprintf("Path of a `%s` binary of your own, to be run instead of the one that is downloaded or built. "+
			"`version` is then not used to find one"+ownVersion(name)+".", name)),
	}
}

// ownVersion says what becomes of version beside a binary of one's own.
func ownVersion(name string) string {
	if name != "prometheus" && name != "alertmanager" {
		return ""
	}
	return ", and only counts if the binary does not tell its own with `--version`"
}

func computed(description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true}
}
