package collector

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/logpipeline"
)

// A receiver that begins at the end of files does so whenever it starts without
// having any file on its list, and skips what was written to new files while it
// did not run. So each has one file on its list that is always there, that never
// grows, and that no log begins like.
const (
	anchorFile = "anchor"
	anchorText = "This file lets the collector know its place in others. 3e0c8a52-6d0b-4a51-9a0e-6f1c3b7d2f94\n"
)

// anchor is where that file is.
func anchor(in component.Input) string { return filepath.Join(in.DataDir, anchorFile) }

// withoutAnchor drops what that file says. It is read by a receiver that knows
// other files already, because its source has begun at the beginning before.
func withoutAnchor(in component.Input) logpipeline.Operator {
	return logpipeline.Operator{"type": "filter", "expr": `attributes["log.file.path"] == ` + strconv.Quote(anchor(in))}
}

// Prepare implements component.Preparer.
func (*Component) Prepare(in component.Input) error {
	if err := os.MkdirAll(in.DataDir, 0o700); err != nil {
		return fmt.Errorf("cannot prepare the collector: %w", err)
	}
	if _, err := os.Stat(anchor(in)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.WriteFile(anchor(in), []byte(anchorText), 0o600); err != nil {
		return fmt.Errorf("cannot prepare the collector: %w", err)
	}
	return nil
}
