package prometheus

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/rulegroup"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// scrapeJobs compares every scrape job and its targets.
func (o *observer) scrapeJobs(targets []runningTarget) {
	o.Targets, o.TargetsUp = len(targets), 0
	for _, t := range targets {
		if t.Health == "up" {
			o.TargetsUp++
		}
	}
	for _, job := range jobs(o.in) {
		note := o.noteFor(job.Name)
		have := o.config.job(job.Name)
		if have == nil {
			note("the scrape job is not loaded")
			continue
		}
		observed := o.observedJob(job.Name)
		if observed == nil {
			// Self-monitoring has no object whose fields could show it.
			observed = &job
			if !o.wanted.job(job.Name).same(have) {
				note("the scrape job was changed")
			}
		}
		o.job(observed, o.wanted.job(job.Name), have, note)
		o.jobTargets(observed, targetsOf(targets, job.Name), note)
	}
	for _, have := range o.config.ScrapeConfigs {
		if o.wanted.job(have.JobName) == nil {
			o.drift("scrape job %q is loaded but not managed", have.JobName)
		}
	}
}

// noteFor is where sentences about a scrape job go.
func (o *observer) noteFor(name string) func(string) {
	if o.observedJob(name) == nil {
		return func(sentence string) { o.drift("scrape job %q: %s", name, sentence) }
	}
	return func(sentence string) { o.AddDrift(spec.KindScrapeJob, name, "prometheus: "+sentence) }
}

func (o *observer) observedJob(name string) *spec.ScrapeJob {
	i := slices.IndexFunc(o.Observed.ScrapeJobs, func(x spec.ScrapeJob) bool { return x.Name == name })
	if i < 0 {
		return nil
	}
	return &o.Observed.ScrapeJobs[i]
}

// job writes the running settings of a scrape job into its attributes.
func (o *observer) job(observed *spec.ScrapeJob, want, have *scrapeConfig, note func(string)) {
	if want.HonorLabels != have.HonorLabels {
		observed.HonorLabels = have.HonorLabels
	}
	if want.MetricsPath != have.MetricsPath {
		observed.MetricsPath = have.MetricsPath
	}
	if want.Scheme != have.Scheme {
		observed.Scheme = have.Scheme
	}
	if want.SampleLimit != have.SampleLimit {
		observed.SampleLimit = have.SampleLimit
	}
	if !reflect.DeepEqual(want.Params, have.Params) {
		observed.Params = maps.Clone(have.Params)
		if observed.Params == nil {
			observed.Params = map[string][]string{}
		}
	}
	if want.ScrapeInterval != have.ScrapeInterval {
		observed.Interval = have.ScrapeInterval.String()
	}
	if want.ScrapeTimeout != have.ScrapeTimeout {
		observed.Timeout = have.ScrapeTimeout.String()
	}
	o.access(observed, want, have, note)
	if !reflect.DeepEqual(want.MetricRelabel, have.MetricRelabel) {
		observed.MetricRelabel = make([]spec.RelabelRule, len(have.MetricRelabel))
		for i, rule := range have.MetricRelabel {
			observed.MetricRelabel[i] = rule.asWritten()
		}
	}
	if !reflect.DeepEqual(want.FileSD, have.FileSD) {
		note("its targets are read from other files")
	}
	for _, field := range have.foreign() {
		note(fmt.Sprintf("%s is set but not managed", field))
	}
}

// access compares credentials and TLS. Secrets themselves are never read.
func (o *observer) access(observed *spec.ScrapeJob, want, have *scrapeConfig, note func(string)) {
	if !reflect.DeepEqual(want.BasicAuth, have.BasicAuth) {
		if want.BasicAuth != nil && have.BasicAuth != nil && want.BasicAuth.Username != have.BasicAuth.Username {
			auth := *observed.BasicAuth
			auth.Username = have.BasicAuth.Username
			observed.BasicAuth = &auth
		} else {
			note("basic_auth was changed")
		}
	}
	if !reflect.DeepEqual(want.Authorization, have.Authorization) {
		note("the bearer token was changed")
	}
	if !reflect.DeepEqual(want.TLS, have.TLS) {
		observed.TLS = nil
		if have.TLS != nil {
			observed.TLS = &spec.TLS{
				CAFile: have.TLS.CAFile, ServerName: have.TLS.ServerName, InsecureSkipVerify: have.TLS.InsecureSkipVerify,
			}
		}
	}
}

// asWritten leaves out what is Prometheus' default.
func (r relabelConfig) asWritten() spec.RelabelRule {
	if r.Separator != nil && *r.Separator == defaultSeparator {
		r.Separator = nil
	}
	if r.Replacement != nil && *r.Replacement == defaultReplacement {
		r.Replacement = nil
	}
	if r.Regex == defaultRegex {
		r.Regex = ""
	}
	return spec.RelabelRule(r)
}

// jobTargets writes the running targets of a scrape job into its attributes.
func (o *observer) jobTargets(observed *spec.ScrapeJob, have targetSet, note func(string)) {
	problem := have.are(observed)
	if problem == nil {
		return
	}
	path := targetsFile(observed.Name)
	o.differs[path] = true
	if o.observedJob(observed.Name) == nil {
		note(problem.Error())
		return
	}
	wanted := observed.Targets
	observed.Targets = []string{}
	for _, address := range wanted {
		if len(have[address]) > 0 {
			observed.Targets = append(observed.Targets, address)
		}
	}
	var labels map[string]string
	agree := true
	for _, address := range sortedKeys(have) {
		if !slices.Contains(wanted, address) {
			observed.Targets = append(observed.Targets, address)
		}
		for _, found := range have[address] {
			agree = agree && (labels == nil || maps.Equal(labels, found.labels))
			labels = found.labels
		}
	}
	switch {
	case !agree:
		note(problem.Error())
	case labels != nil && !rulegroup.SameMap(labels, without(observed.Labels, "job", observed.Name)):
		observed.Labels = labels
	}
}

// without leaves out a label of that value.
func without(labels map[string]string, name, value string) map[string]string {
	rest := maps.Clone(labels)
	if rest[name] == value {
		delete(rest, name)
	}
	return rest
}
