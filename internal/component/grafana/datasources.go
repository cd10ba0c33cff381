package grafana

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"

	"github.com/grafana/grafana-openapi-client-go/client/datasources"
	"github.com/grafana/grafana-openapi-client-go/models"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
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

// putDataSources makes the data sources be there. Others are left alone, so the
// default is only taken where it is ours already or nobody's.
func (g *session) putDataSources(ctx context.Context, wanted []dataSource) error {
	for _, want := range wanted {
		have, err := g.dataSource(ctx, want.UID)
		if err != nil {
			return err
		}
		switch {
		case have == nil:
			_, err = g.Datasources.AddDataSourceWithParams(datasources.NewAddDataSourceParamsWithContext(ctx).
				WithBody(&models.AddDataSourceCommand{
					UID: want.UID, Name: want.Name, Type: want.Type, Access: models.DsAccess(want.Access),
					URL: want.URL, JSONData: want.JSONData,
				}))
		case want.difference(have) != "":
			_, err = g.Datasources.UpdateDataSourceByUIDWithParams(datasources.NewUpdateDataSourceByUIDParamsWithContext(ctx).
				WithUID(want.UID).WithBody(&models.UpdateDataSourceCommand{
				UID: want.UID, Name: have.Name, Type: want.Type, Access: models.DsAccess(want.Access),
				URL: want.URL, IsDefault: have.IsDefault, JSONData: want.JSONData,
			}))
		}
		if err != nil {
			return refusal(fmt.Sprintf("write data source %q", want.UID), err)
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
