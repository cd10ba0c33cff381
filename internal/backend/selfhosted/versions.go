package selfhosted

import (
	"context"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// ownVersions asks the binaries that the user brings which releases they are.
// Only writes ask: a plan runs no program that nobody has applied.
func (b *Backend) ownVersions(ctx context.Context, stack spec.Stack) map[string]string {
	told := map[string]string{}
	for _, c := range b.Components {
		versioned, ok := c.(component.Versioned)
		s := c.Spec(&stack)
		if !ok || !s.Enabled || s.Path == "" {
			continue
		}
		if version := versioned.VersionOf(ctx, s.Path); version != "" {
			told[c.Name()] = version
		}
	}
	return told
}

// useVersions puts the releases that binaries told into their place in the
// stack, where everything looks that goes by them. Without a binary of one's own
// the stack says itself which release runs.
func useVersions(stack *spec.Stack, told map[string]string) {
	for _, c := range stack.Components() {
		if version := told[c.Name]; c.Path != "" && version != "" {
			c.Version = version
		}
	}
}
