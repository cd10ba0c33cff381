package prometheus

import (
	"context"
	"errors"
	"fmt"
	"time"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/rulegroup"
)

// Query implements component.Querier. The query must be a vector or a scalar.
func (c *Component) Query(ctx context.Context, in component.Input, query string) (api.QueryResult, error) {
	client, err := c.api(in)
	if err != nil {
		return api.QueryResult{}, err
	}
	value, warnings, _, err := client.Query(ctx, query, time.Time{})
	if err != nil {
		return api.QueryResult{}, queryError(query, err)
	}
	result := api.QueryResult{Vector: []api.Sample{}, Warnings: warnings}
	switch v := value.(type) {
	case model.Vector:
		for _, sample := range v {
			result.Vector = append(result.Vector, api.Sample{
				Labels: texts(sample.Metric), Value: sample.Value.String(), Time: sample.Timestamp.Time(),
			})
		}
	case *model.Scalar:
		result.Vector = append(result.Vector, api.Sample{
			Labels: map[string]string{}, Value: v.Value.String(), Time: v.Timestamp.Time(),
		})
	default:
		return api.QueryResult{}, &api.Error{
			Code:    api.CodeInvalid,
			Message: fmt.Sprintf("cannot query %q: it is a %s, and only an instant vector or a scalar is allowed", query, value.Type()),
		}
	}
	return result, nil
}

// queryError tells a bad query from a server that does not answer.
func queryError(query string, err error) error {
	var refused *v1.Error
	if errors.As(err, &refused) && (refused.Type == v1.ErrBadData || refused.Type == v1.ErrExec) {
		return &api.Error{Code: api.CodeInvalid, Message: fmt.Sprintf("cannot query %q: %s", query, refused.Msg)}
	}
	return probe.Unavailable("query prometheus", err)
}

// Alerts implements component.Alerter for stacks without Alertmanager.
func (c *Component) Alerts(ctx context.Context, in component.Input, matchers []string) ([]api.Alert, error) {
	var running rulegroup.AlertAnswer
	if err := c.probe.GetJSON(ctx, in.Addresses[component.Prometheus], "/api/v1/alerts", nil, &running); err != nil {
		return nil, probe.Unavailable("list the alerts of prometheus", err)
	}
	return running.Matching(matchers)
}

func texts[M ~map[model.LabelName]model.LabelValue](set M) map[string]string {
	plain := make(map[string]string, len(set))
	for name, value := range set {
		plain[string(name)] = string(value)
	}
	return plain
}
