package prometheus

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	upstream "github.com/prometheus/prometheus/config"
	"github.com/prometheus/prometheus/model/rulefmt"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
)

// Check implements component.Component. Rule files that were accepted by the
// call before are not parsed again.
func (c *Component) Check(_ component.Input, files component.Files) error {
	if _, err := upstream.Load(string(files[configFile].Data), slog.New(slog.DiscardHandler)); err != nil {
		return fmt.Errorf("cannot accept %s: %w", configFile, err)
	}
	c.mu.Lock()
	before := c.accepted
	c.mu.Unlock()
	accepted := make(map[[32]byte]bool, len(before))
	for _, path := range slices.Sorted(maps.Keys(files)) {
		if !strings.HasPrefix(path, "rules/") {
			continue
		}
		sum := sha256.Sum256(files[path].Data)
		if !before[sum] {
			if err := c.checkRules(files[path].Data); err != nil {
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

func (c *Component) checkRules(text []byte) error {
	_, errs := rulefmt.Parse(text, false, model.UTF8Validation, c.parser, slog.New(slog.DiscardHandler))
	return errors.Join(errs...)
}
