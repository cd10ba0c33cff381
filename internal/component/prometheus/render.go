package prometheus

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"github.com/alecthomas/units"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/rulegroup"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

const (
	configFile = "prometheus.yml"
	rulesGlob  = rulesFolder + "/*.yml"
	// refreshInterval is how soon targets are read again where the file system
	// notifies nobody, or where the folder itself was replaced.
	refreshInterval = model.Duration(10 * time.Second)
)

// Render implements component.Component. Rule files hold one group each, so
// that a change touches one file; targets are live files, so that they need no
// reload.
func (c *Component) Render(in component.Input) (component.Files, error) {
	cfg, err := wantedConfig(in)
	if err != nil {
		return nil, err
	}
	if since(&in.State.Stack, expandedLabels) {
		cfg.Global.ExternalLabels = escapeVariables(cfg.Global.ExternalLabels)
	}
	text, err := component.YAML(cfg)
	if err != nil {
		return nil, fmt.Errorf("cannot render %s: %w", configFile, err)
	}
	files := component.Files{configFile: {Data: text}}

	groups, err := c.wantedGroups(in)
	if err != nil {
		return nil, err
	}
	if err := c.renderRules(groups, files); err != nil {
		return nil, err
	}
	for _, job := range jobs(in) {
		targets, err := json.MarshalIndent([]targetGroup{{Targets: job.Targets, Labels: job.Labels}}, "", "  ")
		if err != nil {
			return nil, fmt.Errorf("cannot render the targets of scrape job %q: %w", job.Name, err)
		}
		files[targetsFile(job.Name)] = component.File{Data: append(targets, '\n'), Live: true}
	}
	return files, nil
}

// renderedFile is a rule file and what it was made from.
type renderedFile struct {
	from rulefmt.RuleGroups
	text []byte
}

// renderRules adds a file for every group. Groups that are as they were at the
// call before are not encoded again.
func (c *Component) renderRules(groups []*rulegroup.Group, files component.Files) error {
	c.mu.Lock()
	before := c.rendered
	c.mu.Unlock()
	rendered := make(map[string]renderedFile, len(groups))
	for _, g := range groups {
		file, wanted := before[g.Path], g.File()
		if !reflect.DeepEqual(file.from, wanted) {
			text, err := component.YAML(wanted)
			if err != nil {
				return fmt.Errorf("cannot render rule group %q: %w", g.Name, err)
			}
			file = renderedFile{from: wanted, text: text}
		}
		rendered[g.Path] = file
		files[g.Path] = component.File{Data: file.text}
	}
	c.mu.Lock()
	c.rendered = rendered
	c.mu.Unlock()
	return nil
}

// targetGroup is one element of a file_sd file.
type targetGroup struct {
	Targets []string          `json:"targets"`
	Labels  map[string]string `json:"labels,omitempty"`
}

// jobs are the scrape jobs of the stack and those of self-monitoring.
func jobs(in component.Input) []spec.ScrapeJob {
	return append(selfMonitoringJobs(in), in.State.ScrapeJobs...)
}

// wantedConfig is what prometheus.yml says.
func wantedConfig(in component.Input) (*config, error) {
	stack := &in.State.Stack.Prometheus
	cfg := &config{RuleFiles: []string{rulesGlob}}
	var d component.Durations
	cfg.Global = global{
		ScrapeInterval:     d.Parse("scrape_interval", stack.ScrapeInterval),
		EvaluationInterval: d.Parse("evaluation_interval", stack.EvaluationInterval),
		ExternalLabels:     stack.ExternalLabels,
	}
	if since(&in.State.Stack, fileRetention) && stack.Retention != (spec.MetricRetention{}) {
		keep := &retention{Time: d.Parse("retention.time", stack.Retention.Time)}
		if stack.Retention.Size != "" {
			size, err := units.ParseBase2Bytes(stack.Retention.Size)
			if err != nil {
				return nil, fmt.Errorf("cannot render retention.size %q: %w", stack.Retention.Size, err)
			}
			keep.Size = size
		}
		cfg.Storage = &storage{TSDB: &tsdb{Retention: keep}}
	}
	if d.Err != nil {
		return nil, fmt.Errorf("cannot render %s: %w", configFile, d.Err)
	}
	if targets := reachable(in.Alertmanagers()); len(targets) > 0 {
		cfg.Alerting = &alerting{Alertmanagers: []alertmanagers{{StaticConfigs: []staticConfig{{Targets: targets}}}}}
	}
	for _, job := range jobs(in) {
		s, err := wantedJob(in, &job)
		if err != nil {
			return nil, fmt.Errorf("cannot render scrape job %q: %w", job.Name, err)
		}
		cfg.ScrapeConfigs = append(cfg.ScrapeConfigs, s)
	}
	return cfg, nil
}

func wantedJob(in component.Input, job *spec.ScrapeJob) (scrapeConfig, error) {
	var d component.Durations
	targets := filepath.Join(in.LiveDir, filepath.FromSlash(targetsFile(job.Name)))
	s := scrapeConfig{
		JobName:        job.Name,
		HonorLabels:    job.HonorLabels,
		Params:         job.Params,
		ScrapeInterval: d.Parse("interval", job.Interval),
		ScrapeTimeout:  d.Parse("timeout", job.Timeout),
		MetricsPath:    job.MetricsPath,
		Scheme:         job.Scheme,
		SampleLimit:    job.SampleLimit,
		FileSD:         []fileSD{{Files: []string{targets}, RefreshInterval: refreshInterval}},
	}
	if auth := job.BasicAuth; auth != nil {
		s.BasicAuth = &basicAuth{Username: auth.Username, PasswordFile: in.SecretPath(auth.Password)}
	}
	if job.BearerToken != nil {
		s.Authorization = &authorization{Type: "Bearer", CredentialsFile: in.SecretPath(job.BearerToken)}
	}
	if job.TLS != nil {
		s.TLS = &tlsConfig{
			CAFile: job.TLS.CAFile, ServerName: job.TLS.ServerName, InsecureSkipVerify: job.TLS.InsecureSkipVerify,
		}
	}
	for _, rule := range job.MetricRelabel {
		s.MetricRelabel = append(s.MetricRelabel, relabelConfig(rule))
	}
	return s, d.Err
}

// targetsFile is the live file with the targets of a scrape job.
func targetsFile(job string) string { return "targets/" + rulegroup.FileName(job) + ".json" }

// escapeVariables keeps Prometheus from taking $x in external labels for an
// environment variable.
func escapeVariables(labels map[string]string) map[string]string {
	escaped := maps.Clone(labels)
	for name, value := range escaped {
		escaped[name] = strings.ReplaceAll(value, "$", "$$")
	}
	return escaped
}

// reachable turns addresses that are listened on into such that can be dialled.
func reachable(addresses []string) []string {
	targets := make([]string, len(addresses))
	for i, address := range addresses {
		targets[i] = probe.Reachable(address)
	}
	return targets
}
