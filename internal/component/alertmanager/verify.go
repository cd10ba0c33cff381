package alertmanager

import (
	"context"
	"crypto/md5"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
)

// A reload takes effect before it answers; the wait is for servers that are
// still starting.
const (
	verifyEvery = 50 * time.Millisecond
	verifyLimit = 5 * time.Second
)

// Verify implements component.Component. Alertmanager tells a hash of the text
// it runs, so the comparison is exact.
func (c *node) Verify(ctx context.Context, in component.Input, files component.Files, changed []string) error {
	if changed != nil && len(changed) == 0 {
		return nil
	}
	err := probe.Await(ctx, verifyEvery, verifyLimit, func(ctx context.Context) error {
		running, err := c.running(ctx, in)
		switch {
		case err != nil:
			return err
		case !running.loaded:
			return errors.New("its last reload failed")
		case running.hash != hash(files[configFile].Data):
			return fmt.Errorf("it does not run %s as written", configFile)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("cannot verify %s: %w", c.Name(), err)
	}
	return nil
}

// running is what Alertmanager's metrics tell about its configuration.
type running struct {
	hash   float64
	loaded bool
}

func (c *node) running(ctx context.Context, in component.Input) (running, error) {
	metrics, err := c.probe.Metrics(ctx, c.address(in), nil)
	if err != nil {
		return running{}, err
	}
	sum, ok := metrics.Gauge("alertmanager_config_hash")
	if !ok {
		return running{}, errors.New("it tells no alertmanager_config_hash")
	}
	loaded, _ := metrics.Gauge("alertmanager_config_last_reload_successful")
	return running{hash: sum, loaded: loaded == 1}, nil
}

// hash is alertmanager_config_hash of a text: the first 48 bits of its MD5.
func hash(text []byte) float64 {
	sum := md5.Sum(text)
	var bits [8]byte
	copy(bits[:6], sum[:])
	return float64(binary.LittleEndian.Uint64(bits[:]))
}
