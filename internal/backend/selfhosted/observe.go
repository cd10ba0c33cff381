package selfhosted

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/backend"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// observeTimeout bounds how long one component may take to answer, so that a
// hung one costs a warning and not the plan.
const observeTimeout = 10 * time.Second

// Observe implements backend.Backend.
func (b *Backend) Observe(ctx context.Context, state spec.State, runtime backend.Runtime) (backend.Observation, error) {
	e, err := b.engine(state)
	if err != nil {
		return backend.Observation{}, err
	}
	supervisor, err := supervisorMetrics(ctx, e, false)
	if err != nil {
		return backend.Observation{}, err
	}
	parts := b.parts(state, runtime, supervisor)
	files, err := render(parts)
	if err != nil {
		return backend.Observation{}, err
	}
	units, err := e.List(ctx, state.Stack.Name+"/")
	if err != nil {
		return backend.Observation{}, err
	}
	o := backend.Observation{
		Report: newReport(state),
		Status: api.StackStatus{Status: api.StatusHealthy, Endpoints: map[string]string{}, Components: map[string]api.ComponentStatus{}, TargetsUp: -1},
	}
	for _, p := range parts {
		o.Status.Endpoints[p.Name()] = p.endpoint()
		status := b.observePart(ctx, p, files[p.Name()], find(units, unitName(state.Stack.Name, p.Name())), &o)
		if status.Status != api.StatusHealthy {
			o.Status.Status = api.StatusUnhealthy
		}
		o.Status.Components[p.Name()] = status
	}
	if slices.ContainsFunc(units, func(u engine.Status) bool { return u.Unattended && u.State == engine.StateRunning }) {
		o.Report.AddDrift(spec.KindStack, state.Stack.Name, "supervisor: does not answer, and nobody else starts components again that end")
	}
	for _, unit := range units {
		name := strings.TrimPrefix(unit.Unit.Name, state.Stack.Name+"/")
		if _, wanted := o.Status.Components[name]; !wanted {
			o.Report.AddDrift(spec.KindStack, state.Stack.Name, name+": runs but is not enabled")
		}
	}
	o.Status.Targets, o.Status.Rules, o.Status.AlertsFiring = o.Report.Targets, o.Report.Rules, o.Report.AlertsFiring
	return o, nil
}

func newReport(state spec.State) *component.Report {
	return &component.Report{
		Observed: state.Clone(),
		Drift:    map[component.ObjectKey][]string{},
		Versions: map[string]string{},
	}
}

// observePart looks at one component, first through the engine and, if it
// runs, by asking it.
func (b *Backend) observePart(ctx context.Context, p part, files component.Files, unit engine.Status, o *backend.Observation) api.ComponentStatus {
	stack := p.input.State.Stack.Name
	drift := func(format string, args ...any) {
		o.Report.AddDrift(spec.KindStack, stack, p.Name()+": "+fmt.Sprintf(format, args...))
	}
	if p.attached != "" {
		status := api.ComponentStatus{Status: api.StatusHealthy} // nothing limits it from here
		ask(ctx, p, files, &status, o)
		return status
	}
	status := api.ComponentStatus{
		Version: p.spec.Version, Status: api.StatusHealthy,
		MemoryLimit: unit.Unit.MemoryLimit, MemoryLimitKind: unit.MemoryLimitKind, MemoryUsed: unit.MemoryUsed,
	}
	switch unit.State {
	case engine.StateRunning:
	case engine.StateBackoff:
		status.Status = api.StatusRestarting
		drift("not running (%s), being restarted", unit.Reason)
		return status
	default:
		status.Status = api.StatusStopped
		drift("not running%s%s", parenthesised(unit.Reason), b.inItsPlace(ctx, p, files, unit, o.Report))
		return status
	}
	p.input.Binary = unit.Unit.Path
	if wanted, err := b.unit(p); err == nil {
		for _, sentence := range differences(unit, wanted) {
			drift("%s", sentence)
		}
	}
	ask(ctx, p, files, &status, o)
	return status
}

