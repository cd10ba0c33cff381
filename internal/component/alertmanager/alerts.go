package alertmanager

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// alert is the part of an alert of /api/v2/alerts that is used.
type alert struct {
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	StartsAt    time.Time         `json:"startsAt"`
	Status      struct {
		State string `json:"state"`
	} `json:"status"`
}

// Alerts implements component.Alerter. Silenced and inhibited alerts are among
// them; they are suppressed.
func (c *Component) Alerts(ctx context.Context, in component.Input, matchers []string) ([]api.Alert, error) {
	parsed, err := spec.ParseMatchers(matchers)
	if err != nil {
		return nil, &api.Error{Code: api.CodeInvalid, Message: fmt.Sprintf("cannot list alerts: %v", err)}
	}
	var found []alert
	query := url.Values{} // each takes one matcher
	for _, m := range parsed {
		query.Add("filter", m.String())
	}
	err = c.probe.GetJSON(ctx, c.address(in), "/api/v2/alerts", query, &found)
	if err != nil {
		var refused *probe.StatusError
		if errors.As(err, &refused) && refused.Status == http.StatusBadRequest {
			return nil, &api.Error{Code: api.CodeInvalid, Message: fmt.Sprintf("cannot list alerts: %s", refused.Words)}
		}
		return nil, probe.Unavailable("list the alerts of alertmanager", err)
	}
	alerts := make([]api.Alert, len(found))
	for i, a := range found {
		alerts[i] = api.Alert{Labels: a.Labels, Annotations: a.Annotations, State: a.Status.State, Since: a.StartsAt}
	}
	return alerts, nil
}
