package spec

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/relabel"
)

// Validate implements Object.
func (j *ScrapeJob) Validate() FieldErrors {
	var errs FieldErrors
	errs.stackName("stack", j.Stack)
	errs.name("a scrape job", j.Name)
	if strings.HasPrefix(j.Name, ReservedPrefix) {
		errs.Add("name", "Choose another prefix.", "names that begin with %s are reserved for self-monitoring, so %s is taken", ReservedPrefix, quote(j.Name))
	}
	errs.targets(j.Targets)
	errs.targetLabels("labels", j.Labels)
	if _, ok := j.Labels[model.JobLabel]; ok {
		errs.Add("labels.job", "Remove the label; Prometheus sets it to the job's name.", "label %q is the scrape job's name and cannot be set", model.JobLabel)
	}
	errs.metricsPath("metrics_path", j.MetricsPath)
	if j.Scheme != "http" && j.Scheme != "https" {
		errs.Add("scheme", `Use "http" or "https".`, "%s is not a scheme", quote(j.Scheme))
	}
	errs.scrapeTimes(j.Interval, j.Timeout)
	if j.SampleLimit < 0 {
		errs.Add("sample_limit", "Give a number of samples, or 0 for no limit.", "sample_limit cannot be negative, but is %d", j.SampleLimit)
	}
	errs.params(j.Params)
	errs.authentication(j)
	for i, rule := range j.MetricRelabel {
		errs.relabelRule(fmt.Sprintf("metric_relabel[%d]", i), rule)
	}
	return errs
}

func (e *FieldErrors) targets(targets []string) {
	first := make(map[string]int, len(targets))
	for i, target := range targets {
		path := fmt.Sprintf("targets[%d]", i)
		if at, ok := first[target]; ok {
			e.Add(path, "List every target once.", "target %s is the same as targets[%d]", quote(target), at)
			continue
		}
		first[target] = i
		e.hostPort(path, target)
	}
}

func (e *FieldErrors) metricsPath(path, value string) {
	if !e.required(path, value) {
		return
	}
	if u, err := url.Parse(value); err != nil || !strings.HasPrefix(value, "/") || u.RawQuery != "" || u.Fragment != "" || u.Host != "" {
		e.Add(path, "Write a path such as /metrics; put a query into params.", "%s is not a path that begins with / and has no query", quote(value))
	}
}

func (e *FieldErrors) scrapeTimes(interval, timeout string) {
	e.optionalDuration("interval", interval)
	e.optionalDuration("timeout", timeout)
	if interval != "" && longer(timeout, interval) {
		e.Add("timeout", "Shorten the timeout or lengthen the interval.", "timeout %s is longer than the interval %s", quote(timeout), quote(interval))
	}
}

// longer tells whether both are durations and a is the longer one.
func longer(a, b string) bool {
	x, errX := ParseDuration(a)
	y, errY := ParseDuration(b)
	return errX == nil && errY == nil && x > y
}

func (e *FieldErrors) params(params map[string][]string) {
	for _, name := range sortedKeys(params) {
		path := "params." + shorten(name)
		if !e.required(path, name) {
			continue
		}
		for i, value := range params[name] {
			e.line(fmt.Sprintf("%s[%d]", path, i), value)
		}
	}
}

func (e *FieldErrors) authentication(j *ScrapeJob) {
	if j.BasicAuth != nil {
		e.required("basic_auth.username", j.BasicAuth.Username)
		if j.BearerToken != nil {
			e.Add("bearer_token", "Remove one of the two.", "basic_auth and bearer_token cannot be used together")
		}
	}
	if j.TLS == nil {
		return
	}
	if j.TLS.CAFile != "" {
		e.absolutePath("tls.ca_file", j.TLS.CAFile)
	}
	if j.TLS.ServerName != "" && !validHost(j.TLS.ServerName) {
		e.Add("tls.server_name", "Give the host name in the server's certificate.", "%s is not a host name", quote(j.TLS.ServerName))
	}
}

// relabelRule checks a rule as Prometheus does when it loads one.
func (e *FieldErrors) relabelRule(path string, rule RelabelRule) {
	config := relabel.DefaultRelabelConfig
	sound := e.relabelAction(path+".action", rule.Action, &config.Action)
	for i, name := range rule.SourceLabels {
		// Metric relabelling may read __name__, so this is no declared label.
		if !labelNames.IsValidLabelName(name) {
			e.Add(fmt.Sprintf("%s.source_labels[%d]", path, i), "Use letters, digits and _, not beginning with a digit.", "%s is not a label name", quote(name))
			sound = false
		}
		config.SourceLabels = append(config.SourceLabels, model.LabelName(name))
	}
	if rule.Regex != "" {
		sound = e.regex(path+".regex", rule.Regex, &config.Regex) && sound
	}
	if rule.Modulus < 0 {
		e.Add(path+".modulus", "Give a number of 1 or more.", "modulus cannot be negative, but is %d", rule.Modulus)
		sound = false
	}
	sound = e.line(path+".target_label", rule.TargetLabel) && sound
	if rule.Separator != nil {
		sound = e.line(path+".separator", *rule.Separator) && sound
		config.Separator = *rule.Separator
	}
	if rule.Replacement != nil {
		sound = e.line(path+".replacement", *rule.Replacement) && sound
		config.Replacement = *rule.Replacement
	}
	if !sound {
		return
	}
	config.Modulus, config.TargetLabel = uint64(rule.Modulus), rule.TargetLabel
	if err := config.Validate(labelNames); err != nil {
		e.Add(path, "See relabel_config in the Prometheus documentation.", "Prometheus does not accept the rule: %s", words(err))
	}
}

func (e *FieldErrors) relabelAction(path, value string, action *relabel.Action) bool {
	if value == "" {
		return true
	}
	decode := func(into any) error {
		*into.(*string) = value
		return nil
	}
	if err := action.UnmarshalYAML(decode); err != nil {
		e.Add(path, `Use an action such as "replace", "keep", "drop" or "labeldrop".`, "%s is not a relabel action", quote(value))
		return false
	}
	return true
}

func (e *FieldErrors) regex(path, value string, into *relabel.Regexp) bool {
	if !e.line(path, value) {
		return false
	}
	compiled, err := relabel.NewRegexp(value)
	if err != nil {
		e.Add(path, "Write an RE2 regular expression.", "%s is not a regular expression: %s", quote(value), words(err))
		return false
	}
	*into = compiled
	return true
}
