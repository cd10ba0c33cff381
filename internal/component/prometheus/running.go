package prometheus

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	promapi "github.com/prometheus/client_golang/api"
	v1 "github.com/prometheus/client_golang/api/prometheus/v1"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/rulegroup"
)

// api is the typed client of the running Prometheus. Rules and targets are
// asked for with filters that it does not know; see the functions below.
func (c *Component) api(in component.Input) (v1.API, error) {
	client, err := promapi.NewClient(promapi.Config{
		Address: "http://" + probe.Reachable(in.Addresses[component.Prometheus]),
		Client:  c.probe.HTTP(),
	})
	if err != nil {
		return nil, err
	}
	return v1.NewAPI(client), nil
}

// answer is the envelope of the API.
type answer[T any] struct {
	Data T `json:"data"`
}

// maxFileFilters bounds the length of the URL; above it all groups are asked for.
const maxFileFilters = 64

// runningGroups asks for the groups in the given files, all if there are none.
// Servers that do not know the filters answer with more than was asked.
func (c *Component) runningGroups(ctx context.Context, in component.Input, paths ...string) ([]rulegroup.Running, error) {
	query := url.Values{"exclude_alerts": {"true"}}
	if len(paths) <= maxFileFilters {
		for _, path := range paths {
			query.Add("file[]", filepath.Join(in.ConfigDir, filepath.FromSlash(path)))
		}
	}
	var rules rulegroup.Answer
	if err := c.probe.GetJSON(ctx, in.Addresses[component.Prometheus], "/api/v1/rules", query, &rules); err != nil {
		return nil, err
	}
	for i := range rules.Data.Groups {
		g := &rules.Data.Groups[i]
		if rel, ok := strings.CutPrefix(g.File, in.ConfigDir+string(filepath.Separator)); ok {
			g.File = filepath.ToSlash(rel)
		}
	}
	return rules.Data.Groups, nil
}

// targetAnswer is the part of /api/v1/targets that is compared.
type targetAnswer struct {
	Active []runningTarget `json:"activeTargets"`
}

type runningTarget struct {
	Pool       string            `json:"scrapePool"`
	Health     string            `json:"health"`
	Discovered map[string]string `json:"discoveredLabels"`
}

// runningTargets asks for the active targets of a scrape job, of all jobs if
// it is empty.
func (c *Component) runningTargets(ctx context.Context, in component.Input, job string) ([]runningTarget, error) {
	query := url.Values{"state": {"active"}}
	if job != "" {
		query.Set("scrapePool", job)
	}
	var targets answer[targetAnswer]
	err := c.probe.GetJSON(ctx, in.Addresses[component.Prometheus], "/api/v1/targets", query, &targets)
	return targets.Data.Active, err
}

// runningConfig asks for prometheus.yml as it runs.
func (c *Component) runningConfig(ctx context.Context, in component.Input) (*config, error) {
	api, err := c.api(in)
	if err != nil {
		return nil, err
	}
	running, err := api.Config(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot read the running configuration: %w", err)
	}
	cfg, err := parseConfig(running.YAML)
	if err != nil {
		return nil, err
	}
	cfg.resolve(in.ConfigDir)
	return cfg, nil
}
