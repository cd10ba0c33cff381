package prometheus

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/units"
	"github.com/prometheus/common/model"
	"go.yaml.in/yaml/v3"
)

// config is the part of prometheus.yml that we set. It is what Render writes
// and, read back from the running Prometheus, what is compared: sections and
// fields of other writers end up in the inline maps.
type config struct {
	Global        global           `yaml:"global"`
	RuleFiles     []string         `yaml:"rule_files,omitempty"`
	Alerting      *alerting        `yaml:"alerting,omitempty"`
	ScrapeConfigs []scrapeConfig   `yaml:"scrape_configs,omitempty"`
	Storage       *storage         `yaml:"storage,omitempty"`
	Others        map[string]other `yaml:",inline"`
}

type other = yaml.Node

type global struct {
	ScrapeInterval     model.Duration    `yaml:"scrape_interval,omitempty"`
	ScrapeTimeout      model.Duration    `yaml:"scrape_timeout,omitempty"`
	EvaluationInterval model.Duration    `yaml:"evaluation_interval,omitempty"`
	ExternalLabels     map[string]string `yaml:"external_labels,omitempty"`
}

type alerting struct {
	Alertmanagers []alertmanagers `yaml:"alertmanagers,omitempty"`
}

type alertmanagers struct {
	StaticConfigs []staticConfig `yaml:"static_configs,omitempty"`
}

type staticConfig struct {
	Targets []string `yaml:"targets"`
}

type storage struct {
	TSDB *tsdb `yaml:"tsdb,omitempty"`
}

type tsdb struct {
	Retention *retention `yaml:"retention,omitempty"`
}

type retention struct {
	Time model.Duration   `yaml:"time,omitempty"`
	Size units.Base2Bytes `yaml:"size,omitempty"`
}

type scrapeConfig struct {
	JobName        string              `yaml:"job_name"`
	HonorLabels    bool                `yaml:"honor_labels,omitempty"`
	Params         map[string][]string `yaml:"params,omitempty"`
	ScrapeInterval model.Duration      `yaml:"scrape_interval,omitempty"`
	ScrapeTimeout  model.Duration      `yaml:"scrape_timeout,omitempty"`
	MetricsPath    string              `yaml:"metrics_path"`
	Scheme         string              `yaml:"scheme"`
	SampleLimit    int64               `yaml:"sample_limit,omitempty"`
	BasicAuth      *basicAuth          `yaml:"basic_auth,omitempty"`
	Authorization  *authorization      `yaml:"authorization,omitempty"`
	TLS            *tlsConfig          `yaml:"tls_config,omitempty"`
	FileSD         []fileSD            `yaml:"file_sd_configs,omitempty"`
	MetricRelabel  []relabelConfig     `yaml:"metric_relabel_configs,omitempty"`
	Others         map[string]other    `yaml:",inline"`
}

type basicAuth struct {
	Username     string `yaml:"username,omitempty"`
	PasswordFile string `yaml:"password_file,omitempty"`
}

type authorization struct {
	Type            string `yaml:"type,omitempty"`
	CredentialsFile string `yaml:"credentials_file,omitempty"`
}

type tlsConfig struct {
	CAFile             string `yaml:"ca_file,omitempty"`
	ServerName         string `yaml:"server_name,omitempty"`
	InsecureSkipVerify bool   `yaml:"insecure_skip_verify"`
}

type fileSD struct {
	Files           []string       `yaml:"files"`
	RefreshInterval model.Duration `yaml:"refresh_interval"`
}

type relabelConfig struct {
	Action       string   `yaml:"action,omitempty"`
	SourceLabels []string `yaml:"source_labels,flow,omitempty"`
	Separator    *string  `yaml:"separator,omitempty"`
	Regex        string   `yaml:"regex,omitempty"`
	Modulus      int64    `yaml:"modulus,omitempty"`
	TargetLabel  string   `yaml:"target_label,omitempty"`
	Replacement  *string  `yaml:"replacement,omitempty"`
}

// parseConfig reads prometheus.yml, as rendered or as Prometheus prints it.
func parseConfig(text string) (*config, error) {
	var c config
	if err := yaml.Unmarshal([]byte(text), &c); err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", configFile, err)
	}
	return &c, nil
}

// Prometheus' own defaults, needed to compare what we leave out with what it
// fills in.
const (
	defaultTimeout     = model.Duration(10 * time.Second)
	defaultSeparator   = ";"
	defaultRegex       = "(.*)"
	defaultReplacement = "$1"
	defaultAction      = "replace"
)

// resolve fills in what Prometheus fills in, so that equal meaning is equal
// Go. dir is where relative paths start.
func (c *config) resolve(dir string) {
	c.Global.resolve()
	c.inherit(c.Global, dir)
}

// inherit is resolve for scrape jobs that follow another global section.
func (c *config) inherit(from global, dir string) {
	for i := range c.RuleFiles {
		c.RuleFiles[i] = absolute(dir, c.RuleFiles[i])
	}
	for i := range c.ScrapeConfigs {
		s := &c.ScrapeConfigs[i]
		if s.ScrapeInterval == 0 {
			s.ScrapeInterval = from.ScrapeInterval
		}
		if s.ScrapeTimeout == 0 {
			s.ScrapeTimeout = min(from.ScrapeTimeout, s.ScrapeInterval)
		}
		if len(s.Params) == 0 {
			s.Params = nil
		}
		if s.TLS != nil {
			s.TLS.CAFile = absolute(dir, s.TLS.CAFile)
			if *s.TLS == (tlsConfig{}) {
				s.TLS = nil
			}
		}
		for j := range s.MetricRelabel {
			s.MetricRelabel[j].resolve()
		}
	}
}

func (g *global) resolve() {
	if g.ScrapeTimeout == 0 {
		g.ScrapeTimeout = min(defaultTimeout, g.ScrapeInterval)
	}
	if len(g.ExternalLabels) == 0 {
		g.ExternalLabels = nil
	}
}

func absolute(dir, path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

func (r *relabelConfig) resolve() {
	set := func(p **string, value string) {
		if *p == nil {
			*p = &value
		}
	}
	set(&r.Separator, defaultSeparator)
	set(&r.Replacement, defaultReplacement)
	if r.Regex == "" {
		r.Regex = defaultRegex
	}
	if r.Action == "" {
		r.Action = defaultAction
	}
	r.Action = strings.ToLower(r.Action)
	if len(r.SourceLabels) == 0 {
		r.SourceLabels = nil
	}
}

// job finds a scrape configuration by name.
func (c *config) job(name string) *scrapeConfig {
	i := slices.IndexFunc(c.ScrapeConfigs, func(s scrapeConfig) bool { return s.JobName == name })
	if i < 0 {
		return nil
	}
	return &c.ScrapeConfigs[i]
}

// foreign lists the top-level sections that others added. What Prometheus
// prints about itself is not among them.
func (c *config) foreign() []string {
	own := []string{"runtime", "otlp", "tracing"}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(c.Others)), func(section string) bool {
		return slices.Contains(own, section)
	})
}

// foreign lists the fields that others added to the job and that change what
// it scrapes. Other unknown fields are defaults that Prometheus prints.
func (s *scrapeConfig) foreign() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(s.Others)), func(field string) bool {
		return !strings.HasSuffix(field, "_configs") && !strings.HasSuffix(field, "_limit") &&
			!slices.Contains([]string{"proxy_url", "oauth2", "http_headers"}, field)
	})
}
