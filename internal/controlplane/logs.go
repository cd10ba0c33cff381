package controlplane

import (
	"context"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
)

// SearchLogs implements server.Plane.
func (p *Plane) SearchLogs(ctx context.Context, stack string, query api.LogQuery) (api.LogQueryResult, error) {
	s, err := p.existing(ctx, stack)
	if err != nil {
		return api.LogQueryResult{}, err
	}
	return p.backend.SearchLogs(ctx, s.state, *s.runtime, query)
}

// CheckLogQL implements server.Plane.
func (p *Plane) CheckLogQL(ctx context.Context, stack, expr string) error {
	s, err := p.existing(ctx, stack)
	if err != nil {
		return err
	}
	return p.backend.CheckLogQL(ctx, s.state, *s.runtime, expr)
}
