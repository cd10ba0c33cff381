package stack

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/tfkit"
)

// defaultTimeout leaves time to build components from source.
const defaultTimeout = 20 * time.Minute

// model is what resource and data source have in common.
type model struct {
	tfkit.Common
	Engine         types.String      `tfsdk:"engine"`
	Prometheus     *prometheus       `tfsdk:"prometheus"`
	Alertmanager   *alertmanager     `tfsdk:"alertmanager"`
	NodeExporter   *component        `tfsdk:"node_exporter"`
	Grafana        *grafana          `tfsdk:"grafana"`
	Loki           *loki             `tfsdk:"loki"`
	Collector      *component        `tfsdk:"collector"`
	SelfMonitoring types.Bool        `tfsdk:"self_monitoring"`
	Endpoints      map[string]string `tfsdk:"endpoints"`
	Status         types.String      `tfsdk:"status"`
	Components     map[string]status `tfsdk:"components"`
}

// resourceModel adds what only the owner says.
type resourceModel struct {
	model
	ForceDestroy types.Bool     `tfsdk:"force_destroy"`
	Timeouts     timeouts.Value `tfsdk:"timeouts"`
}

type component struct {
	Enabled       types.Bool   `tfsdk:"enabled"`
	Version       types.String `tfsdk:"version"`
	Port          types.Int64  `tfsdk:"port"`
	ListenAddress types.String `tfsdk:"listen_address"`
	Memory        types.String `tfsdk:"memory"`
	Path          types.String `tfsdk:"path"`
}

type prometheus struct {
	component
	ScrapeInterval     types.String `tfsdk:"scrape_interval"`
	EvaluationInterval types.String `tfsdk:"evaluation_interval"`
	Retention          *retention   `tfsdk:"retention"`
	ExternalLabels     types.Map    `tfsdk:"external_labels"`
}

type retention struct {
	Time types.String `tfsdk:"time"`
	Size types.String `tfsdk:"size"`
}

type status struct {
	Version         types.String `tfsdk:"version"`
	Status          types.String `tfsdk:"status"`
	MemoryLimit     types.String `tfsdk:"memory_limit"`
	MemoryLimitKind types.String `tfsdk:"memory_limit_kind"`
}

// ToSpec implements tfkit.Model.
func (m *model) ToSpec() spec.Stack {
	s := spec.DefaultStack(m.Name.ValueString())
	s.Engine = tfkit.StringOr(m.Engine, s.Engine)
	s.SelfMonitoring = tfkit.BoolOr(m.SelfMonitoring, s.SelfMonitoring)
	if p := m.Prometheus; p != nil {
		p.toSpec(&s.Prometheus.Component)
		s.Prometheus.ScrapeInterval = tfkit.StringOr(p.ScrapeInterval, s.Prometheus.ScrapeInterval)
		s.Prometheus.EvaluationInterval = tfkit.StringOr(p.EvaluationInterval, s.Prometheus.EvaluationInterval)
		s.Prometheus.ExternalLabels = tfkit.StringMap(p.ExternalLabels)
		if r := p.Retention; r != nil {
			s.Prometheus.Retention.Time = tfkit.StringOr(r.Time, s.Prometheus.Retention.Time)
			s.Prometheus.Retention.Size = tfkit.StringOr(r.Size, s.Prometheus.Retention.Size)
		}
	}
	s.Alertmanager = m.Alertmanager.toSpec(s.Alertmanager)
	if n := m.NodeExporter; n != nil {
		n.toSpec(&s.NodeExporter.Component)
	}
	s.Grafana = m.Grafana.toSpec(s.Grafana)
	s.Loki = m.Loki.toSpec(s.Loki)
	s.Collector = collectorSpec(m.Collector, s.Collector)
	return s
}

// toSpec overwrites the defaults in s.
func (c *component) toSpec(s *spec.Component) {
	s.Enabled = tfkit.BoolOr(c.Enabled, s.Enabled)
	s.Version = tfkit.StringOr(c.Version, s.Version)
	s.Port = tfkit.Int64Or(c.Port, s.Port)
	s.ListenAddress = tfkit.StringOr(c.ListenAddress, s.ListenAddress)
	s.Memory = tfkit.StringOr(c.Memory, s.Memory)
	s.Path = c.Path.ValueString()
}

