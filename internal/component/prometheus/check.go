package prometheus

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"github.com/prometheus/common/model"
	upstream "github.com/prometheus/prometheus/config"
	"github.com/prometheus/prometheus/model/rulefmt"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
)

// Check implements component.Component. Files that were accepted by the call
// before are not parsed again.
func (c *Component) Check(_ component.Input, files component.Files) error {
	c.mu.Lock()
	before := c.accepted
	c.mu.Unlock()
	accepted := make(map[[32]byte]bool, len(before))
	for _, path := range slices.Sorted(maps.Keys(files)) {
		check := c.checkRules
		switch {
		case path == configFile:
			check = checkConfig
		case files[path].Live:
			continue
		}
		sum := sha256.Sum256(files[path].Data)
		if !before[sum] {
			if err := check(files[path].Data); err != nil {
				return fmt.Errorf("cannot accept %s: %w", path, err)
			}
		}
		accepted[sum] = true
	}
	c.mu.Lock()
	c.accepted = accepted
	c.mu.Unlock()
	return nil
}

// checkConfig leaves out file discovery, the one section whose parser comes
// with a file system watcher. Its only value is a path of our own making.
func checkConfig(text []byte) error {
	cfg, err := parseConfig(string(text))
	if err != nil {
		return err
	}
	for i := range cfg.ScrapeConfigs {
		cfg.ScrapeConfigs[i].FileSD = nil
	}
	rest, err := component.YAML(cfg)
	if err != nil {
		return err
	}
	_, err = upstream.Load(string(rest), slog.New(slog.DiscardHandler))
	return err
}

func (c *Component) checkRules(text []byte) error {
	_, errs := rulefmt.Parse(text, false, model.UTF8Validation, c.parser, slog.New(slog.DiscardHandler))
	return errors.Join(errs...)
}
