package grafanatest_test

import (
	"errors"
	"net/url"
	"testing"

	"github.com/grafana/grafana-openapi-client-go/client"
	"github.com/grafana/grafana-openapi-client-go/client/dashboards"
	"github.com/grafana/grafana-openapi-client-go/models"
)

// TestOpenAPIClient drives the double through the client that the product has.
func TestOpenAPIClient(t *testing.T) {
	t.Parallel()
	double := newGrafana(t)
	address, err := url.Parse(double.address)
	if err != nil {
		t.Fatal(err)
	}
	grafana := client.NewHTTPClientWithConfig(nil, &client.TransportConfig{
		Host: address.Host, BasePath: "/api", Schemes: []string{"http"}, BasicAuth: url.UserPassword("admin", "admin"),
	})
	if _, err := grafana.Folders.CreateFolder(&models.CreateFolderCommand{UID: "team", Title: "Team"}); err != nil {
		t.Fatalf("cannot create the folder: %v", err)
	}
	save := func(title string) (*dashboards.PostDashboardOK, error) {
		return grafana.Dashboards.PostDashboard(&models.SaveDashboardCommand{
			Dashboard: map[string]any{"uid": "one", "title": title}, FolderUID: "team",
		})
	}
	saved, err := save("One")
	if err != nil {
		t.Fatalf("cannot save the dashboard: %v", err)
	}
	if *saved.Payload.UID != "one" || *saved.Payload.Version != 1 || saved.Payload.FolderUID != "team" {
		t.Errorf("saved %+v", saved.Payload)
	}
	got, err := grafana.Dashboards.GetDashboardByUID("one")
	if err != nil {
		t.Fatalf("cannot get the dashboard: %v", err)
	}
	if got.Payload.Meta.FolderTitle != "Team" || got.Payload.Dashboard.(map[string]any)["title"] != "One" {
		t.Errorf("got %+v", got.Payload)
	}
	var conflict *dashboards.PostDashboardPreconditionFailed
	if _, err := save("Two"); !errors.As(err, &conflict) {
		t.Errorf("a save over an unknown version: %v", err)
	} else if *conflict.Payload.Message != "The dashboard has been changed by someone else" {
		t.Errorf("message %q", *conflict.Payload.Message)
	}
}
