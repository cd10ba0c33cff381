package collector

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// pollInterval is how often receivers look for files. They do not look at once.
const pollInterval = 200 * time.Millisecond

// settleLimit bounds the wait for that, on a machine that has much else to do.
const settleLimit = 10 * time.Second

// Settle implements component.Settler. What is in a file when it is first looked
// at is skipped, unless the source says otherwise: so a source is in effect only
// then, or the first lines that are written to it would be lost.
func (*Component) Settle(ctx context.Context, in component.Input, object spec.Object) error {
	s, ok := object.(*spec.LogSource)
	if !ok || s.Docker == nil && (s.Files == nil || s.Files.StartAt != spec.StartAtEnd) {
		return nil
	}
	err := probe.Await(ctx, verifyEvery, settleLimit, func(context.Context) error { return hasLooked(in, s) })
	if err != nil {
		return fmt.Errorf("cannot wait for the collector: %w", err)
	}
	return nil
}

// hasLooked returns nil when the receiver of a source has looked for files: then
// it notes its place in all of them, and how each begins. The anchor is always one.
func hasLooked(in component.Input, s *spec.LogSource) error {
	noted, err := os.ReadFile(filepath.Join(storageDir(in), offsets(s)))
	if err != nil {
		return err
	}
	if !bytes.Contains(noted, []byte(anchorText)) {
		return errors.New("it has not looked for files yet")
	}
	return nil
}
