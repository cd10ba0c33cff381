package loki

import (
	"context"
	"fmt"
	"maps"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/rulegroup"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// observer is one observation: what was asked, what is wanted, where it goes.
type observer struct {
	*component.Report
	c       *Component
	in      component.Input
	running struct {
		config section
		limits *limits
	}
	// differs are the rendered files that do not run as they are written.
	differs map[string]bool
}

// Observe implements component.Component. files must be what Render makes of in.
func (c *Component) Observe(
	ctx context.Context, in component.Input, files component.Files, report *component.Report,
) error {
	o := observer{Report: report, c: c, in: in, differs: map[string]bool{}}
	for _, observe := range []func(context.Context) error{o.version, o.config, o.limits, o.rules, o.effects} {
		if err := observe(ctx); err != nil {
			return fmt.Errorf("cannot observe loki: %w", err)
		}
	}
	edits, err := files.Edits(in, rulesFolder+"/*")
	if err != nil {
		return fmt.Errorf("cannot observe loki: %w", err)
	}
	for _, edit := range edits {
		o.drift("%s", edit.Sentence(o.differs[edit.Path]))
	}
	return nil
}

// drift notes a sentence about the stack itself.
func (o *observer) drift(format string, args ...any) {
	o.AddDrift(spec.KindStack, o.in.State.Stack.Name, "loki: "+fmt.Sprintf(format, args...))
}

func (o *observer) version(ctx context.Context) error {
	var build struct {
		Version string `json:"version"`
	}
	err := o.c.probe.GetJSON(ctx, address(o.in), "/loki/api/v1/status/buildinfo", nil, &build)
	o.Versions[component.Loki] = build.Version
	return err
}

// config compares what was read at start.
func (o *observer) config(ctx context.Context) error {
	wanted, err := wantedConfig(o.in)
	if err != nil {
		return err
	}
	if o.running.config, err = o.c.runningConfig(ctx, o.in); err != nil {
		return err
	}
	for _, setting := range wanted.differences(o.running.config) {
		o.differs[configFile] = true
		o.drift("runs with another %s than %s says", setting, configFile)
	}
	return nil
}

// rules compares every group, and counts what is firing.
func (o *observer) rules(ctx context.Context) error {
	wanted, err := wantedGroups(o.in)
	if err != nil {
		return err
	}
	running, err := o.c.runningGroups(ctx, o.in)
	if err != nil {
		return err
	}
	compare, err := o.c.comparison(ctx, o.in, wanted, running)
	if err != nil {
		return err
	}
	rules := rulegroup.Observation{
		Comparison: compare, Report: o.Report, State: &o.in.State,
		Component: component.Loki, Folder: rulesFolder, Mine: (*spec.AlertRule).OverLogs,
	}
	maps.Copy(o.differs, rules.Compare(wanted, running))
	alerts, err := o.c.runningAlerts(ctx, o.in)
	if err != nil {
		return err
	}
	for _, alert := range alerts.Data.Alerts {
		if alert.State == rulegroup.Firing {
			o.AlertsFiring++
		}
	}
	return nil
}
