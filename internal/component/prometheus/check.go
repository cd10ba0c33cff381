package prometheus

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"

	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"
	upstream "github.com/prometheus/prometheus/config"
	"github.com/prometheus/prometheus/model/rulefmt"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/rulegroup"
)

// Check implements component.Component. Files and rules that were accepted by
// the call before are not parsed again: in an apply of many rules almost all of
// them are those of the generation before.
func (c *Component) Check(in component.Input, files component.Files) error {
	groups, err := c.wantedGroups(in)
	if err != nil {
		return err
	}
	c.mu.Lock()
	before := c.accepted
	c.mu.Unlock()
	accepted := make(map[string]acceptedFile, len(groups)+1)
	config := acceptedFile{sum: sha256.Sum256(files[configFile].Data)}
	if before[configFile].sum != config.sum {
		if err := checkConfig(files[configFile].Data, in.ConfigDir); err != nil {
			return err
		}
	}
	accepted[configFile] = config
	for _, g := range groups {
		file := before[g.Path]
		if sum := sha256.Sum256(files[g.Path].Data); file.sum != sum {
			rules, err := c.checkRules(g, file.rules)
			if err != nil {
				return fmt.Errorf("cannot accept %s: %w", g.Path, err)
			}
			file = acceptedFile{sum: sum, rules: rules}
		}
		accepted[g.Path] = file
	}
	c.mu.Lock()
	c.accepted = accepted
	c.mu.Unlock()
	return nil
}

// acceptedFile is a file that passed Check, and the rules in it as text.
type acceptedFile struct {
	sum   [sha256.Size]byte
	rules map[string]bool
}

// checkConfig loads a configuration whose relative paths start at dir. It
// leaves out file discovery, the one section whose parser comes with a file
// system watcher; its only value is a path of our own making. It also makes the
// HTTP client of every scrape job, as Prometheus does when it applies a
// configuration: a certificate that cannot be read makes it drop the job with a
// line in its log, although the reload reports success.
func checkConfig(text []byte, dir string) error {
	own, err := parseConfig(string(text))
	if err != nil {
		return fmt.Errorf("cannot accept %s: %w", configFile, err)
	}
	for i := range own.ScrapeConfigs {
		own.ScrapeConfigs[i].FileSD = nil
	}
	rest, err := component.YAML(own)
	if err != nil {
		return fmt.Errorf("cannot accept %s: %w", configFile, err)
	}
	cfg, err := upstream.Load(string(rest), slog.New(slog.DiscardHandler))
	if err != nil {
		return fmt.Errorf("cannot accept %s: %w", configFile, err)
	}
	for _, job := range cfg.ScrapeConfigs {
		job.SetDirectory(dir)
		if _, err := commonconfig.NewClientFromConfig(job.HTTPClientConfig, job.JobName); err != nil {
			return fmt.Errorf("cannot accept scrape job %q: %w", job.JobName, err)
		}
	}
	return nil
}

// checkRules parses the rules of a group that are not among known and returns
// all of its rules as text.
func (c *Component) checkRules(g *rulegroup.Group, known map[string]bool) (map[string]bool, error) {
	all := make(map[string]bool, len(g.Rules))
	fresh := rulegroup.Group{Name: g.Name, Interval: g.Interval}
	for _, r := range g.Rules {
		text := fmt.Sprintf("%q", r.Rule)
		all[text] = true
		if !known[text] {
			fresh.Rules = append(fresh.Rules, r)
		}
	}
	text, err := component.YAML(fresh.File())
	if err != nil {
		return nil, err
	}
	_, errs := rulefmt.Parse(text, false, model.UTF8Validation, c.parser, slog.New(slog.DiscardHandler))
	return all, errors.Join(errs...)
}
