package rulegroup

import (
	"fmt"
	"time"

	"github.com/prometheus/common/model"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Firing is the state of an alert that Alertmanager is told of.
const Firing = "firing"

// AlertAnswer is the part of the answer about alerts that is used.
type AlertAnswer struct {
	Data struct {
		Alerts []RunningAlert `json:"alerts"`
	} `json:"data"`
}

// RunningAlert is an alert as the component tells it.
type RunningAlert struct {
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	State       string            `json:"state"`
	ActiveAt    time.Time         `json:"activeAt"`
}

// Matching are the alerts that all matchers (Alertmanager syntax) match. No
// Alertmanager silences them, so a firing alert is active.
func (a *AlertAnswer) Matching(matchers []string) ([]api.Alert, error) {
	all, err := spec.ParseMatchers(matchers)
	if err != nil {
		return nil, &api.Error{Code: api.CodeInvalid, Message: fmt.Sprintf("cannot list alerts: %v", err)}
	}
	alerts := []api.Alert{}
	for _, alert := range a.Data.Alerts {
		set := model.LabelSet{}
		for name, value := range alert.Labels {
			set[model.LabelName(name)] = model.LabelValue(value)
		}
		if !all.Matches(set) {
			continue
		}
		state := alert.State
		if state == Firing {
			state = "active"
		}
		alerts = append(alerts, api.Alert{Labels: alert.Labels, Annotations: alert.Annotations, State: state, Since: alert.ActiveAt})
	}
	return alerts, nil
}