// ask observes a component that runs.
func ask(ctx context.Context, p part, files component.Files, status *api.ComponentStatus, o *backend.Observation) {
	ctx, cancel := context.WithTimeout(ctx, observeTimeout)
	defer cancel()
	if err := p.Observe(ctx, p.input, files, o.Report); err != nil {
		status.Status = api.StatusUnhealthy
		o.Warnings = append(o.Warnings, fmt.Sprintf("%s of stack %q could not be asked, the last known configuration is shown: %v", p.Name(), p.input.State.Stack.Name, err))
		return
	}
	if version := o.Report.Versions[p.Name()]; version != "" {
		status.Version = version
	}
	if p.Name() == component.Prometheus {
		o.Status.TargetsUp = o.Report.TargetsUp
	}
}

func parenthesised(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + reason + ")"
}

// inItsPlace tells what answers where a component should that the engine does
// not run; empty if nothing does. What can be asked like the component is
// observed, because it is what users get to see: its flags, rules and targets.
func (b *Backend) inItsPlace(
	ctx context.Context, p part, files component.Files, unit engine.Status, report *component.Report,
) string {
	ctx, cancel := context.WithTimeout(ctx, observeTimeout)
	defer cancel()
	alike := p.Ready(ctx, p.input) == nil
	if alike {
		// It may be too different to be observed; that it is there is told anyway.
		_ = p.Observe(ctx, p.input, files, report)
	}
	occupant := unit.Occupant
	switch {
	case occupant == nil && !alike:
		return ""
	case occupant == nil:
		return fmt.Sprintf(", but something else answers at %s", p.input.Addresses[p.Name()])
	case alike && len(occupant.Command) > 0:
		if wanted, err := b.unit(p); err == nil {
			return fmt.Sprintf(", but %s answers at %s: %s", occupant, occupant.Address, differing(occupant.Command[1:], wanted.Args))
		}
	}
	return fmt.Sprintf(", but %s answers at %s", occupant, occupant.Address)
}

func find(units []engine.Status, name string) engine.Status {
	for _, unit := range units {
		if unit.Unit.Name == name {
			return unit
		}
	}
	return engine.Status{State: engine.StateFailed, MemoryLimitKind: engine.LimitNone}
}

// Alerts implements backend.Backend: Alertmanager is asked if there is one,
// because it knows what is silenced, else everybody who evaluates rules.
func (b *Backend) Alerts(ctx context.Context, state spec.State, runtime backend.Runtime, matchers []string) ([]api.Alert, error) {
	var evaluators []part
	for _, p := range b.parts(state, runtime, "") {
		alerter, ok := p.Component.(component.Alerter)
		if ok && p.Name() == component.Alertmanager {
			return alerter.Alerts(ctx, p.input, matchers)
		}
		if ok {
			evaluators = append(evaluators, p)
		}
	}
	if len(evaluators) == 0 {
		return nil, &api.Error{Code: api.CodeUnavailable, Message: fmt.Sprintf("cannot list the alerts of stack %q: it has neither Alertmanager nor Prometheus", state.Stack.Name)}
	}
	all := []api.Alert{}
	for _, p := range evaluators {
		alerts, err := p.Component.(component.Alerter).Alerts(ctx, p.input, matchers)
		if err != nil {
			return nil, err
		}
		all = append(all, alerts...)
	}
	return all, nil
}

// Routing implements backend.Backend.
func (b *Backend) Routing(ctx context.Context, state spec.State, runtime backend.Runtime, query api.RoutingQuery) (api.RoutingResult, error) {
	for _, p := range b.parts(state, runtime, "") {
		if router, ok := p.Component.(component.Router); ok {
			if runtime.Generation == 0 {
				p.input.Addresses = nil // who listens there is somebody else
			}
			return router.Routing(ctx, p.input, query)
		}
	}
	return api.RoutingResult{}, &api.Error{Code: api.CodeUnavailable,
		Message: fmt.Sprintf("cannot tell whom alerts of stack %q reach: it has no Alertmanager", state.Stack.Name)}
}

// Query implements backend.Backend.
func (b *Backend) Query(ctx context.Context, state spec.State, runtime backend.Runtime, query string) (api.QueryResult, error) {
	for _, p := range b.parts(state, runtime, "") {
		if querier, ok := p.Component.(component.Querier); ok {
			return querier.Query(ctx, p.input, query)
		}
	}
	return api.QueryResult{}, &api.Error{Code: api.CodeUnavailable, Message: fmt.Sprintf("cannot query stack %q: it has no Prometheus", state.Stack.Name)}
}
