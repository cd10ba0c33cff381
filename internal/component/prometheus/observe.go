package prometheus

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/alecthomas/units"
	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/rulegroup"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// observer is one observation: what was asked, what is wanted, where it goes.
type observer struct {
	*component.Report
	c      *Component
	in     component.Input
	edits  []component.Edit
	wanted *config
	config *config
	groups []rulegroup.Running
	// differs are the rendered files that do not run as they are written.
	differs map[string]bool
}

// Observe implements component.Component. files must be what Render makes of in.
func (c *Component) Observe(
	ctx context.Context, in component.Input, files component.Files, report *component.Report,
) error {
	if err := c.observe(ctx, in, files, report); err != nil {
		return fmt.Errorf("cannot observe prometheus: %w", err)
	}
	return nil
}

func (c *Component) observe(
	ctx context.Context, in component.Input, files component.Files, report *component.Report,
) error {
	o := observer{Report: report, c: c, in: in, differs: map[string]bool{}}
	var err error
	if o.config, err = c.runningConfig(ctx, in); err != nil {
		return err
	}
	if o.groups, err = c.runningGroups(ctx, in); err != nil {
		return err
	}
	if o.wanted, err = wantedConfig(in); err != nil {
		return err
	}
	if o.edits, err = files.Edits(in, rulesGlob); err != nil {
		return err
	}
	targets, err := o.settledTargets(ctx)
	if err != nil {
		return err
	}
	o.wanted.Global.resolve()
	// Where a job leaves interval and timeout to the stack, it follows what
	// the stack really runs.
	o.wanted.inherit(o.config.Global, in.ConfigDir)
	o.stack()
	if err := o.rules(); err != nil {
		return err
	}
	o.scrapeJobs(targets)
	if err := o.process(ctx); err != nil {
		return err
	}
	o.edited()
	return nil
}

// drift notes a sentence about the stack itself.
func (o *observer) drift(format string, args ...any) {
	o.AddDrift(spec.KindStack, o.in.State.Stack.Name, "prometheus: "+fmt.Sprintf(format, args...))
}

// stack compares the global section, retention and the way to Alertmanager.
func (o *observer) stack() {
	observed := &o.Observed.Stack.Prometheus
	want, have := o.wanted.Global, o.config.Global
	if want.ScrapeInterval != have.ScrapeInterval {
		observed.ScrapeInterval = have.ScrapeInterval.String()
	}
	if want.EvaluationInterval != have.EvaluationInterval {
		observed.EvaluationInterval = have.EvaluationInterval.String()
	}
	if !maps.Equal(want.ExternalLabels, have.ExternalLabels) {
		observed.ExternalLabels = maps.Clone(have.ExternalLabels)
		if observed.ExternalLabels == nil {
			observed.ExternalLabels = map[string]string{}
		}
	}
	if o.wanted.Storage != nil {
		o.retention()
	}
	if part := o.wanted.difference(o.config); part != "" {
		o.differs[configFile] = true
		if part == "alerting" || part == "rule_files" {
			o.drift("the section %s of the running configuration was changed", part)
		}
	}
	for _, section := range o.config.foreign() {
		o.drift("the section %s of the running configuration is not managed", section)
	}
}

// rules compares every group.
func (o *observer) rules() error {
	wanted, err := o.c.wantedGroups(o.in)
	if err != nil {
		return err
	}
	rules := rulegroup.Observation{
		Comparison: o.c.compare, Report: o.Report, State: &o.in.State,
		Component: component.Prometheus, Folder: rulesFolder, Mine: overMetrics,
		// Whatever that is now.
		Interval: o.config.Global.EvaluationInterval,
	}
	maps.Copy(o.differs, rules.Compare(wanted, o.groups))
	return nil
}

func (o *observer) retention() {
	var have retention
	if s := o.config.Storage; s != nil && s.TSDB != nil && s.TSDB.Retention != nil {
		have = *s.TSDB.Retention
	}
	want, observed := o.wanted.Storage.TSDB.Retention, &o.Observed.Stack.Prometheus.Retention
	if want.Time != have.Time {
		observed.Time = optional(have.Time)
	}
	if want.Size != have.Size {
		observed.Size = sizeText(have.Size)
	}
}

// optional prints a duration, an absent one as the empty string.
func optional(d model.Duration) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// sizeText prints a size the way users write it: GB and GiB are the same to
// Prometheus.
func sizeText(size units.Base2Bytes) string {
	if size == 0 {
		return ""
	}
	return strings.ReplaceAll(size.String(), "iB", "B")
}

// process compares the command line and counts what is firing.
func (o *observer) process(ctx context.Context) error {
	api, err := o.c.api(o.in)
	if err != nil {
		return err
	}
	build, err := api.Buildinfo(ctx)
	if err != nil {
		return err
	}
	o.Versions[component.Prometheus] = build.Version
	flags, err := api.Flags(ctx)
	if err != nil {
		return err
	}
	launch, err := o.c.Launch(o.in)
	if err != nil {
		return err
	}
	for _, arg := range launch.Args {
		name, want, hasValue := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
		if !hasValue {
			want = "true"
		}
		if have, known := flags[name]; known && !sameFlag(have, want) {
			o.flagDrift(name, have, want)
		}
	}
	alerts, err := api.Alerts(ctx)
	if err != nil {
		return err
	}
	for _, alert := range alerts.Alerts {
		// The watchdog fires on every healthy stack and would only blur the
		// count, as would the levels of alerts that are escalated.
		if alert.State == v1.AlertStateFiring && alert.Labels[model.AlertNameLabel] != component.Watchdog &&
			alert.Labels[spec.EscalationStepLabel] == "" {
			o.AlertsFiring++
		}
	}
	return nil
}

// flagDrift reports a flag; retention has attributes of its own.
func (o *observer) flagDrift(name, have, want string) {
	switch name {
	case "storage.tsdb.retention.time":
		o.Observed.Stack.Prometheus.Retention.Time = have
	case "storage.tsdb.retention.size":
		o.Observed.Stack.Prometheus.Retention.Size = strings.ReplaceAll(have, "iB", "B")
	default:
		o.drift("runs with --%s=%s, wanted %s", name, have, want)
	}
}

// sameFlag compares values as Prometheus prints them back.
func sameFlag(a, b string) bool {
	if a == b {
		return true
	}
	if x, err := model.ParseDuration(a); err == nil {
		y, err := model.ParseDuration(b)
		return err == nil && x == y
	}
	x, err := units.ParseBase2Bytes(a)
	if err != nil {
		return false
	}
	y, err := units.ParseBase2Bytes(b)
	return err == nil && x == y
}

// edited reports the files that are not as they were rendered.
func (o *observer) edited() {
	for _, edit := range o.edits {
		o.drift("%s", edit.Sentence(o.differs[edit.Path]))
	}
}

// sortedKeys is the order in which maps are reported.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
