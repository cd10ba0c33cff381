//go:build !unix

package selfhosted

import (
	"context"
	"fmt"
)

// Lock implements backend.Backend where no engine is available: it refuses.
func (b *Backend) Lock(_ context.Context, stack string) (func(), error) {
	return nil, fmt.Errorf("cannot lock stack %q: self-hosted stacks are not available on this operating system", stack)
}