// FromSpec implements tfkit.Model.
func (m *model) FromSpec(s spec.Stack) {
	m.Name = types.StringValue(s.Name)
	m.Engine = types.StringValue(s.Engine)
	m.SelfMonitoring = types.BoolValue(s.SelfMonitoring)
	m.Prometheus = newPrometheus(orZero(m.Prometheus), s.Prometheus)
	m.Alertmanager = newAlertmanager(m.Alertmanager, s.Alertmanager)
	node := newComponent(orZero(m.NodeExporter), s.NodeExporter.Component)
	m.NodeExporter = &node
	m.Grafana = newGrafana(m.Grafana, s.Grafana)
	m.Loki = newLoki(m.Loki, s.Loki)
	m.Collector = newCollector(m.Collector, s.Collector)
}

func newPrometheus(old prometheus, s spec.Prometheus) *prometheus {
	return &prometheus{
		component:          newComponent(old.component, s.Component),
		ScrapeInterval:     types.StringValue(s.ScrapeInterval),
		EvaluationInterval: types.StringValue(s.EvaluationInterval),
		Retention:          newRetention(s.Retention),
		ExternalLabels:     tfkit.MapOfStrings(s.ExternalLabels),
	}
}

func newRetention(s spec.MetricRetention) *retention {
	return &retention{Time: types.StringValue(s.Time), Size: types.StringValue(s.Size)}
}

func newComponent(old component, s spec.Component) component {
	return component{
		Enabled:       types.BoolValue(s.Enabled),
		Version:       types.StringValue(s.Version),
		Port:          types.Int64Value(s.Port),
		ListenAddress: types.StringValue(s.ListenAddress),
		Memory:        types.StringValue(s.Memory),
		Path:          tfkit.StringOrNull(old.Path, s.Path),
	}
}

// SetStatus implements tfkit.StatusModel. What changes by itself, such as the
// memory in use, stays out of state: it would differ in every plan.
func (m *model) SetStatus(s api.StackStatus) {
	m.Status = types.StringValue(s.Status)
	m.Endpoints = map[string]string{}
	for name, url := range s.Endpoints {
		m.Endpoints[name] = url
	}
	configured := m.ToSpec()
	memory := map[string]string{}
	for _, c := range configured.Components() {
		memory[c.Name] = c.Memory
	}
	m.Components = map[string]status{}
	for name, c := range s.Components {
		of, _, _ := strings.Cut(name, "-") // alertmanager-2 is one of alertmanager
		m.Components[name] = status{
			Version:         types.StringValue(c.Version),
			Status:          types.StringValue(c.Status),
			MemoryLimit:     limit(c.MemoryLimit, memory[of]),
			MemoryLimitKind: tfkit.StringOrNull(types.StringNull(), c.MemoryLimitKind),
		}
	}
}

// limit is written as it was configured if it is that limit.
func limit(bytes int64, configured string) types.String {
	if bytes == 0 {
		return types.StringNull()
	}
	if n, err := spec.ParseSize(configured); err == nil && n == bytes {
		return types.StringValue(configured)
	}
	return types.StringValue(strconv.FormatInt(bytes, 10) + "B")
}

// FromSpec implements tfkit.Model. An imported stack is not destroyed by force.
func (m *resourceModel) FromSpec(s spec.Stack) {
	m.model.FromSpec(s)
	m.ForceDestroy = types.BoolValue(m.ForceDelete())
}

// ForceDelete implements tfkit.ForceDeleter.
func (m *resourceModel) ForceDelete() bool { return m.ForceDestroy.ValueBool() }

// Timeout implements tfkit.Timeouter.
func (m *resourceModel) Timeout(ctx context.Context, op tfkit.Operation) (time.Duration, diag.Diagnostics) {
	switch op {
	case tfkit.OpUpdate:
		return m.Timeouts.Update(ctx, defaultTimeout)
	case tfkit.OpDelete:
		return m.Timeouts.Delete(ctx, defaultTimeout)
	default:
		return m.Timeouts.Create(ctx, defaultTimeout)
	}
}

func orZero[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
