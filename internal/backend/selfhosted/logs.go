package selfhosted

import (
	"context"
	"errors"
	"fmt"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/backend"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// SearchLogs implements backend.Backend.
func (b *Backend) SearchLogs(ctx context.Context, state spec.State, runtime backend.Runtime, query api.LogQuery) (api.LogQueryResult, error) {
	searcher, in, err := b.logs(state, runtime)
	if err != nil {
		return api.LogQueryResult{}, err
	}
	return searcher.SearchLogs(ctx, in, query)
}

// CheckLogQL implements backend.Backend.
func (b *Backend) CheckLogQL(ctx context.Context, state spec.State, runtime backend.Runtime, expr string) error {
	searcher, in, err := b.logs(state, runtime)
	if err != nil {
		return err
	}
	return searcher.CheckLogQL(ctx, in, expr)
}

// checkLogRules asks the running Loki about every expression over logs that
// prev does not have. Loki's ruler stops reading all rules when one does not
// parse, so nothing unchecked may ever be written.
func (b *Backend) checkLogRules(ctx context.Context, prev *spec.State, next spec.State, runtime backend.Runtime) error {
	known := map[string]bool{}
	if prev != nil {
		for _, r := range prev.AlertRules {
			known[r.Expr] = known[r.Expr] || r.OverLogs()
		}
	}
	for _, r := range next.AlertRules {
		if !r.OverLogs() || known[r.Expr] {
			continue
		}
		known[r.Expr] = true
		if prev == nil || !prev.Stack.Loki.Enabled {
			return unavailable(fmt.Errorf("cannot check the LogQL of alert rule %q: Loki does not run yet", r.Name))
		}
		err := b.CheckLogQL(ctx, *prev, runtime, r.Expr)
		if err != nil && !errors.Is(err, &api.Error{Code: api.CodeInvalid}) {
			err = unavailable(fmt.Errorf("cannot check the LogQL of alert rule %q: %w", r.Name, err))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// logs finds the component that keeps logs.
func (b *Backend) logs(state spec.State, runtime backend.Runtime) (component.LogSearcher, component.Input, error) {
	for _, p := range b.parts(state, runtime, "") {
		if searcher, ok := p.Component.(component.LogSearcher); ok {
			return searcher, p.input, nil
		}
	}
	return nil, component.Input{}, &api.Error{Code: api.CodeUnavailable,
		Message: fmt.Sprintf("stack %q has no Loki", state.Stack.Name),
		Detail:  "Enable it: add loki = {} to the stack."}
}
