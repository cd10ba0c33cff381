package controlplane

import (
	"context"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Observe implements server.Plane.
func (p *Plane) Observe(ctx context.Context, stack string) (*api.Observation, error) {
	s, err := p.existing(ctx, stack)
	if err != nil {
		return nil, err
	}
	o, err := p.backend.Observe(ctx, s.state, *s.runtime)
	if err != nil {
		return nil, err
	}
	seen := &o.Report.Observed
	return &api.Observation{
		Stack:      record(s, o.Report, stack, s.state.Stack, seen.Stack, spec.KindStack, stack),
		Status:     o.Status,
		ScrapeJobs: records(s, o.Report, stack, spec.KindScrapeJob, s.state.ScrapeJobs, seen.ScrapeJobs, func(x spec.ScrapeJob) string { return x.Name }),
		AlertRules: records(s, o.Report, stack, spec.KindAlertRule, s.state.AlertRules, seen.AlertRules, func(x spec.AlertRule) string { return x.Name }),
		Channels:   records(s, o.Report, stack, spec.KindChannel, s.state.Channels, seen.Channels, func(x spec.Channel) string { return x.Name }),
		Warnings:   o.Warnings,
	}, nil
}

// Alerts implements server.Plane.
func (p *Plane) Alerts(ctx context.Context, stack string, matchers []string) ([]api.Alert, error) {
	s, err := p.existing(ctx, stack)
	if err != nil {
		return nil, err
	}
	return p.backend.Alerts(ctx, s.state, *s.runtime, matchers)
}

// Query implements server.Plane.
func (p *Plane) Query(ctx context.Context, stack, promql string) (api.QueryResult, error) {
	s, err := p.existing(ctx, stack)
	if err != nil {
		return api.QueryResult{}, err
	}
	return p.backend.Query(ctx, s.state, *s.runtime, promql)
}

// existing loads a stack that has been committed.
func (p *Plane) existing(ctx context.Context, stack string) (stored, error) {
	s, err := p.load(ctx, stack)
	if err != nil {
		return stored{}, err
	}
	if !s.exists || s.runtime == nil {
		return stored{}, noStack(stack)
	}
	return s, nil
}

// records pairs desired and observed objects of one kind, which are in the same order.
func records[T any](s stored, report *component.Report, stack string, kind spec.Kind, desired, observed []T, name func(T) string) map[string]api.Record[T] {
	all := make(map[string]api.Record[T], len(desired))
	for i := range desired {
		n := name(desired[i])
		all[n] = record(s, report, stack, desired[i], observed[i], kind, n)
	}
	return all
}

func record[T any](s stored, report *component.Report, stack string, desired, observed T, kind spec.Kind, name string) api.Record[T] {
	return api.Record[T]{
		Desired:  desired,
		Observed: observed,
		Drift:    driftOf(report, kind, name),
		Revision: s.revisions[objectKey(stack, kind, name)],
	}
}

// driftOf is never nil.
func driftOf(report *component.Report, kind spec.Kind, name string) []string {
	return append([]string{}, report.Drift[component.ObjectKey{Kind: kind, Name: name}]...)
}
