package selfhosted

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/backend"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// alerter is a component that knows one alert, which has its name.
type alerter struct {
	component.Component
	name string
	part func(*spec.Stack) *spec.Component
	fail error
}

func (a *alerter) Name() string                           { return a.name }
func (a *alerter) Spec(stack *spec.Stack) *spec.Component { return a.part(stack) }

func (a *alerter) Alerts(context.Context, component.Input, []string) ([]api.Alert, error) {
	return []api.Alert{{State: a.name}}, a.fail
}

func TestAlertsOfWhoeverKnowsThem(t *testing.T) {
	prometheus := &alerter{name: component.Prometheus, part: func(s *spec.Stack) *spec.Component { return &s.Prometheus.Component }}
	loki := &alerter{name: component.Loki, part: func(s *spec.Stack) *spec.Component { return &s.Loki.Component }}
	router := &alerter{name: component.Alertmanager, part: func(s *spec.Stack) *spec.Component { return &s.Alertmanager.Component }}
	b := New(Config{StateDir: t.TempDir(), Components: []component.Component{loki, prometheus, router}})
	state := logState()
	ask := func() ([]string, error) {
		alerts, err := b.Alerts(context.Background(), state, backend.Runtime{}, nil)
		var from []string
		for _, a := range alerts {
			from = append(from, a.State)
		}
		return from, err
	}
	if from, err := ask(); err != nil || !slices.Equal(from, []string{component.Alertmanager}) {
		t.Errorf("alerts from %v, %v", from, err)
	}
	state.Stack.Alertmanager.Enabled = false
	if from, err := ask(); err != nil || !slices.Equal(from, []string{component.Loki, component.Prometheus}) {
		t.Errorf("alerts from %v, %v", from, err)
	}
	prometheus.fail = errors.New("gone")
	if from, err := ask(); err == nil {
		t.Errorf("alerts from %v, though one does not answer", from)
	}
	state.Stack.Prometheus.Enabled, state.Stack.Loki.Enabled = false, false
	if _, err := ask(); !errors.Is(err, &api.Error{Code: api.CodeUnavailable}) {
		t.Errorf("error %v", err)
	}
}
