package grafana

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"time"

	"github.com/grafana/grafana-openapi-client-go/client/datasources"
	"github.com/grafana/grafana-openapi-client-go/models"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
)

const (
	// provisioningLimit is how long the files may take to be read by a Grafana
	// that was started with them.
	provisioningLimit = 30 * time.Second
	// observeLimit is how long an observation waits for that, for it may come
	// right after a start.
	observeLimit     = 2 * time.Second
	provisioningPoll = 50 * time.Millisecond
)

// provisioning is a file of data sources. Prune removes those of ours that are
// no longer in it.
type provisioning struct {
	APIVersion  int          `yaml:"apiVersion"`
	Prune       bool         `yaml:"prune"`
	DataSources []dataSource `yaml:"datasources"`
}

// dataSource is one that the stack has. Its uid is fixed, so that dashboards
// can refer to it.
type dataSource struct {
	Name      string         `yaml:"name"`
	UID       string         `yaml:"uid"`
	Type      string         `yaml:"type"`
	Access    string         `yaml:"access"`
	URL       string         `yaml:"url"`
	IsDefault bool           `yaml:"isDefault"`
	Editable  bool           `yaml:"editable"`
	JSONData  map[string]any `yaml:"jsonData"`
}

// wantedDataSources are those of the components that the stack has.
func wantedDataSources(in component.Input) []dataSource {
	wanted := []dataSource{}
	suffix := ""
	if in.State.Stack.Grafana.External() {
		// Names are unique in Grafana, and elsewhere "Prometheus" is taken.
		suffix = " (" + in.State.Stack.Name + ")"
	}
	add := func(name, title string, isDefault bool, options map[string]any) {
		if in.Addresses[name] == "" {
			return
		}
		wanted = append(wanted, dataSource{
			Name: title + suffix, UID: name, Type: name, Access: "proxy", URL: "http://" + reachable(in, name),
			IsDefault: isDefault, JSONData: options,
		})
	}
	add(component.Prometheus, "Prometheus", true, map[string]any{
		"httpMethod": http.MethodPost, "prometheusType": "Prometheus",
		"timeInterval": in.State.Stack.Prometheus.ScrapeInterval,
	})
	add(component.Alertmanager, "Alertmanager", false, map[string]any{
		"implementation": "prometheus", "handleGrafanaManagedAlerts": false,
	})
	add(component.Loki, "Loki", false, nil)
	return wanted
}

// reachable is the address at which this machine reaches a component.
func reachable(in component.Input, name string) string { return probe.Reachable(in.Addresses[name]) }

// dataSource reads one; nil if Grafana has none of that uid.
func (g *session) dataSource(ctx context.Context, uid string) (*models.DataSource, error) {
	answer, err := g.Datasources.GetDataSourceByUIDWithParams(
		datasources.NewGetDataSourceByUIDParamsWithContext(ctx).WithUID(uid))
	if status(err) == http.StatusNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, refusal(fmt.Sprintf("read data source %q", uid), err)
	}
	return answer.Payload, nil
}

// putDataSources makes the data sources be there. Others are left alone; ours
// are known by their names.
func (g *session) putDataSources(ctx context.Context, wanted []dataSource) error {
	for _, want := range wanted {
		have, err := g.dataSource(ctx, want.UID)
		if err != nil {
			return err
		}
		switch {
		case have != nil && have.Name != want.Name && want.difference(have) != "":
			return &api.Error{
				Code:    api.CodeRefused,
				Message: fmt.Sprintf("cannot write data source %q: Grafana has one of this uid, named %q", want.UID, have.Name),
				Detail: fmt.Sprintf("It %s, and is not this stack's, whose name is %q. "+
					"Give it another uid in Grafana, or use another Grafana.", want.difference(have), want.Name),
			}
		case have == nil:
			_, err = g.Datasources.AddDataSourceWithParams(datasources.NewAddDataSourceParamsWithContext(ctx).
				WithBody(&models.AddDataSourceCommand{
					UID: want.UID, Name: want.Name, Type: want.Type, Access: models.DsAccess(want.Access),
					URL: want.URL, JSONData: want.JSONData,
				}))
		case want.difference(have) != "":
			_, err = g.Datasources.UpdateDataSourceByUIDWithParams(datasources.NewUpdateDataSourceByUIDParamsWithContext(ctx).
				WithUID(want.UID).WithBody(&models.UpdateDataSourceCommand{
				UID: want.UID, Name: want.Name, Type: want.Type, Access: models.DsAccess(want.Access),
				URL: want.URL, IsDefault: have.IsDefault, JSONData: want.JSONData,
			}))
		}
		if err != nil {
			return refusal(fmt.Sprintf("write data source %q", want.UID), err)
		}
	}
	return nil
}

// deleteDataSources removes those of ours.
func (g *session) deleteDataSources(ctx context.Context, ours []dataSource) error {
	for _, our := range ours {
		have, err := g.dataSource(ctx, our.UID)
		if err != nil {
			return err
		}
		if have == nil || have.Name != our.Name {
			continue
		}
		_, err = g.Datasources.DeleteDataSourceByUIDWithParams(
			datasources.NewDeleteDataSourceByUIDParamsWithContext(ctx).WithUID(our.UID))
		if err != nil && status(err) != http.StatusNotFound {
			return refusal(fmt.Sprintf("delete data source %q", our.UID), err)
		}
	}
	return nil
}

// checkDataSources says in sentences which data sources are not as wanted.
func (g *session) checkDataSources(ctx context.Context, wanted []dataSource) ([]string, error) {
	var problems []string
	for _, want := range wanted {
		have, err := g.dataSource(ctx, want.UID)
		if err != nil {
			return nil, err
		}
		if have == nil {
			problems = append(problems, fmt.Sprintf("data source %q is missing", want.UID))
		} else if difference := want.difference(have); difference != "" {
			problems = append(problems, fmt.Sprintf("data source %q %s", want.UID, difference))
		}
	}
	return problems, nil
}

// awaitDataSources is checkDataSources, asked again for a while where something
// is not as wanted: a Grafana of our own answers before it has read its files.
// One that runs elsewhere has what it was given at once.
func (g *session) awaitDataSources(ctx context.Context, in component.Input, limit time.Duration) (problems []string, err error) {
	wanted := wantedDataSources(in)
	if in.State.Stack.Grafana.External() {
		return g.checkDataSources(ctx, wanted)
	}
	_ = probe.Await(ctx, provisioningPoll, limit, func(ctx context.Context) error {
		if problems, err = g.checkDataSources(ctx, wanted); err != nil || len(problems) == 0 {
			return nil //nolint:nilerr // waiting longer does not help; the caller gets the failure
		}
		return errors.New("data sources are not as wanted yet")
	})
	return problems, err
}

// difference says what the data source that Grafana has does not have of ours;
// empty if it works as ours would.
func (d *dataSource) difference(have *models.DataSource) string {
	options, _ := have.JSONData.(map[string]any)
	switch {
	case have.Type != d.Type:
		return fmt.Sprintf("is of type %s, wanted %s", have.Type, d.Type)
	case have.URL != d.URL:
		return fmt.Sprintf("goes to %s, wanted %s", have.URL, d.URL)
	case string(have.Access) != d.Access:
		return fmt.Sprintf("has access %s, wanted %s", have.Access, d.Access)
	}
	for _, key := range sortedKeys(d.JSONData) {
		if !reflect.DeepEqual(options[key], d.JSONData[key]) {
			found, _ := json.Marshal(options[key])
			return fmt.Sprintf("has %s %s, wanted %v", key, found, d.JSONData[key])
		}
	}
	return ""
}
