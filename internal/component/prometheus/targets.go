package prometheus

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/rulegroup"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Discovery is throttled (Launch shortens it where it can), so new targets
// appear a little after their file.
const settleEvery = 100 * time.Millisecond

// observeLimit is how long an observation waits for targets whose file is as it
// should be: older versions discover every five seconds, whatever they are told.
func observeLimit(stack *spec.Stack) time.Duration {
	if since(stack, discoveryInterval) {
		return 2 * time.Second
	}
	return 7 * time.Second
}

// Settle implements component.Settler: it waits for the targets of a scrape
// job and, for a stack, of self-monitoring. Without ctx's end it waits forever.
func (c *Component) Settle(ctx context.Context, in component.Input, object spec.Object) error {
	var wanted []spec.ScrapeJob
	switch o := object.(type) {
	case *spec.ScrapeJob:
		wanted = []spec.ScrapeJob{*o}
	case *spec.Stack:
		wanted = selfMonitoringJobs(in)
	}
	for i := range wanted {
		for {
			targets, err := c.runningTargets(ctx, in, wanted[i].Name)
			if err == nil {
				if err = targetsOf(targets, wanted[i].Name).settled(&wanted[i]); err == nil {
					break
				}
			}
			select {
			case <-ctx.Done():
				return fmt.Errorf("cannot see the targets of scrape job %q in effect: %w", wanted[i].Name, errors.Join(ctx.Err(), err))
			case <-time.After(settleEvery):
			}
		}
	}
	return nil
}

// targetSet maps address to what discovery made of it.
type targetSet map[string][]discovered

type discovered struct {
	labels       map[string]string
	scheme, path string
	params       map[string]string
}

// firsts are the values of parameters that discovery can tell: the first of each.
func firsts(params map[string][]string) map[string]string {
	found := map[string]string{}
	for name, values := range params {
		if len(values) > 0 {
			found[name] = values[0]
		}
	}
	return found
}

// targetsOf picks a job's targets.
func targetsOf(running []runningTarget, job string) targetSet {
	set := targetSet{}
	for _, t := range running {
		if t.Pool != job {
			continue
		}
		labels := maps.Clone(t.Discovered)
		maps.DeleteFunc(labels, func(k, v string) bool {
			return strings.HasPrefix(k, "__") || k == "job" && v == job
		})
		params := map[string]string{}
		for name, value := range t.Discovered {
			if param, ok := strings.CutPrefix(name, "__param_"); ok {
				params[param] = value
			}
		}
		address := t.Discovered["__address__"]
		set[address] = append(set[address], discovered{
			labels: labels, params: params, scheme: t.Discovered["__scheme__"], path: t.Discovered["__metrics_path__"],
		})
	}
	return set
}

// are returns nil when the set is exactly the targets of the job.
func (s targetSet) are(job *spec.ScrapeJob) error {
	labels := maps.Clone(job.Labels)
	maps.DeleteFunc(labels, func(k, v string) bool { return k == "job" && v == job.Name })
	for _, address := range job.Targets {
		found := s[address]
		if len(found) == 0 {
			return fmt.Errorf("target %q is not scraped", address)
		}
		if len(found) > 1 || !rulegroup.SameMap(found[0].labels, labels) {
			return fmt.Errorf("target %q has other labels", address)
		}
	}
	for _, address := range sortedKeys(s) {
		if !slices.Contains(job.Targets, address) {
			return fmt.Errorf("target %q is scraped but not managed", address)
		}
	}
	return nil
}

// settled returns nil when the set is exactly the targets of the job, scraped
// where the job says: discovery follows a new configuration with a delay.
func (s targetSet) settled(job *spec.ScrapeJob) error {
	if err := s.are(job); err != nil {
		return err
	}
	for _, address := range job.Targets {
		found := s[address][0]
		if found.scheme != job.Scheme || found.path != job.MetricsPath || !rulegroup.SameMap(found.params, firsts(job.Params)) {
			return fmt.Errorf("target %q is still scraped at another URL", address)
		}
	}
	return nil
}

// settledTargets asks for all targets. Those of a job whose file is as
// rendered may still be on their way: they get a moment to arrive, so that an
// observation right after a start or a write finds no drift.
func (o *observer) settledTargets(ctx context.Context) ([]runningTarget, error) {
	var targets []runningTarget
	var failure error
	// What has not arrived by then is drift, which scrapeJobs reports.
	_ = probe.Await(ctx, settleEvery, observeLimit(&o.in.State.Stack), func(ctx context.Context) error {
		targets, failure = o.c.runningTargets(ctx, o.in, "")
		if failure != nil {
			return nil //nolint:nilerr // waiting longer does not help; the caller gets the failure
		}
		for _, job := range jobs(o.in) {
			if o.config.job(job.Name) == nil || o.isEdited(targetsFile(job.Name)) {
				continue
			}
			if err := targetsOf(targets, job.Name).are(&job); err != nil {
				return err
			}
		}
		return nil
	})
	return targets, failure
}

func (o *observer) isEdited(path string) bool {
	return slices.ContainsFunc(o.edits, func(e component.Edit) bool { return e.Path == path })
}
