package spec

// WithDefaults fills in what the user may leave empty: strings, lists and maps.
// Booleans and ports are taken as given, since false and 0 mean something.
// It is idempotent.
func WithDefaults(object Object) {
	if o, ok := object.(interface{ withDefaults() }); ok {
		o.withDefaults()
	}
}

func (s *Stack) withDefaults() {
	d := DefaultStack(s.Name)
	fill(&s.Engine, d.Engine)
	defaults := d.Components()
	for i, c := range s.Components() {
		c.withDefaults(*defaults[i].Component)
	}
	fill(&s.Prometheus.ScrapeInterval, d.Prometheus.ScrapeInterval)
	fill(&s.Prometheus.EvaluationInterval, d.Prometheus.EvaluationInterval)
	fill(&s.Prometheus.Retention.Time, d.Prometheus.Retention.Time)
	fill(&s.Prometheus.Retention.Size, d.Prometheus.Retention.Size)
	fillMap(&s.Prometheus.ExternalLabels)
	fill(&s.Alertmanager.Retention, d.Alertmanager.Retention)
	if s.Alertmanager.Replicas == 0 {
		s.Alertmanager.Replicas = d.Alertmanager.Replicas
	}
	fill(&s.Alertmanager.ResolveTimeout, d.Alertmanager.ResolveTimeout)
	fill(&s.Grafana.AdminUser, d.Grafana.AdminUser)
	fillMap(&s.Grafana.Settings)
	fill(&s.Loki.Retention, d.Loki.Retention)
}

func (c *Component) withDefaults(d Component) {
	fill(&c.Version, d.Version)
	fill(&c.ListenAddress, d.ListenAddress)
	fill(&c.Memory, d.Memory)
}

func (j *ScrapeJob) withDefaults() {
	fillList(&j.Targets)
	fillMap(&j.Labels)
	fill(&j.MetricsPath, "/metrics")
	fill(&j.Scheme, "http")
	fillMap(&j.Params)
	for name, values := range j.Params {
		fillList(&values)
		j.Params[name] = values
	}
	fillList(&j.MetricRelabel)
	for i := range j.MetricRelabel {
		fillList(&j.MetricRelabel[i].SourceLabels)
	}
}

func (r *AlertRule) withDefaults() {
	fill(&r.Source, SourceMetrics)
	fill(&r.Alert, r.Name)
	fill(&r.Group, DefaultGroup)
	fill(&r.For, "0s")
	fill(&r.KeepFiringFor, "0s")
	fillMap(&r.Labels)
	fillMap(&r.Annotations)
}

func (c *Channel) withDefaults() { fillCollections(c) }

func fill(field *string, value string) {
	if *field == "" {
		*field = value
	}
}

func fillList[T any](field *[]T) {
	if *field == nil {
		*field = []T{}
	}
}

func fillMap[T any](field *map[string]T) {
	if *field == nil {
		*field = map[string]T{}
	}
}
