package loki

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/alecthomas/units"
	"github.com/prometheus/common/model"
	"go.yaml.in/yaml/v3"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
)

// runningLimits asks for the limits of the tenant.
func (c *Component) runningLimits(ctx context.Context, in component.Input) (*limits, error) {
	var running limits
	return &running, c.getYAML(ctx, in, "/config/tenant/v1/limits", &running)
}

// runningConfig asks for loki.yml as it runs, with all defaults.
func (c *Component) runningConfig(ctx context.Context, in component.Input) (section, error) {
	var running section
	return running, c.getYAML(ctx, in, "/config", &running)
}

func (c *Component) getYAML(ctx context.Context, in component.Input, path string, into any) error {
	body, err := c.probe.Get(ctx, address(in), path, nil)
	if err != nil {
		return err
	}
	if err := yaml.Unmarshal(body, into); err != nil {
		return fmt.Errorf("GET %s does not answer as expected: %w", path, err)
	}
	return nil
}

// differences lists the settings, in order, that run with another value than
// the section has. Settings that it does not have are not compared.
func (s section) differences(running section) []string {
	var found []string
	for _, key := range slices.Sorted(maps.Keys(s)) {
		for _, below := range differences(s[key], running[key]) {
			found = append(found, key+below)
		}
	}
	return found
}

// differences lists the paths, below a value, where another value runs.
func differences(wanted, running any) []string {
	switch w := wanted.(type) {
	case section:
		r, _ := running.(section)
		var found []string
		for _, path := range w.differences(r) {
			found = append(found, "."+path)
		}
		return found
	case []section:
		r, ok := running.([]any)
		if !ok || len(r) != len(w) {
			return []string{""}
		}
		var found []string
		for i := range w {
			for _, path := range differences(w[i], r[i]) {
				found = append(found, fmt.Sprintf("[%d]%s", i, path))
			}
		}
		return found
	}
	if sameSetting(plain(wanted), plain(running)) {
		return nil
	}
	return []string{""}
}

// plain is a setting as text; Loki leaves out some that are false or empty.
func plain(value any) string {
	switch value {
	case nil, false:
		return ""
	}
	return fmt.Sprint(value)
}

// sameSetting compares settings as Loki prints them back: durations and sizes
// have several forms.
func sameSetting(a, b string) bool {
	if a == b {
		return true
	}
	if x, ok := duration(a); ok {
		y, ok := duration(b)
		return ok && x == y
	}
	x, err := units.ParseBase2Bytes(a)
	if err != nil {
		return false
	}
	y, err := units.ParseBase2Bytes(b)
	return err == nil && x == y
}

// duration reads one of Go, which knows no days, or of Prometheus.
func duration(text string) (time.Duration, bool) {
	if d, err := time.ParseDuration(text); err == nil {
		return d, true
	}
	d, err := model.ParseDuration(text)
	return time.Duration(d), err == nil
}
